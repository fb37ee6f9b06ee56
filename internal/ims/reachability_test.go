// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

var (
	errUnknownHost       = &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "ims.invalid", IsNotFound: true}}
	errConnectionRefused = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
)

// failingTransport returns a transport that fails every attempt with the same error.
func failingTransport(err error) *faketransport.Scripted {
	return &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) { return nil, err }}
}

// readImages reads the tags of n images, ten at a time, and returns the error of each read.
func readImages(t *testing.T, c *ims.Client, n int) []error {
	t.Helper()
	images := make(chan int)
	errs := make([]error, n)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range images {
				_, errs[i] = c.ListTags(t.Context(), ims.Image{ProjectID: project, ID: fmt.Sprint(i)})
			}
		})
	}
	for i := range n {
		images <- i
	}
	close(images)
	workers.Wait()
	return errs
}

// If the service cannot be reached, all calls share the retries of one call.
func TestUnreachableServiceStopsAllCalls(t *testing.T) {
	t.Parallel()
	untrusted := &tls.CertificateVerificationError{Err: errors.New("signed by unknown authority")}
	cases := map[string]struct {
		transport http.RoundTripper
		attempts  int
		within    time.Duration
		is        func(error) bool
	}{
		"no such host":                     {failingTransport(errUnknownHost), 1, 0, neterror.IsUnknownHost},
		"407 of a proxy":                   {failingTransport(&neterror.ProxyError{Proxy: "p:3128", Status: 407}), 1, 0, neterror.IsProxy},
		"an untrusted certificate":         {failingTransport(untrusted), 1, 0, neterror.IsPermanent},
		"a login that has failed for good": {failingTransport(loginError{permanent: true}), 1, 0, neterror.IsPermanent},
		"connection refused":               {failingTransport(errConnectionRefused), 11, 181 * time.Second, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"502 of a proxy":                   {failingTransport(&neterror.ProxyError{Proxy: "p:3128", Status: 502}), 11, 181 * time.Second, neterror.IsProxy},
		"no response":                      {&faketransport.Manual{}, 11, 181*time.Second + 11*15*time.Second, func(err error) bool { return err != nil }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				client := newClient(t, fakeEndpoint, withTransport(c.transport), withMaxJitter, withMaxRetries(ims.DefaultMaxRetries), func(config *ims.Config) {
					config.Observe = func(context.Context, ims.Attempt) { attempts++ }
				})
				begun := time.Now()
				sent := 0
				for _, err := range readImages(t, client, 1000) {
					e := asError(t, err)
					if !c.is(err) {
						t.Errorf("the error is %v", err)
					}
					var unreachable *ims.UnreachableError
					if e.Attempts == 0 != errors.As(err, &unreachable) {
						t.Errorf("after %d attempts the error is %v", e.Attempts, err)
					}
					sent += e.Attempts
				}
				took := time.Since(begun)
				t.Logf("1,000 reads: %d attempts in %s", attempts, took)
				if attempts != c.attempts || sent != c.attempts || took > c.within {
					t.Errorf("%d attempts in %s, and %d in the errors; want %d in %s", attempts, took, sent, c.attempts, c.within)
				}
			})
		})
	}
}

// After any response of the service, each call has its own retries, even after errors that would have stopped all
// calls before.
func TestEachCallHasItsOwnRetriesOnceTheServiceHasResponded(t *testing.T) {
	t.Parallel()
	responses := map[string]func() *http.Response{
		"a success":      func() *http.Response { return faketransport.Response(200, `{"tags":[]}`) },
		"a server error": func() *http.Response { return faketransport.Response(503, "") },
		"a body that breaks off": func() *http.Response {
			resp := faketransport.Response(200, "")
			resp.Body = io.NopCloser(&brokenReader{})
			return resp
		},
	}
	for name, response := range responses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
					if number == 1 {
						return response(), nil
					}
					return nil, errUnknownHost
				}}
				client := newClient(t, fakeEndpoint, withTransport(f), withMaxRetries(2))
				_, _ = client.ListTags(t.Context(), image)
				before := f.Sent()
				for range 3 {
					_, err := client.ListTags(t.Context(), image)
					if e := asError(t, err); e.Attempts != 3 {
						t.Errorf("the error is %v after %d attempts", err, e.Attempts)
					}
				}
				if after := f.Sent() - before; after != 9 {
					t.Errorf("%d attempts, want nine", after)
				}
			})
		})
	}
}

// Until the service has responded, one attempt at a time is sent. After its first response, all calls are sent.
func TestFirstResponseReleasesAllCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
			if number <= 3 {
				return nil, errConnectionRefused
			}
			return faketransport.Response(200, `{"tags":[]}`), nil
		}}
		client := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter)
		begun := time.Now()
		for _, err := range readImages(t, client, 100) {
			if err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begun); f.Sent() != 103 || took != 7*time.Second {
			t.Errorf("%d attempts in %s", f.Sent(), took)
		}
	})
}
