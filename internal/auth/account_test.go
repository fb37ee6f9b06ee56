// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// If a cloud does not provide the call for the account, the call is made once, and not before each other call.
func TestMissingAccountIsRequestedOnce(t *testing.T) {
	t.Parallel()
	asked := 0
	iam := auth.IAM{URL: "https://iam.example.com/v3", Account: auth.NewAccount(""), Next: roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/auth/domains") {
			asked++
			return status(http.StatusNotFound)
		}
		if got := r.Header.Get("X-Domain-Id"); got != "" {
			t.Errorf("%s names the account %q", r.URL, got)
		}
		return response(http.StatusOK, nil, `{"projects":[{"id":"i","name":"p"}]}`), nil
	})}
	for range 2 {
		if id, err := iam.FindProject(t.Context(), "p"); id != "i" || err != nil {
			t.Errorf("the project is %q, %v", id, err)
		}
	}
	if asked != 1 {
		t.Errorf("the account was asked for %d times, want once", asked)
	}
}

// A caller whose context ends does not wait for the call of another, and the others use the outcome of that call.
func TestWaitForTheAccountEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		iam := auth.IAM{URL: "https://iam.example.com/v3", Account: auth.NewAccount(""), Next: roundTripFunc(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/auth/domains") {
				return response(http.StatusOK, nil, `{"projects":[{"id":"i","name":"p"}]}`), nil
			}
			asked++
			<-time.After(time.Minute)
			return response(http.StatusOK, nil, `{"domains":[{"id":"d"}]}`), nil
		})}
		first := make(chan error)
		go func() {
			_, err := iam.FindProject(t.Context(), "p")
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		_, err := iam.FindProject(ctx, "p")
		var failed *auth.LoginError
		if took := time.Since(begun); took != time.Second || !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &failed) {
			t.Errorf("the wait ended after %s with %v", took, err)
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
		if id, err := iam.FindProject(t.Context(), "p"); id != "i" || err != nil || asked != 1 {
			t.Errorf("after %d calls, the project is %q, %v", asked, id, err)
		}
	})
}

// IAM may find a project for a key whose account it does not return. If it does not, the error says what to set.
func TestNoAccountForAProject(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{http.StatusOK: "", http.StatusUnauthorized: "set domain_id"} {
		iam := auth.IAM{URL: "https://iam.example.com/v3", Account: auth.NewAccount(""), Next: roundTripFunc(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/auth/domains") {
				return response(http.StatusOK, nil, `{"domains":[]}`), nil
			}
			if _, named := r.Header["X-Domain-Id"]; named {
				t.Error("an account is named")
			}
			return response(code, nil, `{"projects":[{"id":"i","name":"p"}]}`), nil
		})}
		id, err := iam.FindProject(t.Context(), "p")
		if want == "" && (id != "i" || err != nil) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("status %d: the project is %q, %v", code, id, err)
		}
	}
}

// The token of a first login, which is only used to find the account, is redacted too.
func TestTokenOfFirstLoginIsRedacted(t *testing.T) {
	t.Parallel()
	logins := 0
	link := roundTripFunc(func(*http.Request) (*http.Response, error) {
		logins++
		token := map[int]string{1: "first-token", 2: "second-token"}[logins]
		return response(http.StatusCreated, http.Header{"X-Subject-Token": {token}}, `{"token":{"user":{"id":"u","domain":{"id":"d"}}}}`), nil
	})
	secrets := auth.NewSecrets()
	keystone := auth.Keystone{
		AuthURL: "https://iam.example.com/v3", Transport: link, Next: link, Now: time.Now, Secrets: secrets,
		Options: auth.KeystoneOptions{UserID: "u", Password: "hunter2", Scope: auth.Scope{ProjectName: "p"}},
	}
	if _, err := keystone.Login(t.Context()); err != nil || logins != 2 {
		t.Fatalf("%d logins ended with %v", logins, err)
	}
	if got := secrets.Redact("first-token second-token"); got != "*** ***" {
		t.Errorf("redacted is %q", got)
	}
}

func response(code int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}
