// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestLogOfRequestsAndAnswers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := imstest.Start(t, imstest.WithClock(func() time.Time { return now }))
	image := s.AddImage("golden")
	cases := []struct {
		method, path, body string
		want               imstest.Request
	}{
		{http.MethodPost, tagsPath(image), `{"tag":{"key":"k","value":"v"}}`, imstest.Request{
			Operation: imstest.WriteTag, ImageID: image, Key: "k", Tags: []imstest.Tag{{Key: "k", Value: "v"}}, Status: 204,
		}},
		{http.MethodPost, tagsPath(image), `{"tag":{"key":"k"}}`, imstest.Request{
			Operation: imstest.WriteTag, ImageID: image, Key: "k", Tags: []imstest.Tag{{Key: "k"}}, Status: 400, Code: "IMG.0115",
		}},
		{http.MethodGet, tagsPath(image), ``, imstest.Request{Operation: imstest.ListTags, ImageID: image, Status: 200}},
		{http.MethodDelete, tagsPath(image) + "/a%2Fb", ``, imstest.Request{
			Operation: imstest.DeleteTag, ImageID: image, Key: "a/b", Status: 404, Code: "IMG.0121",
		}},
		{http.MethodPost, tagsPath(image) + "/action", `{"action":"delete","tags":[{"key":"a","value":""},{"key":"b","value":""}]}`, imstest.Request{
			Operation: imstest.BatchTags, ImageID: image, Action: "delete", Tags: []imstest.Tag{{Key: "a"}, {Key: "b"}}, Status: 204,
		}},
		{http.MethodGet, projectPath("tags"), ``, imstest.Request{Operation: imstest.ProjectTags, Status: 200}},
		{http.MethodPost, projectPath("resource_instances/action"), `{"action":"count"}`, imstest.Request{
			Operation: imstest.ImagesByTag, Action: "count", Status: 200,
		}},
	}
	for _, c := range cases {
		send(t, s, c.method, c.path, c.body)
	}
	for i, got := range s.Requests() {
		want := cases[i].want
		want.Method, want.Path, want.ProjectID, want.Body = cases[i].method, cases[i].path, imstest.ProjectID, []byte(cases[i].body)
		if got.Header.Get("X-Auth-Token") != imstest.Token || !got.Time.Equal(now) {
			t.Errorf("the call %s has the header %v and the time %v", got.Operation, got.Header, got.Time)
		}
		got.Header, got.Time = nil, time.Time{}
		if asJSON(t, got) != asJSON(t, want) {
			t.Errorf("the log has\n%s, want\n%s", asJSON(t, got), asJSON(t, want))
		}
	}
	if s.Count() != len(cases) {
		t.Errorf("the log has %d calls, want %d", s.Count(), len(cases))
	}
}

func TestLogByOperation(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, tags{"k": "v"})
	send(t, s, http.MethodGet, tagsPath(image), "")
	send(t, s, http.MethodDelete, tagsPath(image)+"/k", "")
	send(t, s, http.MethodGet, tagsPath(image), "")

	var got []imstest.Operation
	for _, r := range s.Requests(imstest.DeleteTag, imstest.ListTags) {
		got = append(got, r.Operation)
	}
	if want := []imstest.Operation{imstest.ListTags, imstest.DeleteTag, imstest.ListTags}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
	if s.Count() != 3 || s.Count(imstest.ListTags) != 2 || s.Count(imstest.WriteTag) != 0 {
		t.Errorf("counted %d calls, %d lists, %d writes", s.Count(), s.Count(imstest.ListTags), s.Count(imstest.WriteTag))
	}
	s.ResetLog()
	if s.Count() != 0 {
		t.Errorf("counted %d calls after the reset", s.Count())
	}
}

func TestLogAndStateAreCopies(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, tags{"k": "v"})
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))

	logged := s.Requests()[0]
	logged.Header.Set("X-Auth-Token", "changed")
	logged.Tags[0].Key = "changed"
	logged.Body[0] = '!'
	again := s.Requests()[0]
	if again.Header.Get("X-Auth-Token") != imstest.Token || again.Tags[0].Key != "k" || again.Body[0] != '{' {
		t.Errorf("the log was changed from outside: %+v", again)
	}
	s.Tags(image)["k"] = "changed"
	s.AllTags()[image]["k"] = "changed"
	expectTags(t, s, image, tags{"k": "v"})
}

func TestStateWithoutACallOfTheAPI(t *testing.T) {
	t.Parallel()
	s := imstest.NewServer()
	first, second := s.AddImage("same"), s.AddImage("same")
	if first == second || first != imstest.NewServer().AddImage("other") {
		t.Errorf("the ids are %s and %s: want different ones, the same in each server", first, second)
	}
	s.SetTag(first, "k", "v")
	s.RemoveTag(first, "absent")
	s.RemoveTag(absentImage, "absent")
	s.PutImage(imstest.Image{ID: first, Name: "renamed"})
	expectTags(t, s, first, tags{"k": "v"})
	expectTags(t, s, absentImage, nil)
	if all := s.AllTags(); len(all) != 1 || all[first]["k"] != "v" {
		t.Errorf("all tags are %v", all)
	}
	s.RemoveImage(first)
	if all := s.AllTags(); len(all) != 0 {
		t.Errorf("all tags are %v after the image was removed", all)
	}
	defer func() {
		if recover() == nil {
			t.Error("SetTag on an image that does not exist did not panic")
		}
	}()
	s.SetTag(first, "k", "v")
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	images := make([]string, 20)
	for i := range images {
		images[i] = s.AddImage("golden")
	}
	s.Force(imstest.DeleteTag, imstest.HTML(http.StatusBadGateway))

	var wg sync.WaitGroup
	for _, image := range images {
		wg.Go(func() {
			for _, r := range []*http.Request{
				newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")),
				newRequest(t, s, http.MethodGet, tagsPath(image), ""),
				newRequest(t, s, http.MethodGet, projectPath("tags"), ""),
				newRequest(t, s, http.MethodDelete, tagsPath(image)+"/k", ""),
			} {
				if _, err := try(r); err != nil {
					t.Error(err)
				}
			}
			s.SetLatency(0)
			s.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer { return nil })()
			_, _, _ = s.AllTags(), s.Requests(), s.Tags(image)
		})
	}
	wg.Wait()
	if s.Count() != 4*len(images) || len(s.AllTags()) != 1 {
		t.Errorf("%d calls left the tags %v", s.Count(), s.AllTags())
	}
}
