// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"errors"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	project = "0123456789abcdef0123456789abcdef"
	imageID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	tagPath = "/v2/" + project + "/images/" + imageID + "/tags"

	fakeEndpoint = "https://ims.example.com" // no transport of these tests connects to it
	gatewayError = `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`
)

var (
	image = ims.Image{ProjectID: project, ID: imageID}
	other = ims.Image{ProjectID: project, ID: "11111111-4f50-6172-8394-a5b6c7d8e9f0"}
)

// newClient returns a client whose backoffs are zero.
func newClient(t testing.TB, transport http.RoundTripper, change ...func(*ims.Config)) *ims.Client {
	t.Helper()
	config := ims.Config{
		Endpoint: fakeEndpoint, Transport: transport, MaxRetries: 3,
		Jitter: func(time.Duration) time.Duration { return 0 },
	}
	for _, f := range change {
		f(&config)
	}
	client, err := ims.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
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
	expectSuccess(t, first)
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

func asError(t *testing.T, err error) *ims.Error {
	t.Helper()
	var e *ims.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is not an *ims.Error", err)
	}
	return e
}

// unreachableService returns the transport of a service that refuses all connections.
func unreachableService() *faketransport.Scripted {
	return &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}}
}
