package ims_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

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

// Others wait for a probe, so it has a quarter of a minute.
func TestAProbeThatIsNotAnsweredIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, _ := startProbe(t)
		probe := d.expect(t, 1)[0]
		second := list(t.Context(), client, 1)
		<-time.After(15*time.Second - time.Nanosecond)
		if d.expect(t, 1)[0] != probe {
			t.Error("it has less than 15 seconds")
		}
		<-time.After(time.Nanosecond)
		if d.expect(t, 1)[0] == probe {
			t.Error("it has more than 15 seconds")
		}
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
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

// Credentials that are refused meanwhile are tried once more, and then not sent again by those who wait.
func TestARefusedProbeStopsThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client, first := startProbe(t)
		rest := list(t.Context(), client, 5)
		d.expect(t, 1)
		d.answer(t, 401, refused)
		<-sentAgain(t, d) // at the pace that was seen
		d.answer(t, 401, refused)
		if e := asError(t, <-first); e.StatusCode != http.StatusUnauthorized || isRefused(e) {
			t.Errorf("the first error is %v, want the answer itself", e)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("one that waited ended with %v", err)
			}
		}
		d.expectAll(t, 4)
	})
}

// A call that alone is throttled does not hold up the others for good: the next probe is another one.
func TestACallThatAloneIsThrottledLetsOthersThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: func(_ int, r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return response(429, refused), nil
			}
			return response(200, `{"tags":[]}`), nil
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
