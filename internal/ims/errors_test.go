// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err           ims.Error
		text          string
		response      string // none if empty
		isTheCauseEOF bool
	}{
		"a response": {
			err: ims.Error{
				Operation: ims.OperationWriteTag, Method: "POST", Path: "/p", StatusCode: 400, Code: "IMG.0116", Message: "too many tags",
				RequestID: "r-1", Attempts: 1, Elapsed: 120 * time.Millisecond,
			},
			text:     "POST /p: HTTP 400 Bad Request IMG.0116: too many tags (request id r-1)",
			response: "HTTP 400 Bad Request IMG.0116: too many tags",
		},
		"a response after several attempts": {
			err: ims.Error{
				Method: "GET", Path: "/p", StatusCode: 503, Message: "busy", RequestID: "r-1", Attempts: 3, Elapsed: 4200400 * time.Microsecond,
			},
			text:     "GET /p: HTTP 503 Service Unavailable: busy (request id r-1) after 3 attempts over 4.2s",
			response: "HTTP 503 Service Unavailable: busy",
		},
		"a response without a body": {
			err:      ims.Error{Method: "GET", Path: "/p", StatusCode: 502, Attempts: 1},
			text:     "GET /p: HTTP 502 Bad Gateway",
			response: "HTTP 502 Bad Gateway",
		},
		"a status without a name": {
			err:      ims.Error{Method: "GET", Path: "/p", StatusCode: 599, Code: "X.1", Attempts: 1},
			text:     "GET /p: HTTP 599 X.1",
			response: "HTTP 599 X.1",
		},
		"no response": {
			err:           ims.Error{Method: "GET", Path: "/p", Attempts: 2, Elapsed: time.Second, Err: io.EOF},
			text:          "GET /p: EOF after 2 attempts over 1s",
			isTheCauseEOF: true,
		},
		"a response and a cause": {
			err: ims.Error{
				Method: "GET", Path: "/p", StatusCode: 429, Message: "slow", Attempts: 1, Err: errors.Join(io.EOF, context.Canceled),
			},
			text:          "GET /p: HTTP 429 Too Many Requests: slow: EOF; context canceled",
			response:      "HTTP 429 Too Many Requests: slow",
			isTheCauseEOF: true,
		},
		"no request": {
			err:  ims.Error{Operation: ims.OperationDeleteTag, Err: context.Canceled},
			text: "delete tag: context canceled",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.err.Error(); got != c.text {
				t.Errorf("the error is %q, want %q", got, c.text)
			}
			if got := c.err.Response(); got != c.response {
				t.Errorf("the response is %q, want %q", got, c.response)
			}
			if got := errors.Is(&c.err, io.EOF); got != c.isTheCauseEOF {
				t.Errorf("errors.Is with io.EOF is %t", got)
			}
		})
	}
}

func TestIsImageNotFound(t *testing.T) {
	t.Parallel()
	responseError := func(status int, code string) error { return &ims.Error{StatusCode: status, Code: code} }
	cases := map[string]struct {
		err  error
		want bool
	}{
		"404 with a code of the service":           {responseError(404, "IMG.0027"), true},
		"404 with any code of the service":         {responseError(404, "IMG.0999"), true},
		"400 IMG.0027":                             {responseError(400, "IMG.0027"), true},
		"400 IMG.0144":                             {responseError(400, "IMG.0144"), true},
		"400 IMG.0086":                             {responseError(400, "IMG.0086"), true},
		"a wrapped error":                          {fmt.Errorf("reading: %w", responseError(404, "IMG.0027")), true},
		"404 without a code":                       {responseError(404, ""), false},
		"404 of the gateway, no API":               {responseError(404, "APIGW.0101"), false},
		"404 of the gateway, no backend":           {responseError(404, "APIG.0103"), false},
		"404 of IAM":                               {responseError(404, "404"), false},
		"404 of another service":                   {responseError(404, "IMGX.0027"), false},
		"404 with a code in lower case":            {responseError(404, "img.0027"), false},
		"400 of a malformed id":                    {responseError(400, "IMG.0066"), false},
		"400 of another project":                   {responseError(400, "IMG.0030"), false},
		"400 with a longer code":                   {responseError(400, "IMG.00271"), false},
		"400 without a code":                       {responseError(400, ""), false},
		"403 with the code":                        {responseError(403, "IMG.0027"), false},
		"401 with the code":                        {responseError(401, "IMG.0144"), false},
		"200 with the code":                        {responseError(200, "IMG.0027"), false},
		"410 with the code":                        {responseError(410, "IMG.0027"), false},
		"500 with the code":                        {responseError(500, "IMG.0144"), false},
		"no response":                              {responseError(0, ""), false},
		"another error":                            {errors.New("IMG.0027"), false},
		"no error":                                 {nil, false},
		"a call that was not sent after a refusal": {&ims.Error{Err: &ims.RefusedError{First: &ims.Error{StatusCode: 404, Code: "IMG.0027"}}}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ims.IsImageNotFound(c.err); got != c.want {
				t.Errorf("it is %t, want %t", got, c.want)
			}
		})
	}
}
