// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// fakeService is a service with many images. Each has the tag k with the value v.
type fakeService struct {
	images  int
	page    int                                    // maximum number of images in a page
	hidden  func(i int) bool                       // images that the listing leaves out; nil for none
	respond func(page int) (*http.Response, error) // returns the response to a page, or nil for the real one. The first page is 1
	noTotal bool                                   // the listing has no total_count
	others  int                                    // images that nobody reads, listed before all others

	mu    sync.Mutex
	reads int
	pages int
}

func (f *fakeService) image(i int) ims.Image {
	return ims.Image{ProjectID: project, ID: fmt.Sprintf("%08d-4f50-6172-8394-a5b6c7d8e9f0", i)}
}

func (f *fakeService) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(50 * time.Millisecond)
	if r.Method != http.MethodPost {
		f.count(&f.reads)
		return faketransport.Response(200, `{"tags":[{"key":"k","value":"v"}]}`), nil
	}
	page := f.count(&f.pages)
	if f.respond != nil {
		if resp, err := f.respond(page); resp != nil || err != nil {
			return resp, err
		}
	}
	var asked struct{ Action, Limit, Offset string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	if asked.Action != "filter" {
		return faketransport.Response(400, `{"error":{"code":"IMG.0001"}}`), nil
	}
	limit, _ := strconv.Atoi(asked.Limit)
	offset, _ := strconv.Atoi(asked.Offset)
	return faketransport.Response(200, f.list(offset, min(limit, f.page))), nil
}

// count increments a number of calls and returns it.
func (f *fakeService) count(calls *int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	*calls++
	return *calls
}

// list returns the body of a page.
func (f *fakeService) list(offset, limit int) string {
	var listed []string
	for i := range f.others {
		listed = append(listed, fmt.Sprintf(`{"resource_id":"other-%d","tags":[]}`, i))
	}
	for i := range f.images {
		if f.hidden == nil || !f.hidden(i) {
			listed = append(listed, fmt.Sprintf(`{"resource_id":%q,"tags":[{"key":"k","value":"v"}]}`, f.image(i).ID))
		}
	}
	total := len(listed)
	listed = listed[min(offset, total):min(offset+limit, total)]
	if f.noTotal {
		return fmt.Sprintf(`{"resources":[%s]}`, strings.Join(listed, ","))
	}
	return fmt.Sprintf(`{"resources":[%s],"total_count":%d}`, strings.Join(listed, ","), total)
}

// refresh reads the tag of each image, ten at a time as Terraform does, within 20 minutes. It returns the number of
// calls.
func (f *fakeService) refresh(t *testing.T, s *store.Store) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	images := make(chan int)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range images {
				if s.Confirm(ctx, f.image(i), ims.Tag{Key: "k", Value: "v"}) {
					continue
				}
				if tags, err := s.Tags(ctx, f.image(i)); err != nil || len(tags) != 1 {
					t.Errorf("the tags of image %d are %v, %v", i, tags, err)
				}
			}
		})
	}
	for i := range f.images {
		images <- i
	}
	close(images)
	workers.Wait()
	return f.reads + f.pages
}

// newStore returns a store of this service that may list images.
func (f *fakeService) newStore(t *testing.T) *store.Store {
	t.Helper()
	return store.New(newClient(t, f), store.Options{Bulk: true})
}

// alwaysRespond answers every page with the same response.
func alwaysRespond(status int, body string) func(int) (*http.Response, error) {
	return func(int) (*http.Response, error) { return faketransport.Response(status, body), nil }
}

