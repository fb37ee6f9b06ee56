// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const searchPath = "/v2/" + project + "/images/resource_instances/action"

func TestRequestsOfSearches(t *testing.T) {
	t.Parallel()
	filter := ims.ImageFilter{
		Tags:       []ims.KeyValues{{Key: "family", Values: []string{"web"}}, {Key: "note", Values: []string{""}}},
		TagsAny:    []ims.KeyValues{{Key: "stage", Values: []string{"test", "production"}}, {Key: "team"}},
		NotTagsAny: []ims.KeyValues{{Key: "broken", Values: []string{}}},
		NamePart:   "web",
	}
	const filterBody = `"tags":[{"key":"family","values":["web"]},{"key":"note","values":[""]}],` +
		`"tags_any":[{"key":"stage","values":["test","production"]},{"key":"team","values":[]}],` +
		`"not_tags_any":[{"key":"broken","values":[]}],"matches":[{"key":"resource_name","value":"web"}]`
	find := func(filter ims.ImageFilter) func(*testing.T, *ims.Client) error {
		return func(t *testing.T, c *ims.Client) error {
			t.Helper()
			_, err := collect(c.FindImages(t.Context(), project, filter))
			return err
		}
	}
	cases := map[string]struct {
		call               func(*testing.T, *ims.Client) error
		method, path, body string
	}{
		"all images":       {find(ims.ImageFilter{}), "POST", searchPath, `{"action":"filter","limit":"1000","offset":"0"}`},
		"every filter":     {find(filter), "POST", searchPath, `{"action":"filter",` + filterBody + `,"limit":"1000","offset":"0"}`},
		"images of no tag": {find(ims.ImageFilter{WithoutAnyTag: true}), "POST", searchPath, `{"action":"filter","without_any_tag":true,"limit":"1000","offset":"0"}`},
		"a count": {func(t *testing.T, c *ims.Client) error {
			t.Helper()
			_, err := c.CountImages(t.Context(), project, filter)
			return err
		}, "POST", searchPath, `{"action":"count",` + filterBody + `}`},
		"the tags of the project": {func(t *testing.T, c *ims.Client) error {
			t.Helper()
			_, err := c.ListProjectTags(t.Context(), project)
			return err
		}, "GET", "/v2/" + project + "/images/tags", ""},
		"images that a project can see": {func(t *testing.T, c *ims.Client) error {
			t.Helper()
			_, err := collect(c.ListImages(t.Context(), project, ims.ImageQuery{}))
			return err
		}, "GET", "/v2/cloudimages?limit=1000", ""},
		"images with every condition": {func(t *testing.T, c *ims.Client) error {
			t.Helper()
			_, err := collect(c.ListImages(t.Context(), project, ims.ImageQuery{
				Type: ims.PublicImages, Owner: project, Status: "active", Name: "a b&c",
			}))
			return err
		}, "GET", "/v2/cloudimages?__imagetype=gold&limit=1000&name=a+b%26c&owner=" + project + "&status=active", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(200, `{"tags":[],"images":[],"resources":[],"total_count":0}`))
			if err := c.call(t, newClient(t, s.URL)); err != nil {
				t.Fatal(err)
			}
			expectRequest(t, s, receivedRequest{method: c.method, path: c.path, body: c.body})
		})
	}
}

