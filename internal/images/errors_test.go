// SPDX-License-Identifier: MPL-2.0

package images_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// sources are the data sources, each with a configuration and the calls that it makes.
var sources = map[string]struct {
	title  string
	config object
	calls  []imstest.Operation
}{
	"ims_image":        {"image", object{"name": "web-1"}, []imstest.Operation{imstest.ImagesByTag, imstest.ListImages}},
	"ims_images":       {"images", object{}, []imstest.Operation{imstest.ImagesByTag, imstest.ListImages}},
	"ims_image_tags":   {"image tags", object{"image_id": id("1")}, []imstest.Operation{imstest.ListTags}},
	"ims_project_tags": {"project tags", object{}, []imstest.Operation{imstest.ProjectTags}},
}

// Each error of each call says what failed, what the service responded and what to do, and is never an empty result.
func TestErrorsOfTheService(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		answer imstest.Answer
		want   []string
	}{
		"no right":         {imstest.IMSError(403, "IMG.0026", "No permission."), []string{"Permission denied", "ims:images:list", "IMG.0026: No permission."}},
		"another project":  {imstest.IMSError(400, "IMG.0030", "No match."), []string{`(at AttributeName("project_id"))`, "does not match the credentials"}},
		"a page":           {imstest.HTML(200), []string{"proxy or a login page"}},
		"other JSON":       {imstest.Answer{Status: 200, Body: `{}`}, []string{"something that its API does not document", "no list"}},
		"a fault":          {imstest.GatewayError(502, "APIGW.0201", "backend"), []string{"Run the command again later", "Attempts:   11 in "}},
		"no response":      {imstest.Answer{Drop: true}, []string{"The service did not respond"}},
		"no such API":      {imstest.GatewayError(404, "APIGW.0101", "no API"), []string{"The endpoint does not provide the image service"}},
		"an expired token": {imstest.GatewayError(401, "APIGW.0307", "auth"), []string{"The token has expired"}},
	}
	for kind, source := range sources {
		for _, operation := range source.calls {
			for name, c := range answers {
				t.Run(kind+": "+string(operation)+": "+name, func(t *testing.T) {
					t.Parallel()
					mock, p := start(t)
					mock.ForceAlways(operation, c.answer)
					_, got := read(t, p, kind, source.config)
					for _, want := range append(c.want, "Cannot read "+source.title, imstest.ProjectID, "Request:") {
						if !strings.Contains(got, want) {
							t.Errorf("it does not say %q:\n%s", want, got)
						}
					}
					if strings.Contains(got, "state") && name != "a fault" {
						t.Errorf("it speaks of a state, which a data source does not have:\n%s", got)
					}
				})
			}
		}
	}
}

// A read that has no time left says which timeout to increase.
func TestATimeout(t *testing.T) {
	t.Parallel()
	for kind, source := range sources {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mock, p := start(t)
			throttled := imstest.GatewayError(429, "APIGW.0308", "limit:200,time:5 minute")
			throttled.Header = http.Header{"Retry-After": {"300"}}
			mock.ForceAlways(source.calls[0], throttled)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, got := readWithin(ctx, t, p, kind, source.config)
			if !strings.Contains(got, "limits the rate of calls") || !strings.Contains(got, "To allow more time, increase timeouts.read.\n") {
				t.Errorf("it says\n%s", got)
			}
		})
	}
}

// A timeout in the configuration ends the read.
func TestAConfiguredTimeout(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	mock.ForceAlways(imstest.ProjectTags, imstest.Answer{Delay: time.Minute})
	_, got := read(t, p, "ims_project_tags", object{"timeouts": object{"read": "1s"}})
	if !strings.Contains(got, "did not complete within its timeout") {
		t.Errorf("it says\n%s", got)
	}
}

// Without the settings of the provider nothing can be read, and a data source cannot have unknown attributes.
func TestUnknownProviderSettings(t *testing.T) {
	t.Parallel()
	for kind, source := range sources {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
			p.ConfigureUnknown(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID}, "token")
			_, got := read(t, p, kind, source.config)
			if !strings.HasPrefix(got, "Cannot read "+source.title) || !strings.Contains(got, "not known yet") || mock.Count() != 0 {
				t.Errorf("after %d calls it says\n%s", mock.Count(), got)
			}
		})
	}
}