func TestManyImagesAreReadWithFewCalls(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		service  *fakeService
		maxCalls int
	}{
		"few images":                           {&fakeService{images: 10, page: 1000}, 10},
		"a hundred":                            {&fakeService{images: 100, page: 1000}, 20},
		"a thousand":                           {&fakeService{images: 1000, page: 1000}, 20},
		"a thousand, without a total":          {&fakeService{images: 1000, page: 1000, noTotal: true}, 21},
		"two thousand, without a total":        {&fakeService{images: 2000, page: 1000, noTotal: true}, 30},
		"a thousand, with a hundred in a page": {&fakeService{images: 1000, page: 100}, 40},
		"ten thousand":                         {&fakeService{images: 10_000, page: 1000}, 30},
		"pages of images that nobody reads":    {&fakeService{images: 30, page: 10, others: 10_000}, 60},
		"pages of one image":                   {&fakeService{images: 300, page: 1}, 301}, // the listing is given up
		"a listing with every other image":     {&fakeService{images: 1000, page: 1000, hidden: func(i int) bool { return i%2 == 0 }}, 520},
		"a listing without these images":       {&fakeService{images: 200, page: 1000, hidden: func(int) bool { return true }}, 201},
		"permission denied":                    {&fakeService{images: 100, respond: alwaysRespond(403, `{"error":{"code":"IMG.0026"}}`)}, 101},
		"no such API":                          {&fakeService{images: 100, respond: alwaysRespond(404, `{"error_code":"APIGW.0101"}`)}, 101},
		"not authenticated":                    {&fakeService{images: 100, respond: alwaysRespond(401, `{"error_code":"APIGW.0301"}`)}, 101},
		"a web page":                           {&fakeService{images: 100, respond: alwaysRespond(200, `<html>`)}, 101},
		"without resources":                    {&fakeService{images: 100, respond: alwaysRespond(200, `{}`)}, 101},
		"always a server error":                {&fakeService{images: 100, respond: alwaysRespond(503, ``)}, 103}, // it may be transient
		"a connection that always breaks":      {&fakeService{images: 100, respond: func(int) (*http.Response, error) { return nil, http.ErrServerClosed }}, 103},
		"a connection that breaks at first": {&fakeService{images: 1000, page: 1000, respond: func(page int) (*http.Response, error) {
			if page == 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, nil
		}}, 30},
		"no response in time": {&fakeService{images: 100, respond: func(int) (*http.Response, error) {
			<-time.After(2 * time.Minute)
			return nil, io.ErrUnexpectedEOF
		}}, 101},
		"a server error at first": {&fakeService{images: 1000, page: 1000, respond: func(page int) (*http.Response, error) {
			if page == 1 {
				return faketransport.Response(503, ""), nil
			}
			return nil, nil
		}}, 30},
		"throttled at first": {&fakeService{images: 1000, page: 1000, respond: func(page int) (*http.Response, error) {
			if page == 1 {
				return faketransport.Response(429, `{"error_code":"APIGW.0308"}`), nil
			}
			return nil, nil
		}}, 30},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := c.service.refresh(t, c.service.newStore(t))
				t.Logf("%d images: %d reads and %d pages", c.service.images, c.service.reads, c.service.pages)
				if calls > c.maxCalls {
					t.Errorf("%d calls, want at most %d", calls, c.maxCalls)
				}
				if c.service.pages > c.service.reads {
					t.Errorf("%d pages for %d reads", c.service.pages, c.service.reads)
				}
			})
		})
	}
}

// The first read tries the credentials. Then nine more reads and the first page are sent at the same time.
func TestManyImagesAreReadInTwoRoundTrips(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{images: 100, page: 1000}
		begun := time.Now()
		f.refresh(t, f.newStore(t))
		if took := time.Since(begun); took != 100*time.Millisecond {
			t.Errorf("it took %s, want two round trips of 50ms", took)
		}
	})
}

func TestBulkReadsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{images: 100, page: 1000}
		f.refresh(t, store.New(newClient(t, f), store.Options{}))
		if f.reads != 100 || f.pages != 0 {
			t.Errorf("%d reads and %d pages, want 100 and none", f.reads, f.pages)
		}
	})
}

// The listing can confirm that a tag is unchanged. It never shows that a tag has changed or does not exist.
func TestListingOnlyConfirms(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{images: 100, page: 1000, hidden: func(i int) bool { return i == 90 }}
		s := f.newStore(t)
		f.refresh(t, s)
		confirm := func(i int, key, value string) bool {
			return s.Confirm(t.Context(), f.image(i), ims.Tag{Key: key, Value: value})
		}
		for i, want := range map[int]bool{50: true, 0: false, 90: false, 100: false} { // listed, read one by one, hidden, missing
			if confirm(i, "k", "v") != want {
				t.Errorf("image %d is confirmed: %v", i, !want)
			}
		}
		if confirm(50, "k", "other") || confirm(50, "other", "v") || confirm(50, "k", "") {
			t.Error("another tag is confirmed")
		}
		s.Forget(f.image(51))
		if confirm(51, "k", "v") {
			t.Error("a tag of an image that was written is confirmed")
		}
		if elsewhere := (ims.Image{ProjectID: strings.Repeat("f", 32), ID: f.image(50).ID}); s.Confirm(t.Context(), elsewhere, ims.Tag{Key: "k", Value: "v"}) {
			t.Error("a tag of another project is confirmed")
		}
	})
}

