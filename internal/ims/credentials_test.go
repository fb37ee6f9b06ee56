// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// gatewayError is the body of an error response of the gateway.
const gatewayError = `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`

// startLists starts several calls that list the tags of an image.
func startLists(ctx context.Context, c *ims.Client, calls int) <-chan error {
	done := make(chan error, calls)
	for range calls {
		go func() {
			_, err := c.ListTags(ctx, image)
			done <- err
		}()
	}
	return done
}

func TestOnlyOneAttemptTriesUnprovenCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m)), 10)
		m.Open(t, 1)
		m.Answer(t, 401, gatewayError)

		withResponse := 0
		for range 10 {
			err := <-done
			e := asError(t, err)
			if e.StatusCode == http.StatusUnauthorized && e.Code == "APIGW.0301" && e.Attempts == 1 {
				withResponse++
				continue
			}
			var notSent *ims.RefusedError
			if !errors.As(err, &notSent) || notSent.First.Code != "APIGW.0301" || e.Attempts != 0 || e.Path != tagPath {
				t.Errorf("the error is %+v", e)
			}
			if text := err.Error(); !strings.Contains(text, "not sent") || !strings.Contains(text, "HTTP 401 Unauthorized APIGW.0301") {
				t.Errorf("the error is %q", text)
			}
		}
		if withResponse != 1 {
			t.Errorf("%d errors have the response itself, want 1", withResponse)
		}
		m.Total(t, 1)
	})
}

func TestProvenCredentialsAreUsedInParallel(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
	}{
		"a list":                    {200, `{"tags":[]}`},
		"permission denied":         {403, `{"error":{"code":"IMG.0026","message":"no"}}`},
		"image not found":           {404, `{"error":{"code":"IMG.0027","message":"no"}}`},
		"a bad request":             {400, `{"error":{"code":"IMG.0066","message":"no"}}`},
		"a server error":            {500, `{"error":{"code":"IMG.0001","message":"no"}}`},
		"a list that is empty text": {200, ""},
		"another success status":    {202, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0)), 10)
				m.Open(t, 1)
				m.Answer(t, c.status, c.body)
				<-done
				m.Open(t, 9) // all at once
				for range 9 {
					m.Answer(t, 200, `{"tags":[]}`)
					if err := <-done; err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

func TestResponsesOfAGatewayDoNotProveCredentials(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 400, 403, 404, 409, 500, 502, 503, 504} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0)), 3)
				m.Open(t, 1)
				m.Answer(t, status, gatewayError)
				if e := asError(t, <-done); e.StatusCode != status {
					t.Errorf("the error is %v", e)
				}
				m.Open(t, 1)
				m.Answer(t, 401, gatewayError)
				<-done
				<-done
				m.Total(t, 2)
			})
		})
	}
}

func TestCancelledAttemptDoesNotProveCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0))
		ctx, cancel := context.WithCancel(t.Context())
		first := startLists(ctx, c, 1)
		m.Open(t, 1)
		rest := startLists(t.Context(), c, 3)
		m.Open(t, 1)
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		m.Open(t, 2)
		m.Answer(t, 200, `{"tags":[]}`)
		m.Answer(t, 200, `{"tags":[]}`)
		for range 3 {
			if err := <-rest; err != nil {
				t.Error(err)
			}
		}
	})
}

// While one call waits for its next attempt, another may try the credentials.
func TestGrantIsReleasedDuringABackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m), withMaxJitter), 2)
		m.Open(t, 1)
		m.Answer(t, 503, "")
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-m.Next(t)
		m.Answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		m.Total(t, 3)
	})
}

func TestWaitForAGrantCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m))
		first := startLists(t.Context(), c, 1)
		m.Open(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		second := startLists(ctx, c, 1)
		synctest.Wait()
		cancel()
		err := <-second
		if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Attempts != 0 || e.Path != tagPath {
			t.Errorf("the error is %+v", e)
		}
		m.Answer(t, 200, `{"tags":[]}`)
		if err := <-first; err != nil {
			t.Error(err)
		}
		m.Total(t, 1)
	})
}

// isRefused reports whether a call was not sent because the credentials were refused before.
func isRefused(err error) bool {
	var e *ims.RefusedError
	return errors.As(err, &e)
}
