// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// admissionRecorder records when the service admits calls.
type admissionRecorder struct {
	http.RoundTripper

	mu       sync.Mutex
	admitted []time.Time
}

func (r *admissionRecorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusNoContent {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.admitted = append(r.admitted, time.Now())
	}
	return resp, err
}

// longestGap returns the longest time in which the service admitted no call.
func (r *admissionRecorder) longestGap() time.Duration {
	var longest time.Duration
	for i := 1; i < len(r.admitted); i++ {
		longest = max(longest, r.admitted[i].Sub(r.admitted[i-1]))
	}
	return longest
}

// workloadResult says how long the calls of several workers took.
type workloadResult struct {
	durations []time.Duration // of each call, shortest first
	took      time.Duration   // all calls together
	timedOut  int             // calls
}

// fairWait returns how long a call takes if no call overtakes another: the time of one call of each worker.
func (r workloadResult) fairWait(workers int) time.Duration {
	return time.Duration(workers) * r.took / time.Duration(len(r.durations))
}

// runWorkload writes tags from several workers. Each call has a timeout of 20 minutes.
func runWorkload(t *testing.T, client *ims.Client, workers, calls int) workloadResult {
	t.Helper()
	var result workloadResult
	var mu sync.Mutex
	var all sync.WaitGroup
	jobs := make(chan int)
	begun := time.Now()
	for range workers {
		all.Go(func() {
			for i := range jobs {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
				called := time.Now()
				err := client.WriteTag(ctx, image, ims.Tag{Key: fmt.Sprintf("key-%d", i)})
				cancel()
				mu.Lock()
				result.durations = append(result.durations, time.Since(called))
				if err != nil {
					result.timedOut++
				}
				mu.Unlock()
			}
		})
	}
	for i := range calls {
		jobs <- i
	}
	close(jobs)
	all.Wait()
	result.took = time.Since(begun)
	slices.Sort(result.durations)
	return result
}

// seededJitter makes the waits of a client random, but the same in each run.
func seededJitter(seed uint64) func(*ims.Config) {
	random := rand.New(rand.NewPCG(seed, 0))
	var mu sync.Mutex
	return func(c *ims.Config) {
		c.Jitter = func(limit time.Duration) time.Duration {
			mu.Lock()
			defer mu.Unlock()
			return time.Duration(random.Int64N(int64(limit) + 1))
		}
	}
}

// No call waits much longer than a fair share, plus the longest time in which the service admits no calls.
func TestCallsAreServedInOrderOfArrival(t *testing.T) {
	t.Parallel()
	ownLimit := withLimits(20, 0)
	limits := map[string]struct {
		limit  int
		length time.Duration
		change func(*ims.Config)
	}{
		"requests_per_second is 20": {1 << 30, time.Second, ownLimit},
		"20 a second":               {20, time.Second, func(*ims.Config) {}},
		"50 a second":               {50, time.Second, func(*ims.Config) {}},
		"40 in ten seconds":         {40, 10 * time.Second, func(*ims.Config) {}},
		"200 in five minutes":       {200, 5 * time.Minute, func(*ims.Config) {}},
	}
	for name, limit := range limits {
		for _, workers := range []int{10, 100, 200} {
			t.Run(fmt.Sprintf("%s, %d workers", name, workers), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &fixedWindow{limit: limit.limit, length: limit.length, latency: 20 * time.Millisecond}
					recorder := &admissionRecorder{RoundTripper: w}
					result := runWorkload(t, newClient(t, fakeEndpoint, withTransport(recorder), seededJitter(1), limit.change), workers, 1000)
					fair, longest, gap := result.fairWait(workers), result.durations[len(result.durations)-1], recorder.longestGap()
					t.Logf("in %s: median %s, longest %s, fair %s, gap %s, %d timed out, %d of %d throttled", result.took.Round(time.Second),
						result.durations[len(result.durations)/2].Round(time.Millisecond), longest.Round(time.Millisecond), fair.Round(time.Millisecond),
						gap.Round(time.Millisecond), result.timedOut, w.throttled, w.all)
					if longest > 3*fair+gap {
						t.Errorf("the longest call took %s, want at most three times %s plus a gap of %s", longest, fair, gap)
					}
					if result.timedOut > 0 {
						t.Errorf("%d calls timed out", result.timedOut)
					}
				})
			})
		}
	}
}

// Several processes with the same limit do not know of each other. No call runs into its timeout.
func TestSeveralProcessesShareALimit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &fixedWindow{limit: 200, length: 5 * time.Minute, latency: 20 * time.Millisecond}
				var processes sync.WaitGroup
				for i := range uint64(4) {
					client := newClient(t, fakeEndpoint, withTransport(w), seededJitter(10*seed+i))
					processes.Go(func() {
						result := runWorkload(t, client, 10, 400)
						t.Logf("process %d: in %s, longest %s, %d timed out", i, result.took.Round(time.Second), result.durations[len(result.durations)-1].Round(time.Second), result.timedOut)
						if result.timedOut > 0 {
							t.Errorf("%d calls of process %d timed out", result.timedOut, i)
						}
					})
				}
				processes.Wait()
				t.Logf("%d of %d throttled", w.throttled, w.all)
			})
		})
	}
}