// An image whose tags in the listing are invalid is treated as if it were not listed.
func TestInvalidImageInAListingIsNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string]string{
		"null":                  `null`,
		"a tag without a key":   `[{"key":"k","value":"v"},{"value":"v"}]`,
		"a key with two values": `[{"key":"k","value":"v"},{"key":"k","value":"w"}]`,
		"a missing value":       `[{"key":"k"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fakeService{images: 11}
				f.respond = alwaysRespond(200, fmt.Sprintf(`{"resources":[{"resource_id":%q,"tags":%s}],"total_count":1}`, f.image(10).ID, tags))
				f.refresh(t, f.newStore(t))
				if f.reads != 11 || f.pages != 1 {
					t.Errorf("%d reads and %d pages, want 11 and 1", f.reads, f.pages)
				}
			})
		})
	}
}

// throttledService admits no calls for four minutes after the first page is requested.
type throttledService struct {
	*fakeService

	mu    sync.Mutex
	until time.Time
}

func (f *throttledService) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	if r.Method == http.MethodPost && f.until.IsZero() {
		f.until = time.Now().Add(4 * time.Minute)
	}
	throttled := time.Now().Before(f.until)
	f.mu.Unlock()
	if throttled {
		return faketransport.Response(429, gatewayError), nil
	}
	return f.fakeService.RoundTrip(r)
}

// If only the listing is throttled, the reads go on. If all calls are throttled, the listing saves even more time.
func TestThrottledListing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		service  func(f *fakeService) http.RoundTripper
		within   time.Duration
		maxCalls int
	}{
		"the listing alone": {func(f *fakeService) http.RoundTripper {
			f.respond = alwaysRespond(429, gatewayError)
			return f
		}, 3 * time.Minute, 1003},
		"all calls": {func(f *fakeService) http.RoundTripper { return &throttledService{fakeService: f} }, 6 * time.Minute, 60},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fakeService{images: 1000, page: 1000}
				begun := time.Now()
				calls := f.refresh(t, store.New(newClient(t, c.service(f), withMaxJitter), store.Options{Bulk: true}))
				took := time.Since(begun)
				t.Logf("%d reads and %d pages in %s", f.reads, f.pages, took)
				if calls > c.maxCalls || took > c.within {
					t.Errorf("%d calls in %s, want at most %d in %s", calls, took, c.maxCalls, c.within)
				}
			})
		})
	}
}

// newStoreAfterReads returns a store that has read so many images that it lists the next ones.
func newStoreAfterReads(t *testing.T) (*store.Store, *faketransport.Manual) {
	t.Helper()
	m := &faketransport.Manual{}
	client := newClient(t, m)
	acceptCredentials(t, m, client)
	s := store.New(client, store.Options{Bulk: true})
	for i := range 10 {
		read := startRead(t.Context(), s, (&fakeService{}).image(i))
		m.Answer(t, 200, oldTags)
		(<-read).expectValue(t, "old")
	}
	return s, m
}

// startConfirm confirms the tag k with the value v of image i.
func startConfirm(ctx context.Context, s *store.Store, i int) <-chan bool {
	done := make(chan bool, 1)
	go func() { done <- s.Confirm(ctx, (&fakeService{}).image(i), ims.Tag{Key: "k", Value: "v"}) }()
	return done
}

// The listing is not used for an image that is written while its page is in flight.
func TestPageInFlightDuringAWriteDoesNotConfirm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		waiting := startConfirm(t.Context(), s, 10)
		m.Open(t, 1)
		s.Forget((&fakeService{}).image(10))
		m.Answer(t, 200, (&fakeService{images: 20}).list(0, 20))
		if <-waiting {
			t.Error("it is confirmed")
		}
	})
}
