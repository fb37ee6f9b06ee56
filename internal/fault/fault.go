// Package fault reads what the body of a failed answer says, in all the shapes that the clouds use.
package fault

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

const (
	// RequestIDHeader is where an answer has the id of its request, if anywhere.
	RequestIDHeader = "X-Request-Id"

	// MaxBody is how many bytes of a failed answer are of use: what it says comes first.
	MaxBody = 64 << 10

	maxMessage = 500 // code points
)

// Fault is what a failed answer says. Each field may be empty.
type Fault struct {
	Code      string // such as IMG.0115, APIGW.0301 or 401
	Message   string // one line, shortened
	RequestID string // for the cloud's support
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

// Read never fails: of a body in no known shape the text is the message. Secrets are hidden in what the body says
// rather than in the body, where they may be escaped, and before anything is cut off and half a secret left.
func Read(status int, header http.Header, body []byte, redact func(string) string) Fault {
	tidy := func(s string) string { return clean(redact(s)) }
	f := readBody(whole(body), tidy)
	f.RequestID = cmp.Or(f.RequestID, tidy(header.Get(RequestIDHeader)))
	if status >= 300 && status < 400 {
		f.Message = tidy(redirectMessage(header.Get("Location")))
	}
	return f
}

// whole leaves the last word out of a body that was cut off: half a secret would not be known as one.
func whole(body []byte) []byte {
	if len(body) < MaxBody {
		return body
	}
	return body[:bytes.LastIndexAny(body, " \t\r\n")+1]
}

func readBody(body []byte, tidy func(string) string) Fault {
	var b faultBody
	if err := json.Unmarshal(body, &b); err != nil {
		return Fault{Message: tidy(plainText(body))}
	}
	f := b.fault(tidy)
	var nested faultFields
	if json.Unmarshal(b.Error, &nested) == nil {
		inner := nested.fault(tidy)
		f = Fault{
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

func (f faultFields) fault(tidy func(string) string) Fault {
	code := strings.Trim(string(f.Code), `"`)
	if code == "null" {
		code = ""
	}
	return Fault{
		Code:      tidy(cmp.Or(f.ErrorCode, code)),
		Message:   tidy(cmp.Or(f.Message, f.ErrorMsg)),
		RequestID: tidy(f.RequestID),
	}
}

// redirectMessage names the host only: the rest of a location may carry a secret.
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

// WithoutURL removes what net/http puts around an error: the URL is named elsewhere.
func WithoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