func TestFindImages(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(200, `{"total_count":2,"resources":[
		{"resource_id":"a","resource_name":"web","resource_detail":{"status":"active"},"tags":[{"key":"k","value":"v"},{"key":"e"}]},
		{"resource_id":"b","tags":[]}]}`))
	got, err := collect(newClient(t, s.URL).FindImages(t.Context(), project, ims.ImageFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	want := []ims.FoundImage{
		{ID: "a", Name: "web", Status: "active", Tags: []ims.Tag{{Key: "k", Value: "v"}, {Key: "e"}}}, {ID: "b", Tags: []ims.Tag{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v, want %+v", got, want)
	}
}

func TestListImages(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(200, `{"images":[
		{"id":"a","name":"web","status":"active","owner":"p","__imagetype":"private","created_at":"2026-01-02T03:04:05Z",
		 "updated_at":"2026-02-02T03:04:05Z","min_disk":40,"__os_type":"Linux","__os_version":"Debian 13","__support_arm":"true","tags":["k.v"]},
		{"id":"b","created_at":"2026-01-02T03:04:05+08:00","__support_arm":"false"}]}`))
	got, err := collect(newClient(t, s.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !got[1].CreatedAt.Equal(time.Date(2026, 1, 1, 19, 4, 5, 0, time.UTC)) || got[1].IsARM {
		t.Fatalf("the images are %+v", got)
	}
	want := ims.ImageDetails{
		ID: "a", Name: "web", Status: "active", Owner: "p", CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: "2026-02-02T03:04:05Z", MinDisk: 40, OSType: "Linux", OSVersion: "Debian 13", IsARM: true,
	}
	if got[0] != want {
		t.Errorf("the image is %+v, want %+v", got[0], want)
	}
}

func TestListProjectTags(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(200, `{"tags":[{"key":"stage","values":["test",""]},{"key":"k","values":[]}]}`))
	got, err := newClient(t, s.URL).ListProjectTags(t.Context(), project)
	want := []ims.KeyValues{{Key: "stage", Values: []string{"test", ""}}, {Key: "k", Values: []string{}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the tags are %+v, %v, want %+v", got, err, want)
	}
}

func TestCountImages(t *testing.T) {
	t.Parallel()
	for _, want := range []int{0, 12345} {
		s := serve(t, respond(200, fmt.Sprintf(`{"total_count":%d}`, want)))
		got, err := newClient(t, s.URL).CountImages(t.Context(), project, ims.ImageFilter{})
		if err != nil || got != want {
			t.Errorf("counted %d, %v, want %d", got, err, want)
		}
	}
}

// Something else than the documented JSON is an error, never a list without images.
func TestSearchesRejectUndocumentedResponses(t *testing.T) {
	t.Parallel()
	calls := map[string]func(*testing.T, *ims.Client) error{
		"find": func(t *testing.T, c *ims.Client) error {
			_, err := collect(c.FindImages(t.Context(), project, ims.ImageFilter{}))
			return err
		},
		"count": func(t *testing.T, c *ims.Client) error {
			_, err := c.CountImages(t.Context(), project, ims.ImageFilter{})
			return err
		},
		"list": func(t *testing.T, c *ims.Client) error {
			_, err := collect(c.ListImages(t.Context(), project, ims.ImageQuery{}))
			return err
		},
		"tags": func(t *testing.T, c *ims.Client) error {
			_, err := c.ListProjectTags(t.Context(), project)
			return err
		},
	}
	cases := map[string]struct{ call, body, want string }{
		"find: no list":                     {"find", `{"total_count":0}`, `no list "resources"`},
		"find: a null list":                 {"find", `{"resources":null}`, `no list "resources"`},
		"find: an image without tags":       {"find", `{"resources":[{"resource_id":"a"}]}`, `no list "tags"`},
		"find: an image without an ID":      {"find", `{"resources":[{"tags":[]}]}`, "an image without an ID"},
		"find: a tag without a key":         {"find", `{"resources":[{"resource_id":"a","tags":[{}]}]}`, "a tag without a key"},
		"find: half of the JSON":            {"find", `{"resources":[{"resou`, "not the documented JSON"},
		"find: a page":                      {"find", `<html></html>`, "text/html"},
		"find: not UTF-8":                   {"find", "{\"resources\":[{\"resource_id\":\"\xff\",\"tags\":[]}]}", "not UTF-8"},
		"count: no number":                  {"count", `{"resources":[]}`, `no number "total_count"`},
		"count: a number below zero":        {"count", `{"total_count":-1}`, `no number "total_count"`},
		"count: a string":                   {"count", `{"total_count":"1"}`, "not the documented JSON"},
		"list: no list":                     {"list", `{}`, `no list "images"`},
		"list: an error with a 200":         {"list", `{"error":{"code":"IMG.0027","message":"gone"}}`, `no list "images"`},
		"list: an image without an ID":      {"list", `{"images":[{"created_at":"2026-01-02T03:04:05Z"}]}`, "an image without an ID"},
		"list: an image without a date":     {"list", `{"images":[{"id":"a"}]}`, "instead of a time"},
		"list: a date that is none":         {"list", `{"images":[{"id":"a","created_at":"yesterday"}]}`, `"yesterday" instead of a time`},
		"list: an array":                    {"list", `[]`, "not the documented JSON"},
		"project tags: no list":             {"tags", `{}`, `no list "tags"`},
		"project tags: a key without key":   {"tags", `{"tags":[{"values":[]}]}`, "a tag without a key"},
		"project tags: a key without value": {"tags", `{"tags":[{"key":"k"}]}`, "a key without values"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(200, c.body))
			if err := calls[c.call](t, newClient(t, s.URL)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want one that says %q", err, c.want)
			}
		})
	}
}

// Reads that a person waits for are retried, unlike the listing that only saves calls.
func TestSearchesAreRetried(t *testing.T) {
	t.Parallel()
	s := serve(t, respondInTurn(respond(502, ""), respond(429, ""), respond(200, `{"resources":[]}`)))
	if _, err := collect(newClient(t, s.URL).FindImages(t.Context(), project, ims.ImageFilter{})); err != nil {
		t.Fatal(err)
	}
	if got := len(s.requests()); got != 3 {
		t.Errorf("%d requests were sent, want 3", got)
	}
}

// collect returns all elements before the first error.
func collect[T any](all iter.Seq2[T, error]) ([]T, error) {
	var found []T
	for one, err := range all {
		if err != nil {
			return found, err
		}
		found = append(found, one)
	}
	return found, nil
}
