// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestForceAnswersTheNextRequestsOfAnOperation(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	s.Force(imstest.WriteTag,
		imstest.GatewayError(http.StatusTooManyRequests, "APIGW.0308", "throttled"),
		imstest.IMSError(http.StatusBadRequest, "IMG.0060", "busy"))
	s.Force(imstest.WriteTag, imstest.HTML(http.StatusBadGateway))
	write := func() reply { return send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")) }

	send(t, s, http.MethodGet, tagsPath(image), "").expectJSON(t, `{"tags":[]}`)
	write().expect(t, http.StatusTooManyRequests, "APIGW.0308")
	write().expect(t, http.StatusBadRequest, "IMG.0060")
	page := write()
	if page.status != http.StatusBadGateway || !strings.Contains(page.body, "<html>") || page.header.Get("Content-Type") != "text/html" {
		t.Errorf("got %+v, want a page", page)
	}
	expectTags(t, s, image, nil)
	write().expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"k": "v"})
}

func TestAReactorAnswersBeforeAuthentication(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	s.Force(imstest.ListTags, imstest.Answer{Status: http.StatusOK, Body: `{"tags":[]}`})
	r := newRequest(t, s, http.MethodGet, tagsPath(absentImage), "")
	r.Header.Del("X-Auth-Token")
	do(t, r).expectJSON(t, `{"tags":[]}`)
}

func TestForceAlways(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	remove := s.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusForbidden, "IMG.0026", "forced"))
	list := func() reply { return send(t, s, http.MethodGet, tagsPath(image), "") }

	for range 3 {
		list().expect(t, http.StatusForbidden, "IMG.0026")
	}
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")).expect(t, http.StatusNoContent, "")
	remove()
	list().expectJSON(t, `{"tags":[{"key":"k","value":"v"}]}`)
}

func TestAReactionSeesTheRequest(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	s.React(imstest.WriteTag, func(r imstest.Request) *imstest.Answer {
		if r.Operation != imstest.WriteTag || r.ImageID != image || r.Key != "k" || r.Status != 0 || s.Count() != 1 {
			t.Errorf("the reaction got %+v after %d requests", r, s.Count())
		}
		r.Body[0] = '!' // it is a copy
		return nil
	})
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")).expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"k": "v"})
}

func TestReactorsAreSelectedByOperationAndImage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		add  func(s *imstest.Server, image string, reaction imstest.Reaction)
		want []imstest.Operation
	}{
		"one operation": {
			func(s *imstest.Server, _ string, reaction imstest.Reaction) { s.React(imstest.ListTags, reaction) },
			[]imstest.Operation{imstest.ListTags, imstest.ListTags},
		},
		"any operation": {
			func(s *imstest.Server, _ string, reaction imstest.Reaction) { s.React(imstest.Any, reaction) },
			[]imstest.Operation{imstest.ListTags, imstest.WriteTag, imstest.ListTags, imstest.ProjectTags, imstest.Version, imstest.Unknown},
		},
		"one operation on one image": {
			func(s *imstest.Server, image string, reaction imstest.Reaction) {
				s.ReactForImage(image, imstest.ListTags, reaction)
			},
			[]imstest.Operation{imstest.ListTags},
		},
		"any operation on one image": {
			func(s *imstest.Server, image string, reaction imstest.Reaction) {
				s.ReactForImage(image, imstest.Any, reaction)
			},
			[]imstest.Operation{imstest.ListTags, imstest.WriteTag},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, nil)
			other := s.AddImage("silver")
			var got []imstest.Operation
			c.add(s, image, func(r imstest.Request) *imstest.Answer {
				got = append(got, r.Operation)
				return nil
			})
			send(t, s, http.MethodGet, tagsPath(image), "")
			send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))
			send(t, s, http.MethodGet, tagsPath(other), "")
			send(t, s, http.MethodGet, projectPath("tags"), "")
			send(t, s, http.MethodGet, "/v3", "")
			send(t, s, http.MethodGet, "/", "")
			if !slices.Equal(got, c.want) {
				t.Errorf("the reaction got %v, want %v", got, c.want)
			}
		})
	}
}

func TestReactorsAreAskedInOrderUntilOneAnswers(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, tags{"k": "v"})
	list := func() reply { return send(t, s, http.MethodGet, tagsPath(image), "") }
	asked := 0
	s.React(imstest.ListTags, func(imstest.Request) *imstest.Answer {
		asked++
		return nil
	})
	s.Force(imstest.ListTags, imstest.IMSError(http.StatusBadRequest, "IMG.0060", "forced"))
	s.React(imstest.ListTags, func(imstest.Request) *imstest.Answer {
		s.RemoveTag(image, "k")
		return nil
	})

	// The forced answer ends the chain once, and is then used up.
	list().expect(t, http.StatusBadRequest, "IMG.0060")
	expectTags(t, s, image, tags{"k": "v"})
	list().expectJSON(t, `{"tags":[]}`)
	if asked != 2 {
		t.Errorf("the first reactor was asked %d times, want 2", asked)
	}
}

func TestRemovingAReactor(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	list := func() reply { return send(t, s, http.MethodGet, tagsPath(image), "") }
	removeFirst := s.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusForbidden, "IMG.0026", "first"))
	removeSecond := s.Force(imstest.ListTags, imstest.IMSError(http.StatusBadRequest, "IMG.0060", "second"))
	s.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusConflict, "IMG.0018", "third"))

	list().expect(t, http.StatusForbidden, "IMG.0026")
	removeFirst()
	removeFirst() // does nothing the second time
	list().expect(t, http.StatusBadRequest, "IMG.0060")
	removeSecond()
	list().expect(t, http.StatusConflict, "IMG.0018")

	s.Force(imstest.ListTags, imstest.IMSError(http.StatusBadRequest, "IMG.0060", "fourth"))
	s.ResetReactors()
	list().expectJSON(t, `{"tags":[]}`)
}

func TestAReactionCanRemoveItsReactor(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	var remove func()
	remove = s.React(imstest.ListTags, func(imstest.Request) *imstest.Answer {
		remove()
		return &imstest.Answer{Status: http.StatusBadGateway}
	})
	send(t, s, http.MethodGet, tagsPath(image), "").expect(t, http.StatusBadGateway, "")
	send(t, s, http.MethodGet, tagsPath(image), "").expectJSON(t, `{"tags":[]}`)
}

func TestAReactionBlocksOnlyItsOwnRequest(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	arrived, release := make(chan struct{}), make(chan struct{})
	s.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
		close(arrived)
		<-release
		return nil
	})

	written := make(chan reply)
	r := newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))
	go func() {
		got, _ := try(r)
		written <- got
	}()
	<-arrived
	send(t, s, http.MethodGet, tagsPath(image), "").expectJSON(t, `{"tags":[]}`)
	close(release)
	(<-written).expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, tags{"k": "v"})
}
