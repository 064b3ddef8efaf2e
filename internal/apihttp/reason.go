package apihttp

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// reasonIn returns the reason and the code in the body of an error. It understands
// the formats of common services, proxies and gateways: {"error":"text"},
// {"error":{"code","message"}}, {"error":{"field":["text"]}}, {"message":"text"},
// {"errors":[…]}, application/problem+json (RFC 9457), and one line of text. Any
// other body has no reason.
func reasonIn(body []byte, status int) (text, code string) {
	var object map[string]json.RawMessage
	if Unmarshal(body, &object) != nil {
		return line(body), ""
	}
	text = reasonOf(object["error"], 0)
	if explained := firstReason(object, 0); explained != "" && (text == "" || isLabel(text, status)) {
		text, code = explained, text
		if strings.EqualFold(code, http.StatusText(status)) {
			code = ""
		}
	}
	if text == "" {
		text = reasonOf(object["errors"], 0)
	}
	var nested struct{ Code json.RawMessage }
	json.Unmarshal(object["error"], &nested)
	return text, cmp.Or(code, codeOf(nested.Code), codeOf(object["code"]))
}

// explanations are the fields that usually contain the reason, best first. A list in
// any but the first two is more likely about an input field with that name.
var explanations = []string{"message", "detail", "error_description", "description", "msg", "title", "reason"}

func firstReason(object map[string]json.RawMessage, depth int) string {
	for i, name := range explanations {
		raw := object[name]
		if i < 2 || len(raw) > 0 && raw[0] == '"' {
			if text := reasonOf(raw, depth+1); text != "" {
				return text
			}
		}
	}
	return ""
}

// reasonOf returns the reason in a value: a text, a list of texts, an object with
// one of the explanations, or an object with a reason for each field.
func reasonOf(raw json.RawMessage, depth int) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return strings.TrimSpace(text)
	}
	if depth > 4 {
		return ""
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return reasonsOf(list, "; ", depth)
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	if text := firstReason(object, depth); text != "" {
		return text
	}
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(object)) {
		var wrong []json.RawMessage
		if json.Unmarshal(object[field], &wrong) == nil {
			if text := reasonsOf(wrong, ", ", depth); text != "" {
				parts = append(parts, field+": "+text)
			}
		}
	}
	return strings.Join(parts, "; ")
}

func reasonsOf(list []json.RawMessage, separator string, depth int) string {
	var parts []string
	for _, raw := range list[:min(len(list), 10)] {
		if text := reasonOf(raw, depth+1); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, separator)
}

// isLabel reports whether a text is only the name of the status, or a code.
func isLabel(text string, status int) bool {
	return strings.EqualFold(text, http.StatusText(status)) || !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// codeOf returns a text or a number as text.
func codeOf(raw json.RawMessage) (code string) {
	var number json.Number
	if json.Unmarshal(raw, &code) != nil && json.Unmarshal(raw, &number) == nil {
		code = number.String()
	}
	return code
}

// line returns a body that is one short line of text.
func line(body []byte) string {
	text := strings.TrimSpace(string(body))
	if len(text) > 300 || !utf8.ValidString(text) || strings.ContainsAny(text, "\n\x00") || strings.HasPrefix(text, "<") ||
		strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return ""
	}
	json.Unmarshal(body, &text) // if it is a JSON string, use its content
	return text
}
