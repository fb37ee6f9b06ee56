// SPDX-License-Identifier: MPL-2.0

// Package apierror parses the bodies of error responses, in all the forms that the clouds use.
package apierror

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

const (
	// RequestIDHeader is the header with the ID of the request, if the response has one.
	RequestIDHeader = "X-Request-Id"

	// MaxBody is the maximum number of bytes to read from an error response. The message comes first.
	MaxBody = 64 << 10

	maxMessage = 500 // code points
)

// Details are the parts of an error response. Each field can be empty.
type Details struct {
	Code      string // such as IMG.0115, APIGW.0301 or 401
	Message   string // one line, shortened
	RequestID string // for the support of the cloud
}

// errorBody has the fields of all known forms: the service {"error":{"code","message"}}, the gateway
// {"error_code","error_msg","request_id"}, IAM {"error":{"code":401,"message","title"}}, some services
// {"error":{"error_code","error_msg"}}, and a flat {"code","message"}.
type errorBody struct {
	errorFields
	Error json.RawMessage `json:"error"`
}

type errorFields struct {
	Code      json.RawMessage `json:"code"` // a string, or an integer from IAM
	ErrorCode string          `json:"error_code"`
	Message   string          `json:"message"`
	ErrorMsg  string          `json:"error_msg"`
	RequestID string          `json:"request_id"`
}

// Parse returns the details in a response. It never fails: if the body has no known form, its text is the message. Secrets are
// redacted in the details, because the body may escape them, and before a message is cut, which could leave half a secret.
func Parse(status int, header http.Header, body []byte, redact func(string) string) Details {
	tidy := func(s string) string { return clean(redact(s)) }
	f := readBody(redactStrings(whole(body), redact), tidy)
	f.RequestID = cmp.Or(f.RequestID, tidy(header.Get(RequestIDHeader)))
	if status >= 300 && status < 400 {
		f.Message = tidy(redirectMessage(header.Get("Location")))
	}
	return f
}

// whole removes the last word of a body that was cut: half a secret would not be recognized.
func whole(body []byte) []byte {
	if len(body) < MaxBody {
		return body
	}
	return body[:bytes.LastIndexAny(body, " \t\r\n")+1]
}

func readBody(body []byte, tidy func(string) string) Details {
	var b errorBody
	if err := json.Unmarshal(body, &b); err != nil {
		return Details{Message: tidy(plainText(body))}
	}
	f := b.details(tidy)
	var nested errorFields
	if json.Unmarshal(b.Error, &nested) == nil {
		inner := nested.details(tidy)
		f = Details{
			Code:      cmp.Or(inner.Code, f.Code),
			Message:   cmp.Or(inner.Message, f.Message),
			RequestID: cmp.Or(inner.RequestID, f.RequestID),
		}
	}
	if f.Code == "" && f.Message == "" {
		f.Message = tidy(plainText(body))
	}
	return f
}

func (f errorFields) details(tidy func(string) string) Details {
	code := strings.Trim(string(f.Code), `"`)
	if code == "null" {
		code = ""
	}
	return Details{
		Code:      tidy(cmp.Or(f.ErrorCode, code)),
		Message:   tidy(cmp.Or(f.Message, f.ErrorMsg)),
		RequestID: tidy(f.RequestID),
	}
}

// redirectMessage names only the host, because the rest of a location can contain a secret.
func redirectMessage(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "redirected; redirects are not followed"
	}
	return fmt.Sprintf("redirected to %s; redirects are not followed", u.Host)
}

// plainText returns the text of an HTML page, or of anything else.
func plainText(body []byte) string {
	tokens := html.NewTokenizer(bytes.NewReader(body))
	var text strings.Builder
	hidden := false
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return text.String()
		case html.StartTagToken:
			name, _ := tokens.TagName()
			hidden = isHidden(string(name))
			text.WriteByte(' ')
		case html.EndTagToken, html.SelfClosingTagToken:
			hidden = false
			text.WriteByte(' ')
		case html.TextToken:
			if !hidden {
				text.Write(tokens.Text())
			}
		default: // comments and the like
		}
	}
}

func isHidden(tag string) bool { return tag == "script" || tag == "style" }

// clean returns s as one line of valid UTF-8 without control characters, cut to the maximum length.
func clean(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(s); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "..."
	}
	return s
}
