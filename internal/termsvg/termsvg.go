// Package termsvg draws a session in a terminal as an SVG picture.
package termsvg

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes in units of the picture. A monospaced character is about 0.6 times as wide as
// its font size.
const (
	size   = 14
	width  = 0.6 * size
	height = 20
	margin = 20
)

// Draw draws the lines of a session; a line that begins with "$ " is a command.
// The picture is as wide as its longest line. Screen readers read the title.
func Draw(title, session string) string {
	lines := strings.Split(strings.TrimRight(session, "\n"), "\n")
	columns := 0
	for _, line := range lines {
		columns = max(columns, utf8.RuneCountInString(line))
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" xml:space="preserve" role="img">
<title>%s</title>
<style>
text { font: %dpx ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #b8c0cc; white-space: pre }
.command { fill: #ffffff; font-weight: bold }
.prompt { fill: #6bc46d }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#1d2330"/>
`, int(float64(columns)*width)+2*margin, len(lines)*height+2*margin, escape(title), size)
	for i, line := range lines {
		text := escape(line)
		class := ""
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			text, class = `<tspan class="prompt">$ </tspan>`+escape(command), ` class="command"`
		}
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\"%s>%s</text>\n", margin, margin+size+i*height, class, text)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // writing to a strings.Builder cannot fail
	return b.String()
}

// Text returns the session in a picture made by [Draw].
func Text(picture string) (string, error) {
	var svg struct {
		Lines []struct {
			Prompt string `xml:"tspan"`
			Text   string `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(picture), &svg); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, line := range svg.Lines {
		b.WriteString(line.Prompt + line.Text + "\n")
	}
	return b.String(), nil
}
