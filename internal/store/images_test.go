// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// findAll makes a search by tag, which finds all images of the service.
func (f *fakeService) findAll(t *testing.T, s *store.Store) {
	t.Helper()
	found := 0
	for _, err := range s.FindImages(t.Context(), project, ims.ImageFilter{Tags: []ims.KeyValues{{Key: "k"}}}) {
		if err != nil {
			t.Fatal(err)
		}
		found++
	}
	if found != f.images {
		t.Fatalf("%d images were found, want %d", found, f.images)
	}
}

// expectCalls checks the numbers of calls.
func (f *fakeService) expectCalls(t *testing.T, reads, pages int) {
	t.Helper()
	if f.reads != reads || f.pages != pages {
		t.Errorf("%d reads and %d pages were requested, want %d and %d", f.reads, f.pages, reads, pages)
	}
}

func TestImagesThatASearchFoundNeedNoRead(t *testing.T) {
	t.Parallel()
	f := &fakeService{images: 2500, page: 1000}
	s := f.newStore(t)
	f.findAll(t, s)
	f.refresh(t, s)
	f.expectCalls(t, 0, 3)
}

func TestOnlyWhatASearchShowsIsConfirmed(t *testing.T) {
	t.Parallel()
	v := ims.Tag{Key: "k", Value: "v"}
	cases := map[string]struct {
		bulk  bool
		known ims.Tag
		image int
		write bool
		reads int
	}{
		"the same tag":             {true, v, 0, false, 0},
		"another value":            {true, ims.Tag{Key: "k", Value: "other"}, 0, false, 1},
		"another key":              {true, ims.Tag{Key: "other", Value: "v"}, 0, false, 1},
		"an image that it misses":  {true, v, 5, false, 1},
		"an image that is written": {true, v, 0, true, 1},
		"without bulk reads":       {false, v, 0, false, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fakeService{images: 3, page: 1000}
			s := store.New(newClient(t, f), store.Options{Bulk: c.bulk})
			f.findAll(t, s)
			if c.write {
				s.Forget(f.image(c.image))
			}
			tag, found, err := s.Tag(t.Context(), f.image(c.image), c.known.Key, c.known)
			if err != nil || found != (c.known.Key == "k") || found && tag != v {
				t.Errorf("the tag is %v, %t, %v", tag, found, err)
			}
			f.expectCalls(t, c.reads, 1)
		})
	}
}

// A listing with too few tags proves nothing: the image is read.
func TestTagsAreReadUnlessTheListedOnesAreEnough(t *testing.T) {
	t.Parallel()
	for key, reads := range map[string]int{"k": 0, "missing": 1} {
		f := &fakeService{images: 1, page: 1000}
		s := f.newStore(t)
		f.findAll(t, s)
		tags, err := s.TagsOrListed(t.Context(), f.image(0), func(tags []ims.Tag) bool {
			_, found := store.Find(key, tags)
			return found
		})
		if err != nil || !slices.Equal(tags, []ims.Tag{{Key: "k", Value: "v"}}) {
			t.Errorf("the tags are %v, %v", tags, err)
		}
		f.expectCalls(t, reads, 1)
	}
}
