package ims_test

import (
	"net/http"
	"testing"
	"testing/synctest"
)

// A refusal among calls that are accepted may be a fault of one gateway: it is tried again, alone, before the rest is
// stopped.
func TestALaterRefusalIsTriedAgainAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		d.accept(t, c)
		done := list(t.Context(), c, 10)
		d.expect(t, 10)
		for range 9 {
			d.answer(t, 401, refused)
		}
		open := d.expect(t, 2) // the last of the ten, and one that tries again
		open[0].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		synctest.Wait()
		later := list(t.Context(), c, 3)
		d.expectAll(t, 1+10+1) // one that was on its way when another was refused opens nothing
		open[1].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		d.mu.Lock()
		d.open = d.open[2:]
		d.mu.Unlock()
		for range 8 + 3 {
			d.answer(t, 200, `{"tags":[]}`)
		}
		for range 8 {
			expectSuccess(t, done)
		}
		for range 3 {
			expectSuccess(t, later)
		}
		d.expectAll(t, 1+10+9+3)
	})
}

// Each call that was refused is made alone from then on, even if others were accepted meanwhile.
func TestACallThatIsRefusedTwiceStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)
		both := list(t.Context(), c, 2)
		d.expect(t, 2)
		for _, status := range []int{401, 401, 200, 401} {
			if status == 200 {
				<-sentAgain(t, d)
				d.expect(t, 1) // one after the other
			}
			d.answer(t, status, map[int]string{200: `{"tags":[]}`, 401: refused}[status])
		}
		expectSuccess(t, both)
		e := asError(t, <-both)
		if isRefused(e) || e.StatusCode != http.StatusUnauthorized || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.expectAll(t, 5)
	})
}

// That its second attempt has a fault changes nothing, except that others may be sent while it waits for the third.
func TestACallThatWasRefusedStaysAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)
		first := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		<-sentAgain(t, d)
		d.answer(t, 503, "")
		d.expect(t, 0)
		other := list(t.Context(), c, 1)
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, other)
		<-sentAgain(t, d)
		d.answer(t, 401, refused)
		if e := asError(t, <-first); e.Attempts != 3 || e.StatusCode != 401 {
			t.Errorf("the error is %v", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.expectAll(t, 5)
	})
}

// What is on its way when the credentials are refused for good does not wait to be sent again.
func TestNothingWaitsBehindAClosedGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		d.accept(t, c)
		done := list(t.Context(), c, 2)
		open := d.expect(t, 2)
		open[0].reply <- response(401, refused)
		again := d.expect(t, 3)[2]
		again.reply <- response(401, refused)
		<-done
		open[1].reply <- response(503, "")
		if e := asError(t, <-done); isRefused(e) || e.StatusCode != 503 {
			t.Errorf("the error is %v", e)
		}
		d.expectAll(t, 4)
	})
}

func TestALaterRefusalStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		d.accept(t, c)

		done := list(t.Context(), c, 2)
		d.expect(t, 2)
		d.answer(t, 401, refused)
		open := d.expect(t, 2)
		open[1].reply <- response(401, refused)
		if e := asError(t, <-done); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		// One that is on its way already is not affected, and does not open the gate again.
		open[0].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.expectAll(t, 4)
	})
}

// A person who wants nothing sent again gets the refusal at once; the next call tries the credentials alone.
func TestARefusalIsNotTriedAgainWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), maxRetries(0))
		d.accept(t, c)
		done := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		if e := asError(t, <-done); e.Attempts != 1 {
			t.Errorf("the error is %v", e)
		}
		rest := list(t.Context(), c, 3)
		d.answer(t, 401, refused)
		for range 3 {
			<-rest
		}
		d.expectAll(t, 3)
	})
}

// A refusal stops the further attempts of a call, too.
func TestARefusalStopsWhatWaitsToBeSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)

		waiting := list(t.Context(), c, 1)
		d.answer(t, 503, "", "Retry-After", "10")
		d.expect(t, 0)
		other := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		<-sentAgain(t, d)
		d.answer(t, 401, refused)
		<-other
		err := <-waiting
		if e := asError(t, err); !isRefused(err) || e.Attempts != 1 {
			t.Errorf("the error is %v", err)
		}
		d.expectAll(t, 4)
	})
}
