package ims_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// nowhere is an endpoint that no fake transport calls.
const nowhere = "https://ims.example.com"

// over makes a client use a transport.
func over(transport http.RoundTripper) func(*ims.Config) {
	return func(c *ims.Config) { c.Transport = transport }
}

func maxRetries(n int) func(*ims.Config) {
	return func(c *ims.Config) { c.MaxRetries = n }
}

// longestWaits makes a client wait as long as it ever would.
func longestWaits(c *ims.Config) {
	c.Jitter = func(limit time.Duration) time.Duration { return limit }
}

// accept makes the service accept the credentials with a first call.
func accept(t *testing.T, d *faketransport.Manual, c *ims.Client) {
	t.Helper()
	first := start(func() error { _, err := c.ListTags(t.Context(), image); return err })
	d.Answer(t, 200, `{"tags":[]}`)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
}

// start runs a call beside the test.
func start(call func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	return done
}

func expectSuccess(t *testing.T, done <-chan error) {
	t.Helper()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
