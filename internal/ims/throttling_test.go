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

// window is a service that takes so many calls in each window of time, and answers the others 429 without a hint.
type window struct {
	most    int
	length  time.Duration
	latency time.Duration

	mu      sync.Mutex
	began   time.Time
	taken   int // in this window
	all     int
	refused int
}

func (w *window) RoundTrip(*http.Request) (*http.Response, error) {
	<-time.After(w.latency)
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.began.IsZero() || now.Sub(w.began) >= w.length {
		w.began, w.taken = now, 0
	}
	w.all++
	if w.taken >= w.most {
		w.refused++
		return faketransport.Response(429, `{"error_code":"APIGW.0308","error_msg":"policy user over ratelimit"}`), nil
	}
	w.taken++
	return faketransport.Response(204, ""), nil
}

// writeAll writes so many tags, ten at a time as Terraform does, each within twenty minutes.
func writeAll(t testing.TB, client *ims.Client, many int) {
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
	for i := range many {
		tags <- i
	}
	close(tags)
	workers.Wait()
}

// Of all calls under a limit, at most a tenth is refused, and every one is made in the end. The time is not real.
func TestThrottlingIsOutlastedWithoutHammering(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		most   int
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
					w := &window{most: c.most, length: c.length, latency: 20 * time.Millisecond}
					client := newClient(t, nowhere, over(w), func(config *ims.Config) {
						config.Jitter = func(limit time.Duration) time.Duration {
							mu.Lock()
							defer mu.Unlock()
							return time.Duration(random.Int64N(int64(limit) + 1))
						}
					})
					begun := time.Now()
					writeAll(t, client, c.calls)
					took, share := time.Since(begun), float64(w.refused)/float64(w.all)
					t.Logf("%d calls in %s, %d of %d refused (%.1f %%)", c.calls, took.Round(time.Second), w.refused, w.all, 100*share)
					if share > 0.10 {
						t.Errorf("%.1f %% of the calls were refused", 100*share)
					}
					if took > c.within {
						t.Errorf("it took %s", took)
					}
				})
			})
		}
	}
}

// The pace of a time in which there was little to do says nothing of what the service takes.
func TestThrottlingAfterAQuietTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &window{most: 50, length: time.Second, latency: 20 * time.Millisecond}
		client := newClient(t, nowhere, over(w), longestWaits)
		for range 60 {
			writeAll(t, client, 1)
			<-time.After(10 * time.Second)
		}
		begun := time.Now()
		writeAll(t, client, 1000)
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("1000 calls at 50 a second took %s", took)
		}
	})
}

// A pace that was seen over few calls, or none, says little of what the service takes.
func TestThrottlingFromTheStart(t *testing.T) {
	t.Parallel()
	const latency = 20 * time.Millisecond
	usedUp := func(most int, length, left time.Duration) func() http.RoundTripper {
		return func() http.RoundTripper {
			return &window{most: most, length: length, latency: latency, taken: most, began: time.Now().Add(left - length)}
		}
	}
	refusing := func(after int) func() http.RoundTripper {
		return func() http.RoundTripper { return &pause{after: after, length: 3 * time.Second, latency: latency} }
	}
	cases := map[string]struct {
		service func() http.RoundTripper
		calls   int
		within  time.Duration
	}{
		"50 a second, this second's are used up":           {usedUp(50, time.Second, time.Second/2), 1000, time.Minute},
		"200 in five minutes, these five's are used up":    {usedUp(200, 5*time.Minute, 100*time.Second), 200, 150 * time.Second},
		"all are refused for a moment":                     {refusing(0), 1000, 10 * time.Second},
		"all after the first are refused for a moment":     {refusing(1), 1000, time.Minute},
		"all after the first ten are refused for a moment": {refusing(10), 1000, time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, nowhere, over(c.service()), longestWaits)
				begun := time.Now()
				writeAll(t, client, c.calls)
				took := time.Since(begun)
				t.Logf("%d calls took %s", c.calls, took)
				if took > c.within {
					t.Errorf("%d calls took %s, want at most %s", c.calls, took, c.within)
				}
			})
		})
	}
}

// pause is a service that takes some calls, then none for a time, and then all of them.
type pause struct {
	after   int
	length  time.Duration
	latency time.Duration

	mu    sync.Mutex
	taken int
	until time.Time
}

func (p *pause) RoundTrip(*http.Request) (*http.Response, error) {
	<-time.After(p.latency)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken == p.after && p.until.IsZero() {
		p.until = time.Now().Add(p.length)
	}
	if time.Now().Before(p.until) {
		return faketransport.Response(429, refused), nil
	}
	p.taken++
	return faketransport.Response(204, ""), nil
}

// How many calls a service that throttles refuses, in real time, and how long all of them take against a client that
// knows the limit.
func BenchmarkThrottling(b *testing.B) {
	cases := []struct {
		name   string
		most   int
		length time.Duration
		calls  int
		least  time.Duration
	}{
		{"50 a second", 50, time.Second, 1000, 19 * time.Second},
		{"40 in ten seconds", 40, 10 * time.Second, 200, 40 * time.Second},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w := &window{most: c.most, length: c.length, latency: 20 * time.Millisecond}
				client := newClient(b, nowhere, over(w), func(config *ims.Config) { config.Jitter = ims.UniformJitter })
				begun := time.Now()
				writeAll(b, client, c.calls)
				share := 100 * float64(w.refused) / float64(w.all)
				b.ReportMetric(share, "%refused")
				b.ReportMetric(time.Since(begun).Seconds()/c.least.Seconds(), "times-the-least")
				b.ReportMetric(float64(w.all), "calls")
				if share > 10 {
					b.Errorf("%.1f %% of the calls were refused", share)
				}
			}
		})
	}
}
