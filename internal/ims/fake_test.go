package ims_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// nowhere is an endpoint that no fake transport calls.
const nowhere = "https://ims.example.com"

// fake is a transport without a network, for tests in which time is not real.
type fake struct {
	// answer is called for each request. The number is 1 for the first.
	answer func(number int, r *http.Request) (*http.Response, error)

	mu     sync.Mutex
	times  []time.Time
	bodies []string
}

func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	f.mu.Lock()
	f.times = append(f.times, time.Now())
	f.bodies = append(f.bodies, string(body))
	number := len(f.times)
	f.mu.Unlock()
	return f.answer(number, r)
}

func (f *fake) sent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.times)
}

// waits returns the time between each request and the one before.
func (f *fake) waits() []time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	var waits []time.Duration
	for i := 1; i < len(f.times); i++ {
		waits = append(waits, f.times[i].Sub(f.times[i-1]))
	}
	return waits
}

// over makes a client use a transport.
func over(transport http.RoundTripper) func(*ims.Config) {
	return func(c *ims.Config) { c.Transport = transport }
}

// singleReader returns a reader that reads single images only.
func singleReader(c *ims.Client) *ims.Reader { return ims.NewReader(c, false) }

func maxRetries(n int) func(*ims.Config) {
	return func(c *ims.Config) { c.MaxRetries = n }
}

// longestWaits makes a client wait as long as it ever would.
func longestWaits(c *ims.Config) {
	c.Jitter = func(limit time.Duration) time.Duration { return limit }
}

// response makes an answer; the header is a list of names and values in turn.
func response(status int, body string, header ...string) *http.Response {
	h := make(http.Header)
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// desk is a transport whose requests lie open until the test answers them. It is for tests in a bubble of synctest.
type desk struct {
	stubborn bool // a request stays open after its context has ended

	mu      sync.Mutex
	open    []*letter
	all     int
	arrived chan struct{} // closed by the next request, if set
}

// letter is a request that waits for its answer.
type letter struct {
	*http.Request

	reply chan *http.Response
}

func (d *desk) RoundTrip(r *http.Request) (*http.Response, error) {
	l := &letter{r, make(chan *http.Response, 1)}
	d.mu.Lock()
	d.open = append(d.open, l)
	d.all++
	if d.arrived != nil {
		close(d.arrived)
		d.arrived = nil
	}
	d.mu.Unlock()

	var ended <-chan struct{}
	if !d.stubborn {
		ended = r.Context().Done()
	}
	select {
	case resp := <-l.reply:
		return resp, nil
	case <-ended:
		d.mu.Lock()
		defer d.mu.Unlock()
		for i, other := range d.open {
			if other == l {
				d.open = append(d.open[:i:i], d.open[i+1:]...)
			}
		}
		return nil, r.Context().Err()
	}
}

// expect waits until nothing moves any more, and then holds how many requests are open.
func (d *desk) expect(t *testing.T, open int) []*letter {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) != open {
		t.Fatalf("%d requests are open, want %d", len(d.open), open)
	}
	return append([]*letter{}, d.open...)
}

// answer answers the oldest request that is open.
func (d *desk) answer(t *testing.T, status int, body string, header ...string) {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) == 0 {
		t.Fatal("no request is open")
	}
	d.open[0].reply <- response(status, body, header...)
	d.open = d.open[1:]
}

// take returns the oldest request that is open, for the test to answer itself.
func (d *desk) take(t *testing.T) *letter {
	t.Helper()
	oldest := d.expect(t, 1)[0]
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = nil
	return oldest
}

// expectAll holds how many requests there were altogether.
func (d *desk) expectAll(t *testing.T, want int) {
	t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all != want {
		t.Errorf("%d requests were sent, want %d", d.all, want)
	}
}

// accept makes the service accept the credentials with a first call.
func (d *desk) accept(t *testing.T, c *ims.Client) {
	t.Helper()
	first := start(func() error { _, err := c.ListTags(t.Context(), image); return err })
	d.answer(t, 200, `{"tags":[]}`)
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
