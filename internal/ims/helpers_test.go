// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// fakeEndpoint is an endpoint that no fake transport calls.
const fakeEndpoint = "https://ims.example.com"

// withTransport sets the transport of a client.
func withTransport(transport http.RoundTripper) func(*ims.Config) {
	return func(c *ims.Config) { c.Transport = transport }
}

// withMaxRetries sets the maximum number of retries of a client.
func withMaxRetries(n int) func(*ims.Config) {
	return func(c *ims.Config) { c.MaxRetries = n }
}

// withLimits sets the limits of a client that shares its limiter with no other. Its clock and jitter are those that the
// configuration has so far. Zero means no limit.
func withLimits(requestsPerSecond float64, concurrentRequests int) func(*ims.Config) {
	return func(c *ims.Config) {
		c.Limiter = ims.NewLimiter(c.Now, c.Jitter, requestsPerSecond, concurrentRequests)
	}
}

// withMaxJitter makes every wait of a client as long as it can be.
func withMaxJitter(c *ims.Config) {
	c.Jitter = func(limit time.Duration) time.Duration { return limit }
}

// acceptCredentials makes a first call, which the service accepts.
func acceptCredentials(t *testing.T, m *faketransport.Manual, c *ims.Client) {
	t.Helper()
	first := runInBackground(func() error { _, err := c.ListTags(t.Context(), image); return err })
	m.Answer(t, 200, `{"tags":[]}`)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
}

// runInBackground runs a call in a goroutine.
func runInBackground(call func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	return done
}

// expectSuccess waits for a call and checks that it succeeded.
func expectSuccess(t *testing.T, done <-chan error) {
	t.Helper()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
