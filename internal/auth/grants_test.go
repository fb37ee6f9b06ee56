// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// iamClock is the time of IAM. The clock of this machine is behind.
var iamClock = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// grantingIAM is an IAM and a metadata service. They return a token, or keys that are valid for an hour, for each login.
func grantingIAM(r *http.Request) (*http.Response, error) {
	header := http.Header{"Date": {iamClock.Format(http.TimeFormat)}}
	status := http.StatusCreated
	var body string
	switch {
	case r.Method == http.MethodPut:
		status, body = http.StatusOK, "given-metadata-token"
	case strings.HasSuffix(r.URL.Path, "securitytokens") || strings.HasSuffix(r.URL.Path, "securitykey"):
		body = fmt.Sprintf(`{"credential":{"access":"given-access","secret":"given-secret","securitytoken":"given-security-token","expires_at":%q}}`,
			iamClock.Add(time.Hour).Format(time.RFC3339))
	default:
		header.Set("X-Subject-Token", "given-token")
		body = `{"token":{"project":{"id":"p"}}}`
	}
	if r.Method == http.MethodGet {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// logins returns all login methods that receive credentials from IAM or the metadata service.
func logins(link, next http.RoundTripper, now func() time.Time, secrets *auth.Secrets) map[string]auth.Login {
	const url = "https://iam.example.com/v3"
	iam := auth.IAM{URL: url, Next: link, Secrets: secrets}
	keystone := auth.Keystone{
		AuthURL: url, Options: auth.KeystoneOptions{UserID: "u", Password: "hunter2"}, Transport: link, Next: next, Now: now, Secrets: secrets,
	}
	metadata := auth.Metadata{URL: "http://169.254.169.254", Transport: link, Next: next, Now: now, Secrets: secrets}
	return map[string]auth.Login{
		"a password":     keystone.Login,
		"a web identity": iam.WebIdentity(auth.WebIdentity{IDToken: "given-identity"}, next, now),
		"an agency":      iam.AssumeRole(auth.Role{AgencyName: "a", DomainName: "d"}, next, now),
		"the metadata":   metadata.Login,
	}
}

func TestGrantsRegisterTheirSecrets(t *testing.T) {
	t.Parallel()
	given := map[string]string{
		"a password":     "given-token",
		"a web identity": "given-token given-identity",
		"an agency":      "given-access given-secret given-security-token",
		"the metadata":   "given-access given-secret given-security-token given-metadata-token",
	}
	for name, want := range given {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secrets := auth.NewSecrets()
			if _, err := logins(roundTripFunc(grantingIAM), nil, time.Now, secrets)[name](t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := secrets.Redact(want); strings.Contains(got, "given") {
				t.Errorf("%q is shown as %q", want, got)
			}
		})
	}
}

// The error of a login does not contain a credential that the login received before.
func TestFailedLoginHidesReceivedCredentials(t *testing.T) {
	t.Parallel()
	link := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPut {
			return grantingIAM(r)
		}
		body := io.NopCloser(strings.NewReader("not taken: " + r.Header.Get("X-Metadata-Token")))
		return &http.Response{StatusCode: http.StatusForbidden, Header: make(http.Header), Body: body, Request: r}, nil
	})
	_, err := logins(link, nil, time.Now, auth.NewSecrets())["the metadata"](t.Context())
	if err == nil || !strings.Contains(err.Error(), "not taken: ***") {
		t.Errorf("the error is %v", err)
	}
}

