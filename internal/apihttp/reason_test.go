package apihttp

import "testing"

func TestReason(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ body, text, code string }{
		"text":                {`{"error":"Title is required"}`, "Title is required", ""},
		"text and more":       {`{"error":"x","details":{"a":1}}`, "x", ""},
		"blank text":          {`{"error":" \n "}`, "", ""},
		"coded":               {`{"error":{"code":"rate_limited","message":"Slow down"}}`, "Slow down", "rate_limited"},
		"numbered":            {`{"error":{"code":17,"message":"Slow down"}}`, "Slow down", "17"},
		"message only":        {`{"error":{"message":"Slow down"}}`, "Slow down", ""},
		"code only":           {`{"error":{"code":"x"}}`, "", "x"},
		"fields":              {`{"error":{"title":["too long","no"],"body":["empty"]}}`, "body: empty; title: too long, no", ""},
		"no fields":           {`{"error":{}}`, "", ""},
		"null":                {`{"error":null}`, "", ""},
		"number":              {`{"error":3}`, "", ""},
		"list":                {`{"error":["x"]}`, "x", ""},
		"message":             {`{"message":"Title is required"}`, "Title is required", ""},
		"message, null error": {`{"error":null,"message":"Title is required"}`, "Title is required", ""},
		"status and message":  {`{"statusCode":400,"error":"Bad Request","message":["title is empty","tags: no"]}`, "title is empty; tags: no", ""},
		"code and message":    {`{"error":"validation_error","message":"Title is required"}`, "Title is required", "validation_error"},
		"code beside":         {`{"code":"limit","message":"Too many"}`, "Too many", "limit"},
		"OAuth":               {`{"error":"insufficient_scope","error_description":"needs ideas:write"}`, "needs ideas:write", "insufficient_scope"},
		"problem":             {`{"type":"https://x/y","title":"Not allowed","status":400,"detail":"The plan ends today"}`, "The plan ends today", ""},
		"problem, no detail":  {`{"type":"about:blank","title":"Not allowed","status":400}`, "Not allowed", ""},
		"errors":              {`{"errors":[{"message":"a"},{"message":"b","path":["x"]}]}`, "a; b", ""},
		"errors as text":      {`{"errors":["a","b"]}`, "a; b", ""},
		"errors of fields":    {`{"errors":{"title":["too long"]}}`, "title: too long", ""},
		"errors with details": {`{"errors":[{"status":"400","title":"Bad","detail":"Title is required"}]}`, "Title is required", ""},
		"details in a list":   {`{"detail":[{"loc":["body","title"],"msg":"field required"}]}`, "field required", ""},
		"nested too deep":     {`{"error":[[[[[[[["x"]]]]]]]]}`, "", ""},
		"array":               {`[]`, "", ""},
		"line":                {"upstream connect error\r\n", "upstream connect error", ""},
		"line as JSON":        {`"Forbidden"`, "Forbidden", ""},
		"two lines":           {"a\nb", "", ""},
		"page":                {`<html>502 Bad Gateway</html>`, "", ""},
		"cut":                 {`{"error":"x`, "", ""},
		"binary":              {"\x00\xff", "", ""},
		"empty":               {``, "", ""},
		"escape sequences":    {`{"error":"a\u001b[2Jb"}`, "a\x1b[2Jb", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if text, code := reasonIn([]byte(tt.body), 400); text != tt.text || code != tt.code {
				t.Errorf("%q, %q, want %q, %q", text, code, tt.text, tt.code)
			}
		})
	}
}
