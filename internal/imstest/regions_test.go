// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The regions and projects of the tests of regions.
const (
	west       = "mock-west-2"
	north      = "mock-north-3"
	westFirst  = "22222222222222222222222222222201"
	westSecond = "22222222222222222222222222222202"
	northFirst = "33333333333333333333333333333301"
	ownSecond  = "11111111111111111111111111111102"
	westImage  = "22222222-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
)

func startRegions(t *testing.T) *imstest.Server {
	t.Helper()
	s := imstest.Start(t, imstest.WithRegion(west, westFirst, westSecond), imstest.WithRegion(north, northFirst),
		imstest.WithProject(ownSecond))
	s.PutImage(imstest.Image{ID: westImage, ProjectID: westFirst, Name: "west"})
	return s
}

// regionPath is the path of a call that every project can answer.
func regionPath(t *testing.T, s *imstest.Server, region, project string) string {
	t.Helper()
	return strings.TrimPrefix(s.RegionURL(region), s.URL()) + "/v2/" + project + "/images/tags"
}

// issueToken logs in to a project by its id.
func issueToken(t *testing.T, s *imstest.Server, project string) string {
	t.Helper()
	got := send(t, s, http.MethodPost, "/v3/auth/tokens", password(userByID, `{"project":{"id":"`+project+`"}}`))
	got.expect(t, http.StatusCreated, "")
	return got.header.Get("X-Subject-Token")
}

func sendWith(t *testing.T, s *imstest.Server, token, method, path, body string) reply {
	t.Helper()
	r := newRequest(t, s, method, path, body)
	r.Header.Set("X-Auth-Token", token)
	return do(t, r)
}

func TestRegionURLs(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	for region, want := range map[string]string{
		imstest.Region: s.URL(), west: s.URL() + "/" + west, north: s.URL() + "/" + north,
	} {
		if got := s.RegionURL(region); got != want {
			t.Errorf("the URL of %s is %s, want %s", region, got, want)
		}
	}
}

// A token is valid in the region of its project only, and there for its project only.
func TestTokensInRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	tokens := map[string]string{"mock": imstest.Token}
	for _, project := range []string{imstest.ProjectID, ownSecond, westFirst, westSecond, northFirst} {
		tokens[project] = issueToken(t, s, project)
	}
	cases := map[string]struct {
		token, region, project string
		status                 int
		code                   string
	}{
		"its project":                              {westFirst, west, westFirst, 200, ""},
		"another project of its region":            {westFirst, west, westSecond, 400, "IMG.0030"},
		"a project of another region, in its own":  {westFirst, west, northFirst, 400, "IMG.0030"},
		"its project, in another region":           {westFirst, north, westFirst, 401, "APIGW.0307"},
		"another project, in another region":       {westFirst, north, northFirst, 401, "APIGW.0307"},
		"its project, in the default region":       {westFirst, imstest.Region, westFirst, 401, "APIGW.0307"},
		"the default project":                      {imstest.ProjectID, imstest.Region, imstest.ProjectID, 200, ""},
		"the default project, in another region":   {imstest.ProjectID, west, imstest.ProjectID, 401, "APIGW.0307"},
		"an added project":                         {ownSecond, imstest.Region, ownSecond, 200, ""},
		"an added project, in another region":      {ownSecond, west, westFirst, 401, "APIGW.0307"},
		"the second project of a region":           {westSecond, west, westSecond, 200, ""},
		"the mock's token":                         {"mock", imstest.Region, imstest.ProjectID, 200, ""},
		"the mock's token, an added project":       {"mock", imstest.Region, ownSecond, 400, "IMG.0030"},
		"the mock's token, another region":         {"mock", west, westFirst, 401, "APIGW.0307"},
		"the mock's token, another region's":       {"mock", imstest.Region, westFirst, 400, "IMG.0030"},
		"the mock's token, a project of nowhere":   {"mock", imstest.Region, "4444", 400, "IMG.0030"},
		"the mock's token, nowhere, in a region":   {"mock", north, "4444", 401, "APIGW.0307"},
		"a token of the region, a project nowhere": {northFirst, north, "4444", 400, "IMG.0030"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sendWith(t, s, tokens[c.token], http.MethodGet, regionPath(t, s, c.region, c.project), "")
			got.expect(t, c.status, c.code)
			if c.code == "APIGW.0307" && !strings.Contains(got.body, "belongs to another region") {
				t.Errorf("the answer %s does not say why", got.body)
			}
		})
	}
}

// A token that only the check of a test knows is valid for all projects of all regions.
func TestTokensCheckedByAFunctionInRegions(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithRegion(west, westFirst), imstest.WithTokenCheck(func(string) bool { return true }))
	sendWith(t, s, "theirs", http.MethodGet, regionPath(t, s, west, westFirst), "").expect(t, http.StatusOK, "")
	sendWith(t, s, "theirs", http.MethodGet, regionPath(t, s, imstest.Region, westFirst), "").expect(t, http.StatusBadRequest, "IMG.0030")
}

