// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Answer is the answer to a request. The service makes its own, and a test can make one that replaces it: see
// [Server.React]. With neither a Status nor Drop, such an answer only delays the service's own.
type Answer struct {
	Status int
	Header http.Header // replaces the usual headers; a nil value leaves a header out, such as X-Request-Id
	Body   string      // "{request_id}" in it is replaced by the request id

	// CarryOut carries the request out before this answer is sent. Combined with Drop, the response is lost; combined
	// with an error, a gateway gave up on a service that did its work; combined with Delay, the response is slow.
	CarryOut bool

	// Drop closes the connection without a response, as a gateway does when it restarts. Go's transport resends a GET
	// by itself if the dropped connection was used before.
	Drop bool

	// Delay is the time to wait before answering. If the client disconnects in the meantime, a request that was not
	// carried out yet never is.
	Delay time.Duration

	// Drip is the pause after each byte of the body.
	Drip time.Duration

	// Padding is the number of spaces sent after the body, for a response that is too long to read.
	Padding int64

	code string // the error code in the body, for the log
}

// requestIDPlaceholder is what the request id replaces in a body.
const requestIDPlaceholder = "{request_id}"

// IMSError is an error of the service itself, such as 400 IMG.0115.
func IMSError(status int, code, message string) Answer {
	return Answer{Status: status, code: code, Body: fmt.Sprintf(`{"error":{"code":%s,"message":%s}}`, quote(code), quote(message))}
}

// GatewayError is an error of the API gateway in front of the service, such as 429 APIGW.0308. Its body contains the
// request id.
func GatewayError(status int, code, message string) Answer {
	return Answer{Status: status, code: code, Body: fmt.Sprintf(
		`{"error_code":%s,"error_msg":%s,"request_id":%s}`, quote(code), quote(message), quote(requestIDPlaceholder))}
}

// iamError is an error of IAM, whose code is a number.
func iamError(status int, message string) Answer {
	return Answer{Status: status, code: strconv.Itoa(status), Body: fmt.Sprintf(
		`{"error":{"code":%d,"message":%s,"title":%s}}`, status, quote(message), quote(http.StatusText(status)))}
}

// HTML is a web page, such as the one of a proxy or a login portal.
func HTML(status int) Answer {
	return Answer{
		Status: status,
		Header: http.Header{"Content-Type": {"text/html"}},
		Body: "<!DOCTYPE html><html><head><title>Sign in</title><style>p{color:red}</style></head>" +
			"<body><h1>Sign in</h1><p>Please sign in to the network.</p></body></html>",
	}
}

func noContent() Answer { return Answer{Status: http.StatusNoContent} }

func okJSON(v any) Answer {
	body, err := json.Marshal(v)
	if err != nil {
		return IMSError(http.StatusInternalServerError, "IMG.0001", err.Error())
	}
	return Answer{Status: http.StatusOK, Body: string(body)}
}

func quote(s string) []byte {
	quoted, _ := json.Marshal(s) //nolint:errchkjson // every string is a JSON string
	return quoted
}
