// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// startLibrary starts a server with four images: web and db of production, test, and one without tags.
func startLibrary(t *testing.T) *imstest.Server {
	t.Helper()
	s := imstest.Start(t)
	library := []struct {
		name string
		tags tags
	}{
		{"web", tags{"stage": "production", "role": "web"}},
		{"db", tags{"stage": "production", "role": "db"}},
		{"web-test", tags{"stage": "test", "role": "web", strings.Repeat("k", 127): strings.Repeat("v", 255)}},
		{"bare", nil},
	}
	for _, image := range library {
		id := s.AddImage(image.name)
		for key, value := range image.tags {
			s.SetTag(id, key, value)
		}
	}
	s.PutImage(imstest.Image{ID: absentImage, ProjectID: "ffffffffffffffffffffffffffffffff", Name: "foreign"})
	return s
}

// search returns the names of the images found, in order, and the total.
func search(t *testing.T, s *imstest.Server, body string) (string, int) {
	t.Helper()
	got := send(t, s, http.MethodPost, projectPath("resource_instances/action"), body)
	var found struct {
		Resources []struct {
			Name string `json:"resource_name"`
		}
		Total *int `json:"total_count"`
	}
	if err := json.Unmarshal([]byte(got.body), &found); err != nil || got.status != http.StatusOK || found.Total == nil {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	var names []string
	for _, image := range found.Resources {
		names = append(names, image.Name)
	}
	return strings.Join(names, " "), *found.Total
}

func TestImagesByTagFilters(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ filter, want string }{
		"no filter finds every image of the project": {``, "web db web-test bare"},
		"tags: a value":                              {`"tags":[{"key":"stage","values":["production"]}]`, "web db"},
		"tags: any of the values":                    {`"tags":[{"key":"stage","values":["production","test"]}]`, "web db web-test"},
		"tags: every key":                            {`"tags":[{"key":"stage","values":["production"]},{"key":"role","values":["web"]}]`, "web"},
		"tags: no values match any value":            {`"tags":[{"key":"role","values":[]}]`, "web db web-test"},
		"tags: a key that no image has":              {`"tags":[{"key":"absent","values":[]}]`, ""},
		"tags: keys and values of older APIs":        {`"tags":[{"key":"` + strings.Repeat("k", 127) + `","values":["` + strings.Repeat("v", 255) + `"]}]`, "web-test"},
		"tags_any: one of the keys":                  {`"tags_any":[{"key":"stage","values":["test"]},{"key":"role","values":["db"]}]`, "db web-test"},
		"not_tags: not all of the keys":              {`"not_tags":[{"key":"stage","values":["production"]},{"key":"role","values":["web"]}]`, "db web-test bare"},
		"not_tags_any: none of the keys":             {`"not_tags_any":[{"key":"stage","values":["test"]},{"key":"role","values":["db"]}]`, "web bare"},
		"without_any_tag: no tags":                   {`"without_any_tag":true`, "bare"},
		"without_any_tag: other filters are ignored": {`"without_any_tag":true,"tags":[{"key":"stage","values":["test"]}]`, "bare"},
		"without_any_tag: false is no filter":        {`"without_any_tag":false`, "web db web-test bare"},
		"matches: a part of the name":                {`"matches":[{"key":"resource_name","value":"eb"}]`, "web web-test"},
		"matches: an empty name is exact":            {`"matches":[{"key":"resource_name","value":""}]`, ""},
		"matches: an id that does not exist":         {`"matches":[{"key":"resource_id","value":"` + absentImage + `"}]`, ""},
		"matches apply without any tag":              {`"without_any_tag":true,"matches":[{"key":"resource_name","value":"web"}]`, ""},
		"all filters together": {`"tags":[{"key":"role","values":[]}],"tags_any":[{"key":"stage","values":["production"]}],
			"not_tags":[{"key":"role","values":["db"]}],"not_tags_any":[{"key":"stage","values":["test"]}],
			"matches":[{"key":"resource_name","value":"w"}]`, "web"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startLibrary(t)
			end := ""
			if c.filter != "" {
				end = "," + c.filter
			}
			names, total := search(t, s, `{"action":"filter"`+end+`}`)
			if names != c.want || total != len(strings.Fields(c.want)) {
				t.Errorf("found %q of %d, want %q", names, total, c.want)
			}
			names, counted := search(t, s, `{"action":"count"`+end+`}`)
			if names != "" || counted != total {
				t.Errorf("counted %d and found %q, want %d", counted, names, total)
			}
		})
	}
}

func TestImagesByTagAnswer(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	image, bare := s.AddImage("golden"), "11111111-2222-4333-8444-555555555555"
	s.SetTag(image, "stage", "test")
	s.PutImage(imstest.Image{ID: bare, Name: "bare", Status: "queued"})
	path := projectPath("resource_instances/action")

	send(t, s, http.MethodPost, path, `{"action":"filter"}`).expectJSON(t, `{"total_count":2,"resources":[
		{"resource_id":"`+image+`","resource_name":"golden","resource_detail":{"status":"active"},"tags":[{"key":"stage","value":"test"}]},
		{"resource_id":"`+bare+`","resource_name":"bare","resource_detail":{"status":"queued"},"tags":[]}]}`)
	send(t, s, http.MethodPost, path, `{"action":"filter","matches":[{"key":"resource_id","value":"`+bare+`"}]}`).expectJSON(t,
		`{"total_count":1,"resources":[
		{"resource_id":"`+bare+`","resource_name":"bare","resource_detail":{"status":"queued"},"tags":[]}]}`)
	send(t, s, http.MethodPost, path, `{"action":"filter","tags":[{"key":"x","values":[]}]}`).expectJSON(t, `{"total_count":0,"resources":[]}`)
	send(t, s, http.MethodPost, path, `{"action":"count"}`).expectJSON(t, `{"total_count":2}`)
}

