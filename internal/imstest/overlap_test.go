// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestOverlappingWritesConflict(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithOverlapConflicts())
	image, other := s.AddImage("golden"), s.AddImage("silver")
	inside, release := make(chan struct{}), make(chan struct{})
	s.ReactForImage(image, imstest.WriteTag, func(r imstest.Request) *imstest.Answer {
		if r.Key == "first" {
			close(inside)
			<-release
		}
		return nil
	})
	done := make(chan reply)
	go func() { done <- send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "first", "v")) }()
	<-inside
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "second", "v")).expect(t, http.StatusConflict, "IMG.0018")
	send(t, s, http.MethodGet, tagsPath(image), "").expect(t, http.StatusOK, "")
	send(t, s, http.MethodPost, tagsPath(other), tagBody(t, "k", "v")).expect(t, http.StatusNoContent, "")
	close(release)
	(<-done).expect(t, http.StatusNoContent, "")
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "second", "v")).expect(t, http.StatusNoContent, "")
}

func TestOverlappingWritesAreLost(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithLostUpdates())
	image := s.AddImage("golden")
	inside, release := make(chan struct{}), make(chan struct{})
	s.ReactForImage(image, imstest.WriteTag, func(r imstest.Request) *imstest.Answer {
		if r.Key == "first" {
			close(inside)
			<-release
		}
		return nil
	})
	write := func(key string) reply { return send(t, s, http.MethodPost, tagsPath(image), tagBody(t, key, "v")) }
	done := make(chan reply)
	go func() { done <- write("first") }()
	<-inside
	write("second").expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"second": "v"})
	close(release)
	(<-done).expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"first": "v"})
	write("third").expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"first": "v", "third": "v"})
}