// The error of a login does not contain the credentials of a success that is not the documented one: they are not known yet.
func TestUndocumentedSuccessHidesItsCredentials(t *testing.T) {
	t.Parallel()
	const keys = `"access":"given-access","secret":"given-secret","securitytoken":"given-security-token","id":"given-token"`
	cases := map[string]struct {
		status int
		body   string
	}{
		"another status":             {http.StatusNonAuthoritativeInfo, `{"credential":{` + keys + `,"expires_at":"2026-03-01T13:00:00Z"}}`},
		"another format of the time": {0, `{"credential":{` + keys + `,"expires_at":"1 March"},"credentials":{` + keys + `,"expiration":1},"token":{"project":1}}`},
		"another form":               {0, `[` + `{` + keys + `}]`},
		"text":                       {0, keys},
		"a message":                  {http.StatusNonAuthoritativeInfo, `{"message":"given-secret","code":"given-access","request_id":"given-token"}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			link := roundTripFunc(func(r *http.Request) (*http.Response, error) {
				resp, err := grantingIAM(r)
				if strings.HasSuffix(r.URL.Path, "assume") {
					resp.StatusCode = http.StatusOK
				}
				if c.status != 0 {
					resp.StatusCode = c.status
				}
				resp.Body = io.NopCloser(strings.NewReader(c.body))
				return resp, err
			})
			all := logins(link, nil, time.Now, auth.NewSecrets())
			all["a trust agency"] = auth.IAM{Next: link}.AssumeAgency(auth.TrustAgency{URL: "https://sts.example.com"}, nil, time.Now)
			for method, login := range all {
				_, err := login(t.Context())
				tokenIsEnough := method == "a password" && c.status == 0 // it is in the header, and the body only describes it
				if err == nil && !tokenIsEnough || err != nil && strings.Contains(err.Error(), "given") {
					t.Errorf("%s: the error is %v", method, err)
				}
			}
		})
	}
}

// A login page of a proxy, or any other response that a retry would get again, is a permanent error. Otherwise, the credentials
// would be sent to it with each retry. A response that breaks off is not.
func TestUndocumentedResponsesToALogin(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status    int // 0 for the documented one
		body      func() io.Reader
		permanent bool
	}{
		"a page":                            {http.StatusOK, func() io.Reader { return strings.NewReader("<html>Sign in") }, true},
		"a page with the documented status": {0, func() io.Reader { return strings.NewReader("<html>Sign in") }, true},
		"no body":                           {0, func() io.Reader { return strings.NewReader("") }, true},
		"JSON without credentials":          {0, func() io.Reader { return strings.NewReader("{}") }, true},
		"JSON that breaks off":              {0, func() io.Reader { return io.MultiReader(strings.NewReader("{"), iotest.ErrReader(io.ErrUnexpectedEOF)) }, false},
	}
	for name, c := range cases {
		link := roundTripFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := grantingIAM(r)
			if err != nil || r.Method == http.MethodPut {
				return resp, err
			}
			resp.StatusCode = cmp.Or(c.status, resp.StatusCode)
			resp.Header.Del("X-Subject-Token")
			resp.Body = io.NopCloser(c.body())
			return resp, nil
		})
		for method, login := range logins(link, nil, time.Now, auth.NewSecrets()) {
			_, err := login(t.Context())
			var failed *auth.LoginError
			if !errors.As(err, &failed) || failed.Permanent() != c.permanent || (failed.Status != 0) != c.permanent {
				t.Errorf("%s in response to %s: the error is %v, want permanent: %t", name, method, err, c.permanent)
			}
		}
	}
}

// The lifetime of temporary keys is computed with the clock of the server that returns them.
func TestTemporaryKeysWithWrongClock(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
		now := func() time.Time { return iamClock.Add(off) }
		for _, name := range []string{"an agency", "the metadata"} {
			grant, err := logins(roundTripFunc(grantingIAM), nil, now, nil)[name](t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if life := grant.Expires.Sub(now()); life != time.Hour || !grant.Issued.Equal(now()) {
				t.Errorf("%s, a clock off by %s: the keys are valid for %s", name, off, life)
			}
		}
	}
}

// Without a Date header, the lifetime of temporary keys is computed with the clock of this machine.
func TestTemporaryKeysWithoutDate(t *testing.T) {
	t.Parallel()
	undated := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		resp, err := grantingIAM(r)
		resp.Header.Del("Date")
		return resp, err
	})
	grant, err := logins(undated, nil, func() time.Time { return iamClock }, nil)["an agency"](t.Context())
	if err != nil || !grant.Expires.Equal(iamClock.Add(time.Hour)) {
		t.Errorf("it is %v, %v", grant, err)
	}
}

// Temporary keys are renewed after a 401, also before their expiry.
func TestTemporaryKeysAreRenewedOn401(t *testing.T) {
	t.Parallel()
	sent, given := 0, 0
	next := roundTripFunc(func(*http.Request) (*http.Response, error) {
		sent++
		if sent == 2 {
			return status(http.StatusUnauthorized)
		}
		return status(http.StatusNoContent)
	})
	link := roundTripFunc(func(r *http.Request) (*http.Response, error) {
		given++
		return grantingIAM(r)
	})
	now := func() time.Time { return iamClock.Add(-10 * time.Minute) }
	renewing := auth.NewRenewing(logins(link, next, now, nil)["an agency"], now)
	for range 2 {
		if code, err := post(t.Context(), t, renewing); code != http.StatusNoContent || err != nil {
			t.Errorf("it ended with %d, %v", code, err)
		}
	}
	if sent != 3 || given != 2 {
		t.Errorf("%d requests with %d keys, want 3 with 2", sent, given)
	}
}

// endlessPage is an endless body that counts the bytes that are read.
type endlessPage struct{ read int }

func (p *endlessPage) Read(b []byte) (int, error) {
	p.read += len(b)
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func (*endlessPage) Close() error { return nil }

// An error page can have any length. Only its beginning is read.
func TestErrorPagesAreReadPartially(t *testing.T) {
	t.Parallel()
	for _, code := range []int{http.StatusForbidden, http.StatusCreated} {
		for _, name := range []string{"a password", "a web identity", "an agency", "the metadata"} {
			page := &endlessPage{}
			link := roundTripFunc(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: code, Header: make(http.Header), Body: page, Request: r}, nil
			})
			login := logins(link, nil, time.Now, nil)[name]
			if _, err := login(context.Background()); err == nil {
				t.Errorf("%s: it succeeded", name)
			}
			most := 2 * 2 * 64 << 10 // of each call, at most two of them, and what a buffer reads ahead
			if code == http.StatusCreated {
				most = 2 * 2 * 4 << 20
			}
			if page.read > most {
				t.Errorf("%s, status %d: %d bytes were read", name, code, page.read)
			}
		}
	}
}
