package ims_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// startProbe returns a client of a service that throttles, and a call of it that is on its way to try whether it still
// does.
func startProbe(t *testing.T) (*faketransport.Manual, *ims.Client, <-chan error) {
	t.Helper()
	d := &faketransport.Manual{}
	client := newClient(t, nowhere, over(d), longestWaits)
	accept(t, d, client)
	first := list(t.Context(), client, 1)
	d.Answer(t, 429, refused)
	d.Open(t, 0)
	<-time.After(time.Second)
	d.Open(t, 1)
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
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		<-time.After(9 * time.Second)
		d.Answer(t, 200, `{"tags":[]}`)
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
		d.Open(t, 1)
		d.Answer(t, 503, "")
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
		<-d.Next(t)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, first)
	})
}

// Others wait for a probe, so it has a quarter of a minute.
func TestAProbeThatIsNotAnsweredIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, _ := startProbe(t)
		probe := d.Open(t, 1)[0]
		second := list(t.Context(), client, 1)
		<-time.After(15*time.Second - time.Nanosecond)
		if d.Open(t, 1)[0] != probe {
			t.Error("it has less than 15 seconds")
		}
		<-time.After(time.Nanosecond)
		if d.Open(t, 1)[0] == probe {
			t.Error("it has more than 15 seconds")
		}
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
	})
}

// A limit of one's own holds for what tries whether the service takes calls again, too.
func TestProbesKeepToTheirOwnLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, nowhere, over(d), longestWaits, func(c *ims.Config) { c.RequestsPerSecond = 0.1 })
		done := list(t.Context(), client, 3)
		d.Answer(t, 429, refused)
		for _, status := range []int{503, 200, 200, 200} {
			<-time.After(9 * time.Second)
			d.Open(t, 0)
			<-time.After(time.Second)
			d.Open(t, 1)
			d.Answer(t, status, `{"tags":[]}`)
		}
		for range 3 {
			expectSuccess(t, done)
		}
	})
}

// Credentials that are refused meanwhile are tried once more, and then not sent again by those who wait.
func TestARefusedProbeStopsThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, first := startProbe(t)
		rest := list(t.Context(), client, 5)
		d.Open(t, 1)
		d.Answer(t, 401, refused)
		<-d.Next(t) // at the pace that was seen
		d.Answer(t, 401, refused)
		if e := asError(t, <-first); e.StatusCode != http.StatusUnauthorized || isRefused(e) {
			t.Errorf("the first error is %v, want the answer itself", e)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("one that waited ended with %v", err)
			}
		}
		d.Total(t, 4)
	})
}

// A call that alone is throttled does not hold up the others for good: the next probe is another one.
func TestACallThatAloneIsThrottledLetsOthersThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(_ int, r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return faketransport.Response(429, refused), nil
			}
			return faketransport.Response(200, `{"tags":[]}`), nil
		}}
		client := newClient(t, nowhere, over(f), longestWaits)
		if _, err := client.ListTags(t.Context(), image); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		throttled := start(func() error { return client.WriteTag(ctx, image, ims.Tag{Key: "k"}) })
		synctest.Wait()
		begun := time.Now()
		short, end := context.WithTimeout(t.Context(), 10*time.Minute)
		defer end()
		reads := list(short, client, 20)
		for range 20 {
			expectSuccess(t, reads)
		}
		if took := time.Since(begun); took > 2*time.Minute {
			t.Errorf("20 reads took %s", took)
		}
		cancel()
		if err := <-throttled; err == nil {
			t.Error("it succeeded")
		}
	})
}
