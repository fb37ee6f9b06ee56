package ims_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
)

// A refusal among calls that are accepted may be a fault of one gateway: it is tried again, alone, before the rest is
// stopped.
func TestALaterRefusalIsTriedAgainAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d))
		accept(t, d, c)
		done := list(t.Context(), c, 10)
		d.Open(t, 10)
		for range 9 {
			d.Answer(t, 401, refused)
		}
		open := d.Open(t, 2) // the last of the ten, and one that tries again
		open[0].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		synctest.Wait()
		later := list(t.Context(), c, 3)
		d.Total(t, 1+10+1) // one that was on its way when another was refused opens nothing
		open[1].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		for range 8 + 3 {
			d.Answer(t, 200, `{"tags":[]}`)
		}
		for range 8 {
			expectSuccess(t, done)
		}
		for range 3 {
			expectSuccess(t, later)
		}
		d.Total(t, 1+10+9+3)
	})
}

// Each call that was refused is made alone from then on, even if others were accepted meanwhile.
func TestACallThatIsRefusedTwiceStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), longestWaits)
		accept(t, d, c)
		both := list(t.Context(), c, 2)
		d.Open(t, 2)
		for _, status := range []int{401, 401, 200, 401} {
			if status == 200 {
				<-d.Next(t)
				d.Open(t, 1) // one after the other
			}
			d.Answer(t, status, map[int]string{200: `{"tags":[]}`, 401: refused}[status])
		}
		expectSuccess(t, both)
		e := asError(t, <-both)
		if isRefused(e) || e.StatusCode != http.StatusUnauthorized || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.Total(t, 5)
	})
}

// That its second attempt has a fault changes nothing, except that others may be sent while it waits for the third.
func TestACallThatWasRefusedStaysAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), longestWaits)
		accept(t, d, c)
		first := list(t.Context(), c, 1)
		d.Answer(t, 401, refused)
		<-d.Next(t)
		d.Answer(t, 503, "")
		d.Open(t, 0)
		other := list(t.Context(), c, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, other)
		<-d.Next(t)
		d.Answer(t, 401, refused)
		if e := asError(t, <-first); e.Attempts != 3 || e.StatusCode != 401 {
			t.Errorf("the error is %v", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.Total(t, 5)
	})
}

// What is on its way when the credentials are refused for good does not wait to be sent again.
func TestNothingWaitsBehindAClosedGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d))
		accept(t, d, c)
		done := list(t.Context(), c, 2)
		open := d.Open(t, 2)
		open[0].Answer(401, refused)
		again := d.Open(t, 2)[1]
		again.Answer(401, refused)
		<-done
		open[1].Answer(503, "")
		if e := asError(t, <-done); isRefused(e) || e.StatusCode != 503 {
			t.Errorf("the error is %v", e)
		}
		d.Total(t, 4)
	})
}

func TestALaterRefusalStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d))
		accept(t, d, c)

		done := list(t.Context(), c, 2)
		d.Open(t, 2)
		d.Answer(t, 401, refused)
		open := d.Open(t, 2)
		open[1].Answer(401, refused)
		if e := asError(t, <-done); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		// One that is on its way already is not affected, and does not open the gate again.
		open[0].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.Total(t, 4)
	})
}

// A person who wants nothing sent again gets the refusal at once; the next call tries the credentials alone.
func TestARefusalIsNotTriedAgainWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), maxRetries(0))
		accept(t, d, c)
		done := list(t.Context(), c, 1)
		d.Answer(t, 401, refused)
		if e := asError(t, <-done); e.Attempts != 1 {
			t.Errorf("the error is %v", e)
		}
		rest := list(t.Context(), c, 3)
		d.Answer(t, 401, refused)
		for range 3 {
			<-rest
		}
		d.Total(t, 3)
	})
}

// A refusal stops the further attempts of a call, too.
func TestARefusalStopsWhatWaitsToBeSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), longestWaits)
		accept(t, d, c)

		waiting := list(t.Context(), c, 1)
		d.Answer(t, 503, "", "Retry-After", "10")
		d.Open(t, 0)
		other := list(t.Context(), c, 1)
		d.Answer(t, 401, refused)
		<-d.Next(t)
		d.Answer(t, 401, refused)
		<-other
		err := <-waiting
		if e := asError(t, err); !isRefused(err) || e.Attempts != 1 {
			t.Errorf("the error is %v", err)
		}
		d.Total(t, 4)
	})
}
