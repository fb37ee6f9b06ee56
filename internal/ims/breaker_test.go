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
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var (
	errUnknownHost = &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "ims.invalid", IsNotFound: true}}
	errRefusedPort = &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
)

// failing is a service that fails all attempts in the same way.
func failing(err error) *faketransport.Scripted {
	return &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) { return nil, err }}
}

// readAll reads so many images ten at a time, and returns what each read ended with.
func readAll(t *testing.T, c *ims.Client, many int) []error {
	t.Helper()
	images := make(chan int)
	errs := make([]error, many)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range images {
				_, errs[i] = c.ListTags(t.Context(), ims.Image{ProjectID: project, ID: fmt.Sprint(i)})
			}
		})
	}
	for i := range many {
		images <- i
	}
	close(images)
	workers.Wait()
	return errs
}

// What one call has learnt of a service that cannot be reached holds for all.
func TestAServiceThatCannotBeReached(t *testing.T) {
	t.Parallel()
	untrusted := &tls.CertificateVerificationError{Err: errors.New("signed by unknown authority")}
	cases := map[string]struct {
		transport http.RoundTripper
		attempts  int
		within    time.Duration
		is        func(error) bool
	}{
		"no such host":          {failing(errUnknownHost), 1, 0, fault.IsUnknownHost},
		"a proxy's 407":         {failing(&fault.ProxyError{Proxy: "p:3128", Status: 407}), 1, 0, fault.IsOfProxy},
		"a refused certificate": {failing(untrusted), 1, 0, fault.IsPermanent},
		"a login that is over":  {failing(loginError{permanent: true}), 1, 0, fault.IsPermanent},
		"a refused port":        {failing(errRefusedPort), 11, 181 * time.Second, func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"a proxy's 502":         {failing(&fault.ProxyError{Proxy: "p:3128", Status: 502}), 11, 181 * time.Second, fault.IsOfProxy},
		"a silent port":         {&faketransport.Manual{}, 11, 181*time.Second + 11*15*time.Second, func(err error) bool { return err != nil }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				client := newClient(t, nowhere, over(c.transport), longestWaits, maxRetries(ims.DefaultMaxRetries), func(config *ims.Config) {
					config.Observe = func(context.Context, ims.Attempt) { attempts++ }
				})
				begun := time.Now()
				sent := 0
				for _, err := range readAll(t, client, 1000) {
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
					t.Errorf("%d attempts in %s, of which the errors tell %d; want %d in %s", attempts, took, sent, c.attempts, c.within)
				}
			})
		})
	}
}

// A service that has answered anything has been reached: from then on, each call has its own retries, even for what
// ended the run before.
func TestAServiceThatHasAnsweredIsTriedAgain(t *testing.T) {
	t.Parallel()
	answers := map[string]func() *http.Response{
		"a success": func() *http.Response { return faketransport.Response(200, `{"tags":[]}`) },
		"a fault":   func() *http.Response { return faketransport.Response(503, "") },
		"an answer that breaks off": func() *http.Response {
			resp := faketransport.Response(200, "")
			resp.Body = io.NopCloser(&broken{})
			return resp
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
					if number == 1 {
						return answer(), nil
					}
					return nil, errUnknownHost
				}}
				client := newClient(t, nowhere, over(f), maxRetries(2))
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

// One call at a time finds out, and once the service answers it, all others are let go.
func TestTheFirstAnswerLetsAllCallsGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
			if number <= 3 {
				return nil, errRefusedPort
			}
			return faketransport.Response(200, `{"tags":[]}`), nil
		}}
		client := newClient(t, nowhere, over(f), longestWaits)
		begun := time.Now()
		for _, err := range readAll(t, client, 100) {
			if err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begun); f.Sent() != 103 || took != 7*time.Second {
			t.Errorf("%d attempts in %s", f.Sent(), took)
		}
	})
}
