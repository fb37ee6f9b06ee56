package ims_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
		return response(429, `{"error_code":"APIGW.0308","error_msg":"policy user over ratelimit"}`), nil
	}
	w.taken++
	return response(204, ""), nil
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
		return response(429, refused), nil
	}
	p.taken++
	return response(204, ""), nil
}

// What waits when one call is throttled was not sent yet, and is not sent, even if it waited for something else.
func TestWhatWaitsForTheCredentialsWaitsForTheThrottlingToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		done := list(t.Context(), newClient(t, nowhere, over(d), longestWaits), 10)
		d.expect(t, 1)
		d.answer(t, 429, refused, "Retry-After", "60")
		<-time.After(59 * time.Second)
		d.expect(t, 0)
		<-time.After(time.Second)
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		d.expect(t, 9)
		for range 9 {
			d.answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// startProbe returns a client of a service that throttles, and a call of it that is on its way to try whether it still
// does.
func startProbe(t *testing.T) (*desk, *ims.Client, <-chan error) {
	t.Helper()
	d := &desk{}
	client := newClient(t, nowhere, over(d), longestWaits)
	d.accept(t, client)
	first := list(t.Context(), client, 1)
	d.answer(t, 429, refused)
	d.expect(t, 0)
	<-time.After(time.Second)
	d.expect(t, 1)
	return d, client, first
}

// How long a probe takes nobody knows: who has any time left waits for it.
func TestACallWithLittleTimeWaitsForAProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, first := startProbe(t)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		hasty := list(ctx, client, 1)
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		<-time.After(9 * time.Second)
		d.answer(t, 200, `{"tags":[]}`)
		for _, done := range []<-chan error{first, hasty} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// A probe without an answer says nothing of the throttling: the next call may try at once.
func TestAProbeWithoutAnAnswerIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, first := startProbe(t)
		second := list(t.Context(), client, 1)
		d.expect(t, 1)
		d.answer(t, 503, "")
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
		<-sentAgain(t, d)
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, first)
	})
}

// A limit of one's own holds for what tries whether the service takes calls again, too.
func TestProbesKeepToTheirOwnLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		client := newClient(t, nowhere, over(d), longestWaits, func(c *ims.Config) { c.RequestsPerSecond = 0.1 })
		done := list(t.Context(), client, 3)
		d.answer(t, 429, refused)
		for _, status := range []int{503, 200, 200, 200} {
			<-time.After(9 * time.Second)
			d.expect(t, 0)
			<-time.After(time.Second)
			d.expect(t, 1)
			d.answer(t, status, `{"tags":[]}`)
		}
		for range 3 {
			expectSuccess(t, done)
		}
	})
}

// A refusal of a call that was made before the service took calls again says nothing of now.
func TestALateRefusalClosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		client := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, client)
		done := list(t.Context(), client, 2)
		d.expect(t, 2)
		d.answer(t, 429, refused)
		late := d.take(t)
		<-time.After(time.Second)
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
		late.reply <- response(429, refused)
		<-time.After(600 * time.Millisecond) // at the pace that was seen; a probe would be sent after a second
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
	})
}

// What never came to be sent says why.
func TestWaitsThatEndSayThatTheServiceThrottles(t *testing.T) {
	t.Parallel()
	waiting := map[string]func(ctx context.Context, c *ims.Client) error{
		"for the service": func(ctx context.Context, c *ims.Client) error {
			_, err := singleReader(c).Tags(ctx, image)
			return err
		},
		"for the credentials": func(ctx context.Context, c *ims.Client) error {
			return c.WriteTag(ctx, image, ims.Tag{Key: "k"})
		},
	}
	for name, call := range waiting {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{}
				client := newClient(t, nowhere, over(d), longestWaits)
				if name == "for the service" {
					d.accept(t, client)
				}
				first := list(t.Context(), client, 1)
				d.answer(t, 429, refused, "Retry-After", "300")
				d.expect(t, 0)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				e := asError(t, call(ctx, client))
				if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 || e.Path == "" {
					t.Errorf("the error is %v, after %d attempts", e, e.Attempts)
				}
				<-time.After(4 * time.Minute)
				d.answer(t, 200, `{"tags":[]}`)
				expectSuccess(t, first)
			})
		})
	}
}

// Credentials that are refused meanwhile are not sent again by those who wait.
func TestARefusedProbeStopsThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, first := startProbe(t)
		rest := list(t.Context(), client, 5)
		d.expect(t, 1)
		d.answer(t, 401, refused)
		if err := <-first; isRefused(err) {
			t.Errorf("the first error is %v, want the answer itself", err)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("the error is %v, want that it was not sent", err)
			}
		}
		d.expectAll(t, 3)
	})
}

// One call is refused, and all wait: a single one tries again until the service takes calls.
func TestAllCallsWaitWhenOneIsThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		var waits []time.Duration
		client := newClient(t, nowhere, over(d), longestWaits, func(c *ims.Config) {
			c.Throttled = func(_ context.Context, wait time.Duration) { waits = append(waits, wait) }
		})
		d.accept(t, client)
		first := list(t.Context(), client, 1)
		d.answer(t, 429, refused)
		d.expect(t, 0)
		rest := list(t.Context(), client, 5)
		d.expect(t, 0) // the others are not even sent
		<-time.After(time.Second)
		d.expect(t, 1) // one tries
		d.answer(t, 429, refused)
		<-time.After(time.Second)
		d.expect(t, 0)
		<-time.After(time.Second)
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		for range 5 { // the pace that was seen is slow
			<-time.After(5 * time.Second)
			d.answer(t, 200, `{"tags":[]}`)
		}
		for _, done := range []<-chan error{first, rest, rest, rest, rest, rest} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if len(waits) != 1 || waits[0] != time.Second {
			t.Errorf("the beginning was told as %v", waits)
		}
	})
}

func TestALimitOfOnesOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &window{most: 1 << 30, latency: time.Millisecond}
		client := newClient(t, nowhere, over(w), func(c *ims.Config) { c.RequestsPerSecond = 5 })
		begun := time.Now()
		writeAll(t, client, 51)
		if took := time.Since(begun); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("51 calls at five a second took %s", took)
		}
	})
}

func TestALimitOfCallsOnTheirWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		client := newClient(t, nowhere, over(d), func(c *ims.Config) { c.ConcurrentRequests = 3 })
		d.accept(t, client)
		done := list(t.Context(), client, 10)
		for range 7 {
			d.expect(t, 3)
			d.answer(t, 200, `{"tags":[]}`)
		}
		for range 3 {
			d.answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		full := list(t.Context(), client, 3)
		d.expect(t, 3)
		if _, err := client.ListTags(ctx, image); !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for a place ended with %v", err)
		}
		for range 3 {
			d.answer(t, 200, `{"tags":[]}`)
			<-full
		}
	})
}

// Nobody waits for what would come after the operation's time.
func TestAThrottledCallGivesUpWhenItsTimeWouldBeOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		client := newClient(t, nowhere, over(&window{most: 0, length: time.Hour}), longestWaits)
		err := client.WriteTag(ctx, image, ims.Tag{Key: "k"})
		e := asError(t, err)
		if e.StatusCode != http.StatusTooManyRequests || e.Code != "APIGW.0308" || e.Attempts != 4 || e.Elapsed != 7*time.Second {
			t.Errorf("the error is %v, after %d attempts in %s", e, e.Attempts, e.Elapsed)
		}
		e = asError(t, client.WriteTag(ctx, image, ims.Tag{Key: "k"}))
		if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 {
			t.Errorf("the error of a call that was not sent is %v, after %d attempts", e, e.Attempts)
		}
	})
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
