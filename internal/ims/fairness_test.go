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

// stopwatch notes when the service took a call.
type stopwatch struct {
	http.RoundTripper

	mu    sync.Mutex
	taken []time.Time
}

func (s *stopwatch) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.RoundTripper.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusNoContent {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken = append(s.taken, time.Now())
	}
	return resp, err
}

// longestStop returns the longest time in which the service took no call.
func (s *stopwatch) longestStop() time.Duration {
	var longest time.Duration
	for i := 1; i < len(s.taken); i++ {
		longest = max(longest, s.taken[i].Sub(s.taken[i-1]))
	}
	return longest
}

// crowd is how long the calls of some workers took.
type crowd struct {
	waits []time.Duration
	took  time.Duration
	late  int // calls that ran out of time
}

// fair is how long a call takes if nobody overtakes anybody: as long as a call of each worker.
func (c crowd) fair(workers int) time.Duration {
	return time.Duration(workers) * c.took / time.Duration(len(c.waits))
}

// writeFrom writes so many tags from so many workers, each within twenty minutes.
func writeFrom(t *testing.T, client *ims.Client, workers, calls int) crowd {
	t.Helper()
	var c crowd
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
				c.waits = append(c.waits, time.Since(called))
				if err != nil {
					c.late++
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
	c.took = time.Since(begun)
	slices.Sort(c.waits)
	return c
}

// seededJitter makes the waits of a client random, and the same in each run.
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

// No call waits much longer than it would if all were served in the order they came: as long as a call of each worker
// takes, and for a stop of the whole service.
func TestCallsAreServedInTheOrderTheyCome(t *testing.T) {
	t.Parallel()
	own := func(c *ims.Config) { c.RequestsPerSecond = 20 }
	limits := map[string]struct {
		most   int
		length time.Duration
		change func(*ims.Config)
	}{
		"a limit of one's own": {1 << 30, time.Second, own},
		"20 a second":          {20, time.Second, func(*ims.Config) {}},
		"50 a second":          {50, time.Second, func(*ims.Config) {}},
		"40 in ten seconds":    {40, 10 * time.Second, func(*ims.Config) {}},
		"200 in five minutes":  {200, 5 * time.Minute, func(*ims.Config) {}},
	}
	for name, limit := range limits {
		for _, workers := range []int{10, 100, 200} {
			t.Run(fmt.Sprintf("%s, %d workers", name, workers), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &window{most: limit.most, length: limit.length, latency: 20 * time.Millisecond}
					s := &stopwatch{RoundTripper: w}
					c := writeFrom(t, newClient(t, nowhere, over(s), seededJitter(1), limit.change), workers, 1000)
					fair, longest, stop := c.fair(workers), c.waits[len(c.waits)-1], s.longestStop()
					t.Logf("in %s: median %s, longest %s, fair %s, stop %s, late %d, %d of %d refused", c.took.Round(time.Second),
						c.waits[len(c.waits)/2].Round(time.Millisecond), longest.Round(time.Millisecond), fair.Round(time.Millisecond),
						stop.Round(time.Millisecond), c.late, w.refused, w.all)
					if longest > 3*fair+stop {
						t.Errorf("the longest wait was %s, want at most three times %s and a stop of %s", longest, fair, stop)
					}
					if c.late > 0 {
						t.Errorf("%d calls ran out of time", c.late)
					}
				})
			})
		}
	}
}

// Several processes that know nothing of each other share a limit: no call runs out of time.
func TestSeveralProcessesShareALimit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &window{most: 200, length: 5 * time.Minute, latency: 20 * time.Millisecond}
				var processes sync.WaitGroup
				for i := range uint64(4) {
					client := newClient(t, nowhere, over(w), seededJitter(10*seed+i))
					processes.Go(func() {
						c := writeFrom(t, client, 10, 400)
						t.Logf("process %d: in %s, longest %s, late %d", i, c.took.Round(time.Second), c.waits[len(c.waits)-1].Round(time.Second), c.late)
						if c.late > 0 {
							t.Errorf("%d calls of process %d ran out of time", c.late, i)
						}
					})
				}
				processes.Wait()
				t.Logf("%d of %d refused", w.refused, w.all)
			})
		})
	}
}
