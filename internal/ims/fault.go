package ims

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

const (
	requestIDHeader = "X-Request-Id"
	maxMessage      = 500 // code points
)

// fault is what the body of a failed answer says.
type fault struct {
	code, message, requestID string
}

// faultBody has the fields of all the shapes that are seen: the service {"error":{"code","message"}}, the gateway
// {"error_code","error_msg","request_id"}, IAM {"error":{"code":401,"message","title"}}, some services
// {"error":{"error_code","error_msg"}}, and a flat {"code","message"}.
type faultBody struct {
	faultFields
	Error json.RawMessage `json:"error"`
}

type faultFields struct {
	Code      json.RawMessage `json:"code"` // a string, or an integer from IAM
	ErrorCode string          `json:"error_code"`
	Message   string          `json:"message"`
	ErrorMsg  string          `json:"error_msg"`
	RequestID string          `json:"request_id"`
}

// parseFault never fails: of a body in no known shape the text is the message. Secrets are hidden in what the body
// says rather than in the body, where they may be escaped, and before anything is cut off and half a secret left.
func parseFault(body []byte, redact func(string) string) fault {
	tidy := func(s string) string { return clean(redact(s)) }
	var b faultBody
	if err := json.Unmarshal(body, &b); err != nil {
		return fault{message: tidy(plainText(body))}
	}

	said := b.fault(tidy)
	var nested faultFields
	if json.Unmarshal(b.Error, &nested) == nil {
		inner := nested.fault(tidy)
		said = fault{
			code:      first(inner.code, said.code),
			message:   first(inner.message, said.message),
			requestID: first(inner.requestID, said.requestID),
		}
	}
	if said.code == "" && said.message == "" {
		said.message = tidy(plainText(body))
	}
	return said
}

func (f faultFields) fault(tidy func(string) string) fault {
	code := strings.Trim(string(f.Code), `"`)
	if code == "null" {
		code = ""
	}
	return fault{
		code:      tidy(first(f.ErrorCode, code)),
		message:   tidy(first(f.Message, f.ErrorMsg)),
		requestID: tidy(f.RequestID),
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
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

// clean makes one line of s, valid and without control characters, and cuts it.
func clean(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(s); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "..."
	}
	return s
}