func TestImagesByTagPages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ page, want string }{
		"a page has ten images by default":         {``, "00 01 02 03 04 05 06 07 08 09"},
		"limit is the size of a page":              {`,"limit":"2"`, "00 01"},
		"offset is the first of a page":            {`,"limit":"2","offset":"3"`, "03 04"},
		"the last page has the remaining images":   {`,"limit":"10","offset":"10"`, "10 11"},
		"a page after the last one is empty":       {`,"offset":"12"`, ""},
		"a page holds a thousand images":           {`,"limit":"1000"`, "00 01 02 03 04 05 06 07 08 09 10 11"},
		"an offset far beyond the end is no error": {`,"offset":"999999"`, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t)
			for i := range 12 {
				s.AddImage(fmt.Sprintf("%02d", i))
			}
			names, total := search(t, s, `{"action":"filter"`+c.page+`}`)
			if names != c.want || total != 12 {
				t.Errorf("found %q of %d, want %q of 12", names, total, c.want)
			}
		})
	}
}

func TestImagesByTagRefusals(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) string {
		var parts []string
		for i := range n {
			parts = append(parts, fmt.Sprintf(format, i))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	cases := map[string]struct{ body, code string }{
		"another action":              {`{"action":"find"}`, "IMG.0001"},
		"no action":                   {`{}`, "IMG.0001"},
		"no body":                     {``, "IMG.0007"},
		"limit as a number":           {`{"action":"filter","limit":10}`, "IMG.0001"},
		"limit 0":                     {`{"action":"filter","limit":"0"}`, "IMG.0001"},
		"limit 1001":                  {`{"action":"filter","limit":"1001"}`, "IMG.0001"},
		"limit as a word":             {`{"action":"filter","limit":"all"}`, "IMG.0001"},
		"offset as a number":          {`{"action":"filter","offset":0}`, "IMG.0001"},
		"offset below 0":              {`{"action":"filter","offset":"-1"}`, "IMG.0001"},
		"an empty list of tags":       {`{"action":"filter","tags":[]}`, "IMG.0115"},
		"a blank key":                 {`{"action":"filter","tags_any":[{"key":" ","values":[]}]}`, "IMG.0115"},
		"no values":                   {`{"action":"filter","not_tags":[{"key":"k"}]}`, "IMG.0115"},
		"a key twice":                 {`{"action":"filter","not_tags_any":[{"key":"k","values":[]},{"key":"k","values":[]}]}`, "IMG.0115"},
		"a value twice":               {`{"action":"filter","tags":[{"key":"k","values":["v","w","v"]}]}`, "IMG.0115"},
		"eleven keys":                 {`{"action":"filter","tags":` + many(11, `{"key":"k%d","values":[]}`) + `}`, "IMG.0115"},
		"eleven values":               {`{"action":"count","tags":[{"key":"k","values":` + many(11, `"v%d"`) + `}]}`, "IMG.0115"},
		"an empty list of matches":    {`{"action":"filter","matches":[]}`, "IMG.0001"},
		"matches of another field":    {`{"action":"filter","matches":[{"key":"status","value":"active"}]}`, "IMG.0001"},
		"matches without a value":     {`{"action":"filter","matches":[{"key":"resource_name"}]}`, "IMG.0001"},
		"matches of one field twice":  {`{"action":"filter","matches":[{"key":"resource_name","value":"a"},{"key":"resource_name","value":"b"}]}`, "IMG.0001"},
		"without_any_tag as a string": {`{"action":"filter","without_any_tag":"true"}`, "IMG.0001"},
		"a list instead of an object": {`[]`, "IMG.0001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startLibrary(t)
			send(t, s, http.MethodPost, projectPath("resource_instances/action"), c.body).expect(t, http.StatusBadRequest, c.code)
		})
	}
}

func TestImagesByTagLimits(t *testing.T) {
	t.Parallel()
	var keys, values []string
	for i := range 10 {
		keys = append(keys, fmt.Sprintf(`{"key":"k%d","values":[]}`, i))
		values = append(values, fmt.Sprintf(`"v%d"`, i))
	}
	s := startLibrary(t)
	if _, total := search(t, s, `{"action":"count","not_tags_any":[`+strings.Join(keys, ",")+`]}`); total != 4 {
		t.Errorf("ten keys found %d images, want 4", total)
	}
	if _, total := search(t, s, `{"action":"count","not_tags":[{"key":"k","values":[`+strings.Join(values, ",")+`]}]}`); total != 4 {
		t.Errorf("ten values found %d images, want 4", total)
	}
	if _, total := search(t, s, `{"action":"count","limit":"0","offset":"-1"}`); total != 4 {
		t.Errorf("count with a page found %d images, want 4: it does not look at limit and offset", total)
	}
}