// Access keys are valid in all regions, and in each for its own projects. The path is signed as it is sent.
func TestSignaturesInRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	cases := map[string]struct {
		region, project string
		status          int
		code            string
	}{
		"the default region":                   {imstest.Region, imstest.ProjectID, 200, ""},
		"an added project of it":               {imstest.Region, ownSecond, 200, ""},
		"another region":                       {west, westFirst, 200, ""},
		"the second project of it":             {west, westSecond, 200, ""},
		"a project of another region":          {west, northFirst, 400, "IMG.0030"},
		"a project of the default region":      {west, imstest.ProjectID, 400, "IMG.0030"},
		"another region's, in the default one": {imstest.Region, westFirst, 400, "IMG.0030"},
		"an unknown project":                   {west, "4444", 400, "IMG.0030"},
		"a project of another account":         {imstest.Region, imstest.OtherProjectID, 400, "IMG.0030"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signedBy(t, s, http.MethodGet, regionPath(t, s, c.region, c.project), "", "")
			do(t, r).expect(t, c.status, c.code)
		})
	}
}

// A signature of the path without the region, or with another one, is refused.
func TestSignaturesOfAnotherRegionsPath(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	for _, signed := range []string{imstest.Region, north} {
		r := signedBy(t, s, http.MethodGet, regionPath(t, s, signed, westFirst), "", "")
		r.URL.Path = regionPath(t, s, west, westFirst)
		do(t, r).expect(t, http.StatusUnauthorized, "APIGW.0301")
	}
}

// The project of an image decides its region, and only the image service of that region knows the image.
func TestImagesInRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	token := issueToken(t, s, westFirst)
	own := s.AddImage("own")
	path := "/" + west + "/v2/" + westFirst + "/images/"

	sendWith(t, s, token, http.MethodPost, path+westImage+"/tags", tagBody(t, "k", "v")).expect(t, http.StatusNoContent, "")
	expectTags(t, s, westImage, tags{"k": "v"})
	sendWith(t, s, token, http.MethodGet, path+"tags", "").expectJSON(t, `{"tags":[{"key":"k","values":["v"]}]}`)
	send(t, s, http.MethodGet, projectPath("tags"), "").expectJSON(t, `{"tags":[]}`)

	sendWith(t, s, token, http.MethodGet, path+own+"/tags", "").expect(t, http.StatusNotFound, "IMG.0027")
	send(t, s, http.MethodGet, tagsPath(westImage), "").expect(t, http.StatusNotFound, "IMG.0027")

	sendWith(t, s, token, http.MethodDelete, path+westImage+"/tags/k", "").expect(t, http.StatusNoContent, "")
	expectTags(t, s, westImage, nil)
}

func TestLogOfRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	cases := map[string]struct{ path, region string }{
		"the default region":              {projectPath("tags"), imstest.Region},
		"an unknown API of it":            {"/v2/unknown", imstest.Region},
		"another region":                  {"/" + west + projectPath("tags"), west},
		"an unknown API of it, elsewhere": {"/" + west + "/unknown", west},
		"a path that is only a region":    {"/" + north, north},
		"IAM":                             {"/v3", ""},
		"an unknown region":               {"/mock-south-4" + projectPath("tags"), ""},
		"the name of the default region":  {"/" + imstest.Region + projectPath("tags"), ""},
		"a region inside a region":        {"/" + west + "/" + west + projectPath("tags"), west},
		"something else":                  {"/", ""},
	}
	for _, name := range sortedKeys(cases) {
		s.ResetLog()
		send(t, s, http.MethodGet, cases[name].path, "")
		got := s.Requests()[0]
		if got.Region != cases[name].region || got.Path != cases[name].path {
			t.Errorf("%s: the log has %s of the region %q, want %q", name, got.Path, got.Region, cases[name].region)
		}
	}
}

func TestCountIn(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	send(t, s, http.MethodGet, projectPath("tags"), "")
	send(t, s, http.MethodGet, tagsPath(absentImage), "")
	send(t, s, http.MethodGet, "/"+west+projectPath("tags"), "")
	send(t, s, http.MethodGet, "/v3", "")
	for _, c := range []struct {
		got, want int
	}{
		{s.Count(), 4},
		{s.Count(imstest.ProjectTags), 2},
		{s.CountIn(imstest.Region), 2},
		{s.CountIn(imstest.Region, imstest.ProjectTags), 1},
		{s.CountIn(imstest.Region, imstest.ProjectTags, imstest.ListTags), 2},
		{s.CountIn(west), 1},
		{s.CountIn(west, imstest.ListTags), 0},
		{s.CountIn(north), 0},
		{s.CountIn("", imstest.Version), 1},
	} {
		if c.got != c.want {
			t.Errorf("counted %d calls, want %d", c.got, c.want)
		}
	}
}