// Every filter that the service would refuse is refused before.
func TestValidation(t *testing.T) {
	t.Parallel()
	many := func(n int, element any) object {
		all := object{}
		for i := range n {
			all["k"+string(rune('a'+i))] = element
		}
		return all
	}
	eleven := []any{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
	cases := map[string]struct {
		kind   string
		config object
		want   string // empty: valid
	}{
		"no filter":                     {"ims_image", object{}, ""},
		"ten keys with ten values":      {"ims_images", object{"tags_any": many(10, eleven[:10]), "not_tags_any": many(10, []any{})}, ""},
		"unknown filters":               {"ims_image", object{"tags": unknown, "not_tags": object{"a": unknown}, "name_regex": unknown, "max_age": unknown}, ""},
		"eleven keys":                   {"ims_image", object{"tags": many(11, "v")}, "at most 10 elements"},
		"eleven keys of which one":      {"ims_images", object{"tags_any": many(11, []any{})}, "at most 10 elements"},
		"eleven values":                 {"ims_images", object{"tags_any": object{"k": eleven}}, "at most 10 elements"},
		"a blank key":                   {"ims_image", object{"not_tags": object{" ": "v"}}, "must not be blank"},
		"no value":                      {"ims_image", object{"tags": object{"k": nil}}, "null"},
		"a tag that is excluded":        {"ims_image", object{"tags": object{"a": ""}, "not_tags": object{"a": ""}}, "Contradicting filters"},
		"tags where there must be none": {"ims_images", object{"tags": object{"a": ""}, "without_any_tag": true}, "Contradicting filters"},
		"an empty name":                 {"ims_image", object{"name": ""}, "at least 1"},
		"a pattern that is none":        {"ims_image", object{"name_regex": "("}, "must be a regular expression"},
		"an age that is none":           {"ims_image", object{"max_age": "30 days"}, "must be a positive duration"},
		"an age of nothing":             {"ims_image", object{"max_age": "0s"}, "must be a positive duration"},
		"another status":                {"ims_image", object{"status": "ACTIVE"}, "must be one of"},
		"another visibility":            {"ims_image", object{"visibility": "gold"}, "must be one of"},
		"the name of an owner":          {"ims_image", object{"owner": "self"}, "32 hexadecimal digits"},
		"a short timeout":               {"ims_images", object{"timeouts": object{"read": "1ms"}}, "at least one second"},
		"an image id that is none":      {"ims_image_tags", object{"image_id": "golden"}, "must be the UUID of an image"},
		"filters that are not counted":  {"ims_images", object{"count_only": true, "status": "active", "name": "web"}, "cannot be set: name, status."},
		"a filter that may be null":     {"ims_images", object{"count_only": true, "name": unknown}, ""},
		"filters that are counted":      {"ims_images", object{"count_only": true, "without_any_tag": true}, ""},
		"filters that are not only counted": {
			"ims_images", object{"count_only": false, "status": "active", "max_age": "1h", "owner": imstest.ProjectID}, "",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := validate(t, c.kind, c.config)
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

// Each data source reads the region and the project that it names, with the login of the provider.
func TestRegionAndProject(t *testing.T) {
	t.Parallel()
	const region, ofRegion = "mock-2", "22222222222222222222222222222222"
	for kind, source := range sources {
		for name, config := range map[string]object{
			"a region":  {"region": region},
			"a project": {"region": region, "project_id": strings.ToUpper(ofRegion)},
		} {
			t.Run(kind+": "+name, func(t *testing.T) {
				t.Parallel()
				mock := imstest.Start(t, imstest.WithRegion(region, ofRegion))
				mock.PutImage(imstest.Image{ID: id("1"), ProjectID: ofRegion, Name: "web-1"})
				mock.SetTag(id("1"), "stage", "test")
				p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
				settings := object{
					"region": imstest.Region, "endpoint": mock.URL(), "auth_url": mock.URL() + "/v3", "project_id": imstest.ProjectID,
					"access_key": imstest.AccessKey, "secret_key": imstest.SecretKey, "domain_id": imstest.DomainID,
					"endpoints": object{region: mock.RegionURL(region)},
				}
				p.ConfigureValue(p.Dynamic(p.Config, value(t, p.Config, settings)))
				for attribute, of := range source.config {
					config[attribute] = of
				}
				got, problem := read(t, p, kind, config)
				if problem != "" || got["region"] != region || !strings.EqualFold(got["project_id"].(string), ofRegion) {
					t.Fatalf("got %v, %s", got, problem)
				}
				if got := mock.CountIn(region); got != len(source.calls) {
					t.Errorf("%d calls were made in the region, want %d", got, len(source.calls))
				}
				if kind == "ims_images" && got["total"] != "1" {
					t.Errorf("got %v", got)
				}
			})
		}
	}
}
