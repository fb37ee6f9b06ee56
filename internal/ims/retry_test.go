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

func TestWhatIsSentAgain(t *testing.T) {
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
		first func() (*http.Response, error)
		again bool
	}{
		"a conflict":                            {status(409, ""), true},
		"throttled by the gateway":              {status(429, `{"error_code":"APIGW.0308","error_msg":"slow down"}`), true},
		"throttled by the service with a 400":   {status(400, `{"error":{"code":"IMG.0060","message":"slow down"}}`), true},
		"500":                                   {status(500, ""), true},
		"500 of a gateway without a backend":    {status(500, `{"error_code":"APIG.0103","error_msg":"no backend"}`), true},
		"502":                                   {status(502, "<html>"), true},
		"503":                                   {status(503, ""), true},
		"504":                                   {status(504, ""), true},
		"a connection that fails":               {failure(errors.New("connection reset by peer")), true},
		"a connection that is closed":           {failure(io.EOF), true},
		"an answer that breaks off":             {body(io.MultiReader(strings.NewReader("{"), &broken{})), true},
		"300":                                   {status(300, ""), false},
		"301":                                   {status(301, ""), false},
		"304":                                   {status(304, ""), false},
		"307":                                   {status(307, ""), false},
		"400":                                   {status(400, ""), false},
		"400 with another code":                 {status(400, `{"error":{"code":"IMG.0115","message":"bad tag"}}`), false},
		"401":                                   {status(401, `{"error_code":"APIGW.0301","error_msg":"no"}`), false},
		"403":                                   {status(403, ""), false},
		"403 with the code of throttling":       {status(403, `{"error":{"code":"IMG.0060","message":"no"}}`), false},
		"404":                                   {status(404, ""), false},
		"405":                                   {status(405, ""), false},
		"408":                                   {status(408, ""), false},
		"422":                                   {status(422, ""), false},
		"501":                                   {status(501, ""), false},
		"505":                                   {status(505, ""), false},
		"200 where it should be 204":            {status(200, ""), false},
		"a certificate that is not valid":       {failure(fmt.Errorf("tls: %w", &tls.CertificateVerificationError{Err: errors.New("expired")})), false},
		"a certificate of an unknown authority": {failure(x509.UnknownAuthorityError{}), false},
		"a port that does not speak TLS":        {failure(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), false},
		"a login that cannot succeed later":     {failure(fmt.Errorf("login: %w", loginError{permanent: true})), false},
		"a login that may succeed later":        {failure(fmt.Errorf("login: %w", loginError{})), true},
		"a port that speaks plain http":         {failure(http.ErrSchemeMismatch), false},
		"an answer that does not end":           {body(&endless{}), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
				if number == 1 {
					return c.first()
				}
				return faketransport.Response(204, ""), nil
			}}
			err := newClient(t, nowhere, over(f)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
			if again := f.Sent() == 2 && err == nil; again != c.again {
				t.Errorf("it was sent %d times and ended with %v", f.Sent(), err)
			}
			if !c.again && (f.Sent() != 1 || err == nil) {
				t.Errorf("it was sent %d times and ended with %v, want one request and an error", f.Sent(), err)
			}
		})
	}
}

// loginError is an error of a transport that knows whether trying again can help.
type loginError struct{ permanent bool }

func (loginError) Error() string     { return "the login failed" }
func (f loginError) Permanent() bool { return f.permanent }

// broken is a connection that breaks.
type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// endless is an answer that is never over. It stops the test that reads far more than is allowed.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read += len(p); e.read > 256<<20 {
		panic("no limit holds the reading")
	}
	return len(p), nil
}

func TestAnswerThatIsTooLargeSaysSo(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		resp := faketransport.Response(200, "")
		resp.Body = io.NopCloser(&endless{})
		return resp, nil
	}}
	_, err := newClient(t, nowhere, over(f)).ListTags(t.Context(), image)
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
			err := newClient(t, nowhere, over(f), maxRetries(retries)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})

			want := max(retries, 0) + 1
			if f.Sent() != want {
				t.Errorf("%d requests were sent, want %d", f.Sent(), want)
			}
			e := asError(t, err)
			if e.Attempts != want || e.Message != fmt.Sprintf("no. %d", want) || e.Code != fmt.Sprintf("IMG.%04d", want) ||
				e.RequestID != fmt.Sprintf("req-%d", want) || e.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("the error is not that of the last answer: %+v", e)
			}
		})
	}
}

func TestTheLastFailureIsKeptWhetherAnswerOrNot(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number == 1 {
			return faketransport.Response(503, `{"code":"IMG.0001","message":"busy"}`), nil
		}
		return nil, io.EOF
	}}
	err := newClient(t, nowhere, over(f), maxRetries(1)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
	e := asError(t, err)
	if !errors.Is(err, io.EOF) || e.StatusCode != 0 || e.Code != "" || e.Attempts != 2 {
		t.Errorf("the error is %+v, want that of the second attempt alone", e)
	}
	if strings.Contains(err.Error(), nowhere) {
		t.Errorf("the error repeats the URL: %v", err)
	}
}

// Each attempt goes through the transport, which signs it anew, and carries the whole body.
func TestEachAttemptIsWhole(t *testing.T) {
	t.Parallel()
	f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number < 3 {
			return nil, io.EOF
		}
		return faketransport.Response(204, ""), nil
	}}
	if err := newClient(t, nowhere, over(f)).WriteTag(t.Context(), image, ims.Tag{Key: "k", Value: "v"}); err != nil {
		t.Fatal(err)
	}
	const body = `{"tag":{"key":"k","value":"v"}}`
	if !slices.Equal(f.Bodies(), []string{body, body, body}) {
		t.Errorf("the bodies were %q", f.Bodies())
	}
}

// A delete whose answer was lost finds the tag gone when it is sent again.
func TestDeleteThatWasCarriedOutSucceedsWhenSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, answers(drop, answer(404, `{"error":{"code":"IMG.0121","message":"no tag"}}`)))
	if err := newClient(t, s.URL).DeleteTag(t.Context(), image, "k"); err != nil {
		t.Error(err)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests were sent, want 2", n)
	}
}

func TestElapsedIsFromTheFirstAttemptToTheLastAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			<-time.After(100 * time.Millisecond)
			return faketransport.Response(500, ""), nil
		}}
		err := newClient(t, nowhere, over(f), longestWaits, maxRetries(2)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
		if e := asError(t, err); e.Attempts != 3 || e.Elapsed != 3300*time.Millisecond {
			t.Errorf("it took %d attempts and %s", e.Attempts, e.Elapsed)
		}
	})
}

func asError(t *testing.T, err error) *ims.Error {
	t.Helper()
	var e *ims.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *ims.Error", err)
	}
	return e
}
