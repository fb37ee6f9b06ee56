// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// fixedWindow is a service that admits a number of calls in each window of time, and answers the others with a 429
// without a Retry-After.
type fixedWindow struct {
	limit   int // calls in a window
	length  time.Duration
	latency time.Duration

	mu        sync.Mutex
	started   time.Time // of this window
	admitted  int       // in this window
	all       int
	throttled int
}

func (w *fixedWindow) RoundTrip(*http.Request) (*http.Response, error) {
	<-time.After(w.latency)
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.started.IsZero() || now.Sub(w.started) >= w.length {
		w.started, w.admitted = now, 0
	}
	w.all++
	if w.admitted >= w.limit {
		w.throttled++
		return faketransport.Response(429, `{"error_code":"APIGW.0308","error_msg":"policy user over ratelimit"}`), nil
	}
	w.admitted++
	return faketransport.Response(204, ""), nil
}

// writeTags writes n tags, ten at a time as Terraform does. Each call has a timeout of 20 minutes.
func writeTags(t testing.TB, client *ims.Client, n int) {
	t.Helper()
	tags := make(chan int)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range tags {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
				if err := client.WriteTag(ctx, image, ims.Tag{Key: fmt.Sprintf("key-%d", i)}); err != nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	for i := range n {
		tags <- i
	}
	close(tags)
	workers.Wait()
}

// Under any limit, at most a tenth of the calls is throttled, and all succeed in the end.
func TestFewCallsAreThrottledAndAllSucceed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		limit  int
		length time.Duration
		calls  int
		within time.Duration // three times what a client that knows the limit takes
	}{
		"50 a second":         {50, time.Second, 1000, time.Minute},
		"40 in ten seconds":   {40, 10 * time.Second, 400, 5 * time.Minute},
		"200 in five minutes": {200, 5 * time.Minute, 600, 45 * time.Minute},
	}
	for name, c := range cases {
		for seed := range uint64(5) {
			t.Run(fmt.Sprintf("%s, seed %d", name, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(seed, 0))
					var mu sync.Mutex
					w := &fixedWindow{limit: c.limit, length: c.length, latency: 20 * time.Millisecond}
					client := newClient(t, fakeEndpoint, withTransport(w), func(config *ims.Config) {
						config.Jitter = func(limit time.Duration) time.Duration {
							mu.Lock()
							defer mu.Unlock()
							return time.Duration(random.Int64N(int64(limit) + 1))
						}
					})
					begun := time.Now()
					writeTags(t, client, c.calls)
					took, share := time.Since(begun), float64(w.throttled)/float64(w.all)
					t.Logf("%d calls in %s, %d of %d throttled (%.1f %%)", c.calls, took.Round(time.Second), w.throttled, w.all, 100*share)
					if share > 0.10 {
						t.Errorf("%.1f %% of the calls were throttled", 100*share)
					}
					if took > c.within {
						t.Errorf("it took %s", took)
					}
				})
			})
		}
	}
}

// The rate of a period with few calls shows nothing about the limit of the service.
func TestThrottlingAfterAQuietPeriod(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &fixedWindow{limit: 50, length: time.Second, latency: 20 * time.Millisecond}
		client := newClient(t, fakeEndpoint, withTransport(w), withMaxJitter)
		for range 60 {
			writeTags(t, client, 1)
			<-time.After(10 * time.Second)
		}
		begun := time.Now()
		writeTags(t, client, 1000)
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("1000 calls at 50 a second took %s", took)
		}
	})
}

// A rate that was measured over few calls, or none, shows little about the limit of the service.
func TestThrottlingFromTheStart(t *testing.T) {
	t.Parallel()
	const latency = 20 * time.Millisecond
	usedUp := func(limit int, length, left time.Duration) func() http.RoundTripper {
		return func() http.RoundTripper {
			return &fixedWindow{limit: limit, length: length, latency: latency, admitted: limit, started: time.Now().Add(left - length)}
		}
	}
	throttlingFor3s := func(after int) func() http.RoundTripper {
		return func() http.RoundTripper {
			return &temporaryLimit{after: after, length: 3 * time.Second, latency: latency}
		}
	}
	cases := map[string]struct {
		service func() http.RoundTripper
		calls   int
		within  time.Duration
	}{
		"50 a second, all of this second used up":            {usedUp(50, time.Second, time.Second/2), 1000, time.Minute},
		"200 in five minutes, all of these used up":          {usedUp(200, 5*time.Minute, 100*time.Second), 200, 150 * time.Second},
		"all are throttled for a moment":                     {throttlingFor3s(0), 1000, 10 * time.Second},
		"all after the first are throttled for a moment":     {throttlingFor3s(1), 1000, time.Minute},
		"all after the first ten are throttled for a moment": {throttlingFor3s(10), 1000, time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, fakeEndpoint, withTransport(c.service()), withMaxJitter)
				begun := time.Now()
				writeTags(t, client, c.calls)
				took := time.Since(begun)
				t.Logf("%d calls took %s", c.calls, took)
				if took > c.within {
					t.Errorf("%d calls took %s, want at most %s", c.calls, took, c.within)
				}
			})
		})
	}
}

// temporaryLimit is a service that admits some calls, then none for a time, and then all.
type temporaryLimit struct {
	after   int
	length  time.Duration
	latency time.Duration

	mu       sync.Mutex
	admitted int
	until    time.Time
}

func (l *temporaryLimit) RoundTrip(*http.Request) (*http.Response, error) {
	<-time.After(l.latency)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.admitted == l.after && l.until.IsZero() {
		l.until = time.Now().Add(l.length)
	}
	if time.Now().Before(l.until) {
		return faketransport.Response(429, gatewayError), nil
	}
	l.admitted++
	return faketransport.Response(204, ""), nil
}

// How many calls are throttled, in real time, and how long all calls take compared with a client that knows the limit.
func BenchmarkThrottling(b *testing.B) {
	cases := []struct {
		name    string
		limit   int
		length  time.Duration
		calls   int
		fastest time.Duration
	}{
		{"50 a second", 50, time.Second, 1000, 19 * time.Second},
		{"40 in ten seconds", 40, 10 * time.Second, 200, 40 * time.Second},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w := &fixedWindow{limit: c.limit, length: c.length, latency: 20 * time.Millisecond}
				client := newClient(b, fakeEndpoint, withTransport(w), func(config *ims.Config) { config.Jitter = ims.UniformJitter })
				begun := time.Now()
				writeTags(b, client, c.calls)
				share := 100 * float64(w.throttled) / float64(w.all)
				b.ReportMetric(share, "%throttled")
				b.ReportMetric(time.Since(begun).Seconds()/c.fastest.Seconds(), "times-the-fastest")
				b.ReportMetric(float64(w.all), "calls")
				if share > 10 {
					b.Errorf("%.1f %% of the calls were throttled", share)
				}
			}
		})
	}
}
