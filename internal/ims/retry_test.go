// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestWhichFailuresAreRetried(t *testing.T) {
	t.Parallel()
	status := func(status int, body string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return faketransport.Response(status, body), nil }
	}
	failure := func(err error) func() (*http.Response, error) {
		return func() (*http.Response, error) { return nil, err }
	}
	body := func(r io.Reader) func() (*http.Response, error) {
		return func() (*http.Response, error) {
			resp := faketransport.Response(204, "")
			resp.Body = io.NopCloser(r)
			return resp, nil
		}
	}
	cases := map[string]struct {
		first   func() (*http.Response, error)
		retried bool
	}{
		"a conflict":                            {status(409, ""), true},
		"throttled by the gateway":              {status(429, `{"error_code":"APIGW.0308","error_msg":"slow down"}`), true},
		"throttled by the service with a 400":   {status(400, `{"error":{"code":"IMG.0060","message":"slow down"}}`), true},
		"500":                                   {status(500, ""), true},
		"500 of a gateway without a backend":    {status(500, `{"error_code":"APIG.0103","error_msg":"no backend"}`), true},
		"502":                                   {status(502, "<html>"), true},
		"503":                                   {status(503, ""), true},
		"504":                                   {status(504, ""), true},
		"connection reset":                      {failure(errors.New("connection reset by peer")), true},
		"connection closed":                     {failure(io.EOF), true},
		"a body that breaks off":                {body(io.MultiReader(strings.NewReader("{"), &brokenReader{})), true},
		"300":                                   {status(300, ""), false},
		"301":                                   {status(301, ""), false},
		"304":                                   {status(304, ""), false},
		"307":                                   {status(307, ""), false},
		"400":                                   {status(400, ""), false},
		"400 with another code":                 {status(400, `{"error":{"code":"IMG.0115","message":"bad tag"}}`), false},
		"401":                                   {status(401, `{"error_code":"APIGW.0301","error_msg":"no"}`), false},
		"403":                                   {status(403, ""), false},
		"403 with the code IMG.0060":            {status(403, `{"error":{"code":"IMG.0060","message":"no"}}`), false},
		"404":                                   {status(404, ""), false},
		"405":                                   {status(405, ""), false},
		"408":                                   {status(408, ""), false},
		"422":                                   {status(422, ""), false},
		"501":                                   {status(501, ""), false},
		"505":                                   {status(505, ""), false},
		"200 instead of 204":                    {status(200, ""), false},
		"an invalid certificate":                {failure(fmt.Errorf("tls: %w", &tls.CertificateVerificationError{Err: errors.New("expired")})), false},
		"a certificate of an unknown authority": {failure(x509.UnknownAuthorityError{}), false},
		"a port that does not speak TLS":        {failure(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), false},
		"a permanent login error":               {failure(fmt.Errorf("login: %w", loginError{permanent: true})), false},
		"a transient login error":               {failure(fmt.Errorf("login: %w", loginError{})), true},
		"plain HTTP instead of HTTPS":           {failure(http.ErrSchemeMismatch), false},
		"a body without an end":                 {body(&endlessReader{}), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // a long body may take longer than an attempt on a busy machine
				f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
					if number == 1 {
						return c.first()
					}
					return faketransport.Response(204, ""), nil
				}}
				err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
				if retried := f.Sent() == 2 && err == nil; retried != c.retried {
					t.Errorf("it was sent %d times and ended with %v", f.Sent(), err)
				}
				if !c.retried && (f.Sent() != 1 || err == nil) {
					t.Errorf("it was sent %d times and ended with %v, want one request and an error", f.Sent(), err)
				}
			})
		})
	}
}

// loginError is an error of a transport that knows whether a retry can help.
type loginError struct{ permanent bool }

func (loginError) Error() string     { return "the login failed" }
func (f loginError) Permanent() bool { return f.permanent }

// brokenReader is a body whose connection breaks.
type brokenReader struct{}

