// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// IAM finds the first project of a region by the name of the region, and further ones by a number.
func TestProjectsOfRegions(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithRegion(west, westFirst), imstest.WithRegion(west, westSecond),
		imstest.WithRegion(north, northFirst), imstest.WithRegion(imstest.Region, ownSecond), imstest.WithRegion("mock-empty-5"))
	cases := map[string][]string{
		imstest.Region:        {imstest.ProjectID},
		imstest.Region + "_2": {ownSecond},
		west:                  {westFirst},
		west + "_2":           {westSecond},
		west + "_3":           nil,
		north:                 {northFirst},
		"mock-empty-5":        nil,
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, s, http.MethodGet, "/v3/projects?name="+name, "")
			var found struct{ Projects []struct{ ID string } }
			if err := json.Unmarshal([]byte(got.body), &found); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, p := range found.Projects {
				ids = append(ids, p.ID)
			}
			if !slices.Equal(ids, want) {
				t.Errorf("IAM finds %v, want %v", ids, want)
			}
		})
	}
}

// A login by the name of a region is good for its first project.
func TestLoginsByTheNameOfARegion(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	for name, project := range map[string]string{west: westFirst, west + "_2": westSecond} {
		scope := `{"project":{"name":"` + name + `","domain":{"id":"` + imstest.DomainID + `"}}}`
		token := send(t, s, http.MethodPost, "/v3/auth/tokens", password(userByID, scope)).header.Get("X-Subject-Token")
		sendWith(t, s, token, http.MethodGet, regionPath(t, s, west, project), "").expect(t, http.StatusOK, "")
	}
}

// All regions share one IAM, which has no path in any of them.
func TestRegionsHaveNoIAM(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	for _, path := range []string{"/v3", "/v3/auth/catalog", "/v3/projects", "/openstack/latest/securitykey"} {
		send(t, s, http.MethodGet, "/"+west+path, "").expect(t, http.StatusNotFound, "APIGW.0101")
	}
}

// The catalog lists the image services of several regions, for a token of any of them.
func TestCatalogOfRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	want := map[string]string{}
	for _, region := range []string{imstest.Region, west, north} {
		s.SetCatalog("image", region, s.RegionURL(region))
		want[region] = s.RegionURL(region)
	}
	for _, project := range []string{imstest.ProjectID, northFirst} {
		got := sendWith(t, s, issueToken(t, s, project), http.MethodGet, "/v3/auth/catalog", "")
		var said struct {
			Catalog []struct {
				Type      string
				Endpoints []struct{ Region, URL string }
			}
		}
		if err := json.Unmarshal([]byte(got.body), &said); err != nil {
			t.Fatal(err)
		}
		urls := map[string]string{}
		for _, service := range said.Catalog {
			for _, endpoint := range service.Endpoints {
				urls[endpoint.Region] = endpoint.URL
			}
		}
		expectSame(t, urls, want)
	}
}

func TestMistakesWithRegions(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	cases := map[string]func(){
		"an empty name":                   func() { imstest.WithRegion("") },
		"a name with a slash":             func() { imstest.WithRegion("mock-2/x") },
		"the path of the default region":  func() { imstest.WithRegion("v2") },
		"a project of two regions":        func() { imstest.NewServer(imstest.WithRegion(west, "a"), imstest.WithRegion(north, "a")) },
		"the default project":             func() { imstest.NewServer(imstest.WithRegion(west, imstest.ProjectID)) },
		"the URL of a region not there":   func() { s.RegionURL("mock-south-4") },
		"a region not there that is down": func() { s.SetRegionDown("mock-south-4", true) },
	}
	for name, mistake := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("it does not panic")
				}
			}()
			mistake()
		})
	}
}
