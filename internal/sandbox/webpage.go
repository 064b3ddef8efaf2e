package sandbox

import (
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
)

// webPage is a page and its forms.
type webPage struct {
	url   *url.URL
	text  string // its heading and first paragraph
	forms []webForm
}

type webForm struct {
	action  string
	fields  url.Values // without the buttons
	buttons []string   // values of the buttons named decision
}

// form returns the form with this button, nil if there is none.
func (p *webPage) form(button string) *webForm {
	for i, form := range p.forms {
		if slices.Contains(form.buttons, button) {
			return &p.forms[i]
		}
	}
	return nil
}

// readPage finds the forms of a page, as far as the sandbox's own pages need.
func readPage(doc string) *webPage {
	page := &webPage{}
	var shown strings.Builder
	parts := 0 // parts of the text that are complete
	dec := xml.NewDecoder(strings.NewReader(doc))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for within := ""; ; {
		token, err := dec.Token()
		if err != nil {
			page.text = strings.Join(strings.Fields(shown.String()), " ")
			return page // the end, or not one of our pages
		}
		if text, ok := token.(xml.CharData); ok && within != "" {
			shown.Write(text)
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == within {
			shown.WriteString(". ")
			parts, within = parts+1, ""
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range element.Attr {
			attr[a.Name.Local] = a.Value
		}
		if name := element.Name.Local; name == "h1" || name == "p" && parts == 1 {
			within = name
		}
		switch name := element.Name.Local; {
		case name == "form":
			page.forms = append(page.forms, webForm{action: attr["action"], fields: url.Values{}})
		case len(page.forms) == 0:
		case name == "input" && attr["name"] != "":
			page.forms[len(page.forms)-1].fields.Set(attr["name"], attr["value"])
		case name == "button" && attr["name"] == "decision":
			form := &page.forms[len(page.forms)-1]
			form.buttons = append(form.buttons, attr["value"])
		}
	}
}
