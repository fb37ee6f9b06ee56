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

// fleet is a service of many images, each with the tag {k v}.
type fleet struct {
	images  int
	page    int                                    // most images in a page, whatever is asked for
	hidden  func(i int) bool                       // images that the listing leaves out; nil: none
	listing func(page int) (*http.Response, error) // answers instead of the listing if it is set and not nil; 1 for the first
	noTotal bool
	others  int // images that nobody asks for, listed before all others

	mu      sync.Mutex
	singles int
	pages   int
}

func (f *fleet) image(i int) ims.Image {
	return ims.Image{ProjectID: project, ID: fmt.Sprintf("%08d-4f50-6172-8394-a5b6c7d8e9f0", i)}
}

func (f *fleet) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(50 * time.Millisecond)
	if r.Method != http.MethodPost {
		f.count(&f.singles)
		return faketransport.Response(200, `{"tags":[{"key":"k","value":"v"}]}`), nil
	}
	page := f.count(&f.pages)
	if f.listing != nil {
		if resp, err := f.listing(page); resp != nil || err != nil {
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

// count adds one to a number of calls, and returns it.
func (f *fleet) count(calls *int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	*calls++
	return *calls
}

func (f *fleet) list(offset, limit int) string {
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

// refresh reads the tag of each image ten at a time and each within twenty minutes, as Terraform does, and returns how
// many calls that took.
func (f *fleet) refresh(t *testing.T, reader *store.Store) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	images := make(chan int)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for i := range images {
				if reader.Confirm(ctx, f.image(i), ims.Tag{Key: "k", Value: "v"}) {
					continue
				}
				if tags, err := reader.Tags(ctx, f.image(i)); err != nil || len(tags) != 1 {
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
	return f.singles + f.pages
}

func (f *fleet) reader(t *testing.T) *store.Store {
	t.Helper()
	return store.New(newClient(t, f), store.Options{Bulk: true})
}

func refusal(status int, body string) func(int) (*http.Response, error) {
	return func(int) (*http.Response, error) { return faketransport.Response(status, body), nil }
}

func TestManyImagesAreReadInFewCalls(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fleet *fleet
		most  int // calls
	}{
		"few images":                           {&fleet{images: 10, page: 1000}, 10},
		"a hundred":                            {&fleet{images: 100, page: 1000}, 20},
		"a thousand":                           {&fleet{images: 1000, page: 1000}, 20},
		"a thousand, without a total":          {&fleet{images: 1000, page: 1000, noTotal: true}, 21},
		"two thousand, without a total":        {&fleet{images: 2000, page: 1000, noTotal: true}, 30},
		"a thousand in pages of a hundred":     {&fleet{images: 1000, page: 100}, 40},
		"ten thousand":                         {&fleet{images: 10_000, page: 1000}, 30},
		"pages of images nobody asks for":      {&fleet{images: 30, page: 10, others: 10_000}, 60},
		"pages of one image":                   {&fleet{images: 300, page: 1}, 301}, // no use in listing
		"a listing that shows every other one": {&fleet{images: 1000, page: 1000, hidden: func(i int) bool { return i%2 == 0 }}, 520},
		"a listing that shows none":            {&fleet{images: 200, page: 1000, hidden: func(int) bool { return true }}, 201},
		"refused":                              {&fleet{images: 100, listing: refusal(403, `{"error":{"code":"IMG.0026"}}`)}, 101},
		"unknown to the gateway":               {&fleet{images: 100, listing: refusal(404, `{"error_code":"APIGW.0101"}`)}, 101},
		"not authenticated for it":             {&fleet{images: 100, listing: refusal(401, `{"error_code":"APIGW.0301"}`)}, 101},
		"a page instead":                       {&fleet{images: 100, listing: refusal(200, `<html>`)}, 101},
		"without resources":                    {&fleet{images: 100, listing: refusal(200, `{}`)}, 101},
		"always a fault":                       {&fleet{images: 100, listing: refusal(503, ``)}, 103}, // it may pass
		"a connection that always breaks":      {&fleet{images: 100, listing: func(int) (*http.Response, error) { return nil, http.ErrServerClosed }}, 103},
		"a connection that breaks at first": {&fleet{images: 1000, page: 1000, listing: func(page int) (*http.Response, error) {
			if page == 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, nil
		}}, 30},
		"no answer in a minute": {&fleet{images: 100, listing: func(int) (*http.Response, error) {
			<-time.After(2 * time.Minute)
			return nil, io.ErrUnexpectedEOF
		}}, 101},
		"a fault at first": {&fleet{images: 1000, page: 1000, listing: func(page int) (*http.Response, error) {
			if page == 1 {
				return faketransport.Response(503, ""), nil
			}
			return nil, nil
		}}, 30},
		"throttled at first": {&fleet{images: 1000, page: 1000, listing: func(page int) (*http.Response, error) {
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
				calls := c.fleet.refresh(t, c.fleet.reader(t))
				t.Logf("%d images: %d reads and %d pages", c.fleet.images, c.fleet.singles, c.fleet.pages)
				if calls > c.most {
					t.Errorf("%d calls, want at most %d", calls, c.most)
				}
				if c.fleet.pages > c.fleet.singles {
					t.Errorf("%d pages for %d reads", c.fleet.pages, c.fleet.singles)
				}
			})
		})
	}
}

// The first read tries the credentials; then nine others and the first page are on their way together.
func TestManyImagesAreReadInTwoRoundTrips(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{images: 100, page: 1000}
		begun := time.Now()
		f.refresh(t, f.reader(t))
		if took := time.Since(begun); took != 100*time.Millisecond {
			t.Errorf("it took %s, want two round trips of 50ms", took)
		}
	})
}

func TestBulkReadsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{images: 100, page: 1000}
		f.refresh(t, store.New(newClient(t, f), store.Options{}))
		if f.singles != 100 || f.pages != 0 {
			t.Errorf("%d reads and %d pages, want 100 and none", f.singles, f.pages)
		}
	})
}

// What the listing shows is only ever a yes.
func TestTheListingOnlyConfirms(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fleet{images: 100, page: 1000, hidden: func(i int) bool { return i == 90 }}
		reader := f.reader(t)
		f.refresh(t, reader)
		confirm := func(i int, key, value string) bool {
			return reader.Confirm(t.Context(), f.image(i), ims.Tag{Key: key, Value: value})
		}
		for i, want := range map[int]bool{50: true, 0: false, 90: false, 100: false} { // listed, read alone, hidden, absent
			if confirm(i, "k", "v") != want {
				t.Errorf("image %d is confirmed: %v", i, !want)
			}
		}
		if confirm(50, "k", "other") || confirm(50, "other", "v") || confirm(50, "k", "") {
			t.Error("another tag is confirmed")
		}
		reader.Forget(f.image(51))
		if confirm(51, "k", "v") {
			t.Error("a tag of an image that was written is confirmed")
		}
		if elsewhere := (ims.Image{ProjectID: strings.Repeat("f", 32), ID: f.image(50).ID}); reader.Confirm(t.Context(), elsewhere, ims.Tag{Key: "k", Value: "v"}) {
			t.Error("a tag of another project is confirmed")
		}
	})
}

// An image whose tags in the listing make no sense counts as one that is not listed.
func TestAListedImageWithoutSenseIsNotConfirmed(t *testing.T) {
	t.Parallel()
	for name, tags := range map[string]string{
		"no tags":            `null`,
		"a tag without key":  `[{"key":"k","value":"v"},{"value":"v"}]`,
		"a key with two":     `[{"key":"k","value":"v"},{"key":"k","value":"w"}]`,
		"a value that is no": `[{"key":"k"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fleet{images: 11}
				f.listing = refusal(200, fmt.Sprintf(`{"resources":[{"resource_id":%q,"tags":%s}],"total_count":1}`, f.image(10).ID, tags))
				f.refresh(t, f.reader(t))
				if f.singles != 11 || f.pages != 1 {
					t.Errorf("%d reads and %d pages, want 11 and 1", f.singles, f.pages)
				}
			})
		})
	}
}

// throttledFleet is a fleet that takes no call at all for a time, from when it is first asked for a page.
type throttledFleet struct {
	*fleet

	mu    sync.Mutex
	until time.Time
}

func (f *throttledFleet) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	if r.Method == http.MethodPost && f.until.IsZero() {
		f.until = time.Now().Add(4 * time.Minute)
	}
	throttled := time.Now().Before(f.until)
	f.mu.Unlock()
	if throttled {
		return faketransport.Response(429, refused), nil
	}
	return f.fleet.RoundTrip(r)
}

// A listing that alone is throttled does not hold up the reads; where all calls are throttled, it is worth its call all
// the more.
func TestAThrottledListing(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		service func(f *fleet) http.RoundTripper
		within  time.Duration
		most    int // calls
	}{
		"the listing alone": {func(f *fleet) http.RoundTripper {
			f.listing = refusal(429, refused)
			return f
		}, 3 * time.Minute, 1003},
		"all calls": {func(f *fleet) http.RoundTripper { return &throttledFleet{fleet: f} }, 6 * time.Minute, 60},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fleet{images: 1000, page: 1000}
				begun := time.Now()
				calls := f.refresh(t, store.New(newClient(t, c.service(f), longestWaits), store.Options{Bulk: true}))
				took := time.Since(begun)
				t.Logf("%d reads and %d pages in %s", f.singles, f.pages, took)
				if calls > c.most || took > c.within {
					t.Errorf("%d calls in %s, want at most %d in %s", calls, took, c.most, c.within)
				}
			})
		})
	}
}

// manyRead returns a reader that has read as many images as make the listing worth a call.
func manyRead(t *testing.T) (*store.Store, *faketransport.Manual) {
	t.Helper()
	d := &faketransport.Manual{}
	client := newClient(t, d)
	accept(t, d, client)
	reader := store.New(client, store.Options{Bulk: true})
	for i := range 10 {
		read := startRead(t.Context(), reader, (&fleet{}).image(i))
		d.Answer(t, 200, oldTags)
		(<-read).expect(t, "old")
	}
	return reader, d
}

func startConfirm(ctx context.Context, reader *store.Store, i int) <-chan bool {
	done := make(chan bool, 1)
	go func() { done <- reader.Confirm(ctx, (&fleet{}).image(i), ims.Tag{Key: "k", Value: "v"}) }()
	return done
}

// An image that is written while a page is on its way is not looked up in it.
func TestAPageFromBeforeAWriteDoesNotConfirm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		waiting := startConfirm(t.Context(), reader, 10)
		d.Open(t, 1)
		reader.Forget((&fleet{}).image(10))
		d.Answer(t, 200, (&fleet{images: 20}).list(0, 20))
		if <-waiting {
			t.Error("it is confirmed")
		}
	})
}