func (*brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// endlessReader is a body without an end. It panics if far more is read than allowed.
type endlessReader struct{ read int }

func (e *endlessReader) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 256<<20 {
		panic("the body is read without a limit")
	}
	return len(p), nil
}

func TestResponseThatIsTooLarge(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		resp := faketransport.Response(200, "")
		resp.Body = io.NopCloser(&endlessReader{})
		return resp, nil
	}}
	_, err := newClient(t, fakeEndpoint, withTransport(f)).ListTags(t.Context(), image)
	if err == nil || !strings.Contains(err.Error(), "larger than any response") {
		t.Errorf("the error is %v", err)
	}
}

func TestNumberOfAttempts(t *testing.T) {
	t.Parallel()
	for _, retries := range []int{-1, 0, 1, 3} {
		t.Run(fmt.Sprintf("%d retries", retries), func(t *testing.T) {
			t.Parallel()
			f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
				return faketransport.Response(503, fmt.Sprintf(`{"error":{"code":"IMG.%04d","message":"no. %[1]d"}}`, number),
					"X-Request-Id", fmt.Sprintf("req-%d", number)), nil
			}}
			err := newClient(t, fakeEndpoint, withTransport(f), withMaxRetries(retries)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})

			want := max(retries, 0) + 1
			if f.Sent() != want {
				t.Errorf("%d requests were sent, want %d", f.Sent(), want)
			}
			e := asError(t, err)
			if e.Attempts != want || e.Message != fmt.Sprintf("no. %d", want) || e.Code != fmt.Sprintf("IMG.%04d", want) ||
				e.RequestID != fmt.Sprintf("req-%d", want) || e.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("the error is not that of the last attempt: %+v", e)
			}
		})
	}
}

func TestErrorIsThatOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number == 1 {
			return faketransport.Response(503, `{"code":"IMG.0001","message":"busy"}`), nil
		}
		return nil, io.EOF
	}}
	err := newClient(t, fakeEndpoint, withTransport(f), withMaxRetries(1)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
	e := asError(t, err)
	if !errors.Is(err, io.EOF) || e.StatusCode != 0 || e.Code != "" || e.Attempts != 2 {
		t.Errorf("the error is %+v, want only that of the second attempt", e)
	}
	if strings.Contains(err.Error(), fakeEndpoint) {
		t.Errorf("the error repeats the URL: %v", err)
	}
}

// Each attempt passes through the transport, which signs it again.
func TestEachAttemptSendsTheWholeBody(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number < 3 {
			return nil, io.EOF
		}
		return faketransport.Response(204, ""), nil
	}}
	if err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(t.Context(), image, ims.Tag{Key: "k", Value: "v"}); err != nil {
		t.Fatal(err)
	}
	const body = `{"tag":{"key":"k","value":"v"}}`
	if !slices.Equal(f.Bodies(), []string{body, body, body}) {
		t.Errorf("the bodies were %q", f.Bodies())
	}
}

// If the response to a delete is lost, its retry gets a 404.
func TestRetriedDeleteOfADeletedTagSucceeds(t *testing.T) {
	t.Parallel()
	s := serve(t, respondInTurn(dropConnection, respond(404, `{"error":{"code":"IMG.0121","message":"no tag"}}`)))
	if err := newClient(t, s.URL).DeleteTag(t.Context(), image, "k"); err != nil {
		t.Error(err)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests were sent, want 2", n)
	}
}

func TestElapsedIncludesAttemptsAndWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			<-time.After(100 * time.Millisecond)
			return faketransport.Response(500, ""), nil
		}}
		err := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, withMaxRetries(2)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
		if e := asError(t, err); e.Attempts != 3 || e.Elapsed != 3300*time.Millisecond {
			t.Errorf("it took %d attempts and %s", e.Attempts, e.Elapsed)
		}
	})
}

func asError(t *testing.T, err error) *ims.Error {
	t.Helper()
	var e *ims.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is not an *ims.Error", err)
	}
	return e
}
