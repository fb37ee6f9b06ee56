// SPDX-License-Identifier: MPL-2.0

package imagesearch_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const otherProject = "fedcba9876543210fedcba9876543210"

// now is the time of a search: ten hours after the first image was created.
var now = imstest.FirstCreated.Add(10 * time.Hour)

type tags = map[string]string

// newStore returns a store that calls the mock.
func newStore(t *testing.T, mock *imstest.Server) *store.Store {
	t.Helper()
	client, err := ims.NewClient(ims.Config{Endpoint: mock.URL(), Transport: withToken{}})
	if err != nil {
		t.Fatal(err)
	}
	return store.New(client, store.Options{})
}

// withToken is a transport that logs in with the token of the mock.
type withToken struct{}

func (withToken) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Auth-Token", imstest.Token)
	return http.DefaultTransport.RoundTrip(r)
}

// startLibrary starts a mock with images, the oldest first.
func startLibrary(t *testing.T) *imstest.Server {
	t.Helper()
	mock := imstest.Start(t)
	for _, i := range []struct {
		name string
		tags tags
	}{
		{"web-1", tags{"family": "web", "stage": "production", "note": ""}},
		{"web-2", tags{"family": "web", "stage": "test"}},
		{"web-3", tags{"family": "web", "stage": "test", "broken": "yes"}},
		{"db-1", tags{"family": "db", "stage": "dev"}},
		{"bare", nil},
	} {
		id := mock.AddImage(i.name)
		for key, value := range i.tags {
			mock.SetTag(id, key, value)
		}
	}
	id := mock.AddImage("queued")
	mock.PutImage(imstest.Image{ID: id, Name: "queued", Status: "queued"})
	mock.SetTag(id, "family", "queue")
	return mock
}

// foreign adds images of another project that look like those of the project, and are newer.
func foreign(mock *imstest.Server) {
	for n, i := range []imstest.Image{{Name: "web-1", SharedWith: []string{imstest.ProjectID}}, {Name: "web-1", Public: true}, {Name: "web-1"}} {
		i.ID = strings.Repeat(string(rune('a'+n)), 8) + "-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
		i.ProjectID = otherProject
		mock.PutImage(i)
		mock.SetTag(i.ID, "family", "web")
	}
}

func tagsOf(pairs ...string) types.Map {
	elements := make(map[string]attr.Value)
	for n := 0; n < len(pairs); n += 2 {
		elements[pairs[n]] = types.StringValue(pairs[n+1])
	}
	return types.MapValueMust(types.StringType, elements)
}

func valuesOf(key string, values ...string) types.Map {
	var elements []attr.Value
	for _, value := range values {
		elements = append(elements, types.StringValue(value))
	}
	set := types.SetType{ElemType: types.StringType}
	return types.MapValueMust(set, map[string]attr.Value{key: types.SetValueMust(types.StringType, elements)})
}

// run searches, and returns the names of the images found and the result.
func run(t *testing.T, mock *imstest.Server, filters imagesearch.Model) (string, imagesearch.Result) {
	t.Helper()
	query, diags := filters.Query(t.Context(), imstest.ProjectID, now)
	if diags.HasError() {
		t.Fatal(diags)
	}
	result, err := query.Run(t.Context(), newStore(t, mock))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, image := range result.Images {
		names = append(names, image.Name)
	}
	return strings.Join(names, " "), result
}

func TestRun(t *testing.T) {
	t.Parallel()
	text, yes := types.StringValue, types.BoolValue(true)
	cases := map[string]struct {
		filters imagesearch.Model
		want    string
		calls   int
	}{
		"all active images, newest first":     {imagesearch.Model{}, "bare db-1 web-3 web-2 web-1", 2},
		"all tags match":                      {imagesearch.Model{Tags: tagsOf("family", "web", "stage", "test")}, "web-3 web-2", 2},
		"an empty value":                      {imagesearch.Model{Tags: tagsOf("note", "")}, "web-1", 2},
		"an empty map is no filter":           {imagesearch.Model{Tags: tagsOf()}, "bare db-1 web-3 web-2 web-1", 2},
		"none of the excluded tags":           {imagesearch.Model{NotTags: tagsOf("broken", "yes", "stage", "dev")}, "bare web-2 web-1", 2},
		"none of the excluded values":         {imagesearch.Model{NotTagsAny: valuesOf("stage", "dev", "production")}, "bare web-3 web-2", 2},
		"not with the key":                    {imagesearch.Model{NotTagsAny: valuesOf("stage")}, "bare", 2},
		"excluded in two ways":                {imagesearch.Model{NotTags: tagsOf("stage", "dev"), NotTagsAny: valuesOf("stage", "test")}, "bare web-1", 2},
		"one of the values":                   {imagesearch.Model{TagsAny: valuesOf("stage", "dev", "production")}, "db-1 web-1", 2},
		"with the key":                        {imagesearch.Model{TagsAny: valuesOf("stage")}, "db-1 web-3 web-2 web-1", 2},
		"without tags":                        {imagesearch.Model{WithoutAnyTag: yes}, "bare", 2},
		"by name":                             {imagesearch.Model{Name: text("web-2")}, "web-2", 2},
		"by a part of a name":                 {imagesearch.Model{Name: text("web")}, "", 1},
		"by a pattern":                        {imagesearch.Model{NameRegex: text("^web-[12]$")}, "web-2 web-1", 2},
		"by status":                           {imagesearch.Model{Status: text("queued")}, "queued", 2},
		"by age":                              {imagesearch.Model{MaxAge: text("9h57m")}, "bare db-1", 2},
		"by age, to the moment":               {imagesearch.Model{MaxAge: text("9h56m")}, "bare", 2},
		"none are old enough":                 {imagesearch.Model{MaxAge: text("1h")}, "", 2},
		"of the project itself":               {imagesearch.Model{Owner: text(strings.ToUpper(imstest.ProjectID)), Name: text("web-1")}, "web-1", 2},
		"shared":                              {imagesearch.Model{Visibility: text("shared")}, "web-1", 1},
		"public":                              {imagesearch.Model{Visibility: text("public"), Name: text("web-1")}, "web-1", 1},
		"shared and public, of an owner":      {imagesearch.Model{Owner: text(otherProject)}, "web-1 web-1", 1},
		"shared, by tags that are not shown":  {imagesearch.Model{Visibility: text("shared"), Tags: tagsOf("family", "web")}, "", 2},
		"private, of another owner":           {imagesearch.Model{Visibility: text("private"), Owner: text(otherProject)}, "", 1},
		"several filters":                     {imagesearch.Model{Tags: tagsOf("family", "web"), NotTags: tagsOf("broken", "yes"), NameRegex: text("2")}, "web-2", 2},
		"no match needs no list of images":    {imagesearch.Model{Tags: tagsOf("family", "absent")}, "", 1},
		"a tag that is part of another value": {imagesearch.Model{Tags: tagsOf("family", "we")}, "", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startLibrary(t)
			foreign(mock)
			if names, _ := run(t, mock, c.filters); names != c.want || mock.Count() != c.calls {
				t.Errorf("found %q with %d calls, want %q with %d", names, mock.Count(), c.want, c.calls)
			}
		})
	}
}

// An image of the project that it shares with others is one of its own, although the service calls it shared.
func TestOwnImagesThatAreShared(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	for name, c := range map[string]struct {
		filters imagesearch.Model
		want    string
	}{
		"of the project":        {imagesearch.Model{Tags: tagsOf("family", "web")}, "web-4 web-3 web-2 web-1"},
		"private":               {imagesearch.Model{Tags: tagsOf("family", "web"), Visibility: text("private")}, "web-4 web-3 web-2 web-1"},
		"by owner":              {imagesearch.Model{Owner: text(imstest.ProjectID), NameRegex: text("^web-4$")}, "web-4"},
		"young":                 {imagesearch.Model{Tags: tagsOf("family", "web"), MaxAge: text("9h55m")}, "web-4"},
		"shared by others":      {imagesearch.Model{Visibility: text("shared")}, "web-1"},
		"all of the same owner": {imagesearch.Model{Owner: text(otherProject)}, "web-1 web-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startLibrary(t)
			id := mock.AddImage("web-4")
			mock.PutImage(imstest.Image{ID: id, Name: "web-4", SharedWith: []string{otherProject}})
			mock.SetTag(id, "family", "web")
			foreign(mock)
			if names, _ := run(t, mock, c.filters); names != c.want {
				t.Errorf("found %q, want %q", names, c.want)
			}
		})
	}
}

// The service compares the architecture and the operating system, and so does the provider.
func TestArchitectureAndSystem(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	for name, c := range map[string]struct {
		filters imagesearch.Model
		want    string
	}{
		"arm":             {imagesearch.Model{Architecture: text("arm")}, "debian-arm"},
		"x86":             {imagesearch.Model{Architecture: text("x86")}, "windows debian"},
		"Linux":           {imagesearch.Model{OSType: text("Linux")}, "debian-arm debian"},
		"both":            {imagesearch.Model{Architecture: text("x86"), OSType: text("Windows")}, "windows"},
		"with a tag":      {imagesearch.Model{Tags: tagsOf("family", "debian"), Architecture: text("x86")}, "debian"},
		"nothing is left": {imagesearch.Model{Architecture: text("arm"), OSType: text("Windows")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, isCompared := range []bool{true, false} {
				mock := imstest.Start(t)
				for _, i := range []imstest.Image{{Name: "debian"}, {Name: "windows", OSType: "Windows"}, {Name: "debian-arm", ARM: true}} {
					i.ID = mock.AddImage(i.Name)
					mock.PutImage(i)
					mock.SetTag(i.ID, "family", strings.TrimSuffix(i.Name, "-arm"))
				}
				if !isCompared {
					mock.React(imstest.ListImages, func(r imstest.Request) *imstest.Answer {
						r.Query.Del("architecture")
						r.Query.Del("__os_type")
						return nil
					})
				}
				if names, _ := run(t, mock, c.filters); names != c.want {
					t.Errorf("compared by the service: %t: found %q, want %q", isCompared, names, c.want)
				}
			}
		})
	}
}

// An image of somebody else does not win, even if the service lists it among those with the tags.
func TestAForeignImageNeverMatches(t *testing.T) {
	t.Parallel()
	mock := startLibrary(t)
	foreign(mock)
	const shared = "aaaaaaaa-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	mock.ForceAlways(imstest.ImagesByTag, imstest.Answer{Status: 200, Body: `{"total_count":1,"resources":[
		{"resource_id":"` + shared + `","resource_name":"web-1","resource_detail":{"status":"active"},"tags":[{"key":"family","value":"web"}]}]}`})
	everything := imagesearch.Model{Tags: tagsOf("family", "web")}
	if names, _ := run(t, mock, everything); names != "" {
		t.Errorf("found %q", names)
	}

	// Nor if the list of images ignores whose images it is asked for.
	mock.React(imstest.ListImages, func(imstest.Request) *imstest.Answer {
		return &imstest.Answer{Status: 200, Body: `{"images":[{"id":"` + shared + `","name":"web-1","status":"active","owner":"` + otherProject +
			`","created_at":"2026-05-01T00:00:00Z"}]}`}
	})
	if names, _ := run(t, mock, everything); names != "" {
		t.Errorf("found %q", names)
	}
	everything.Visibility = types.StringValue("shared")
	if names, _ := run(t, mock, everything); names != "web-1" {
		t.Errorf("found %q where it was asked for", names)
	}
}

// A service that ignores a filter does not make a wrong image match.
func TestFiltersThatTheServiceIgnores(t *testing.T) {
	t.Parallel()
	mock := startLibrary(t)
	mock.ForceAlways(imstest.ImagesByTag, imstest.Answer{Status: 200, Body: `{"total_count":1,"resources":[
		{"resource_id":"00000003-1a2b-4c3d-8e4f-5a6b7c8d9e0f","resource_name":"web-3","tags":[{"key":"broken","value":"yes"}]}]}`})
	for name, filters := range map[string]imagesearch.Model{
		"tags": {Tags: tagsOf("a", "b")}, "not_tags": {NotTags: tagsOf("broken", "yes")}, "tags_any": {TagsAny: valuesOf("a")},
		"not_tags_any": {NotTagsAny: valuesOf("broken")}, "without_any_tag": {WithoutAnyTag: types.BoolValue(true)},
		"name": {Name: types.StringValue("web")}, "status": {Status: types.StringValue("queued")},
	} {
		if names, _ := run(t, mock, filters); names != "" {
			t.Errorf("%s: found %q", name, names)
		}
	}
}

// Images of the same age are in the order of their ids.
func TestOrderOfImagesOfTheSameAge(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	var ids []string
	for _, name := range []string{"a", "b", "c"} {
		id := mock.AddImage(name)
		mock.PutImage(imstest.Image{ID: id, Name: name, CreatedAt: imstest.FirstCreated})
		ids = append(ids, id)
	}
	_, result := run(t, mock, imagesearch.Model{})
	for n, image := range result.Images {
		if image.ID != ids[n] {
			t.Errorf("image %d is %s, want %s", n, image.ID, ids[n])
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	cases := map[string]struct {
		filters imagesearch.Model
		want    string
		calls   int
	}{
		"one tag differs": {
			imagesearch.Model{Tags: tagsOf("family", "web", "stage", "golden")},
			"3 images have family=web; stage: production, test, test.", 2,
		},
		"a single image": {
			imagesearch.Model{Tags: tagsOf("family", "db", "stage", "golden")}, "1 image has family=db; stage: dev.", 2,
		},
		"a key that is missing": {
			imagesearch.Model{Tags: tagsOf("family", "web", "broken", "no")},
			"3 images have family=web; broken: (no tag), (no tag), yes.", 2,
		},
		"an empty value": {
			imagesearch.Model{Tags: tagsOf("stage", "production", "note", "a b")},
			"1 image has stage=production; note: \"\".", 2,
		},
		"the only filter": {
			imagesearch.Model{Tags: tagsOf("family", "mail")}, "5 images exist; family: web, web, web, db, (no tag).", 2,
		},
		"an excluded tag": {
			imagesearch.Model{Tags: tagsOf("family", "db"), NotTags: tagsOf("stage", "dev")},
			"4 images have no stage=dev; family: web, web, web, (no tag).\n1 image has family=db; stage: dev.", 2,
		},
		"the name": {
			imagesearch.Model{Tags: tagsOf("family", "db"), Name: text("db")}, "1 image has family=db; name: db-1.", 2,
		},
		"the status": {
			imagesearch.Model{Tags: tagsOf("family", "queue")},
			"5 images exist; family: web, web, web, db, (no tag).\n1 image has family=queue; status: queued.", 2,
		},
		"one of several": {
			imagesearch.Model{Tags: tagsOf("family", "web"), TagsAny: valuesOf("stage", "golden", "dev")},
			"1 image has stage=dev|golden; family: db.\n3 images have family=web; stage: production, test, test.", 2,
		},
		"nothing comes close": {
			imagesearch.Model{Tags: tagsOf("a", "b", "c", "d"), NameRegex: text("^web")},
			"0 images have a=b.\n0 images have c=d.\n3 images have a name that matches \"^web\".", 2,
		},
		"too old": {
			imagesearch.Model{Tags: tagsOf("family", "db"), MaxAge: text("1h")},
			"1 image matches all other filters, but is older than 1h. The newest, 00000004-1a2b-4c3d-8e4f-5a6b7c8d9e0f, was created at " +
				"2026-01-01T00:03:00Z.", 2,
		},
		"another architecture": {
			imagesearch.Model{Tags: tagsOf("family", "db"), Architecture: text("arm"), OSType: text("Linux")},
			"1 image has the right tags, name and status, but the list of images of project " + imstest.ProjectID + " with the architecture arm " +
				"and the operating system Linux does not contain it.", 2,
		},
		"of somebody else": {
			imagesearch.Model{Visibility: text("public"), Name: text("debian")},
			"Project " + imstest.ProjectID + " sees no image of the cloud that has the name \"debian\".", 1,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startLibrary(t)
			names, result := run(t, mock, c.filters)
			got, err := result.Explain(t.Context(), newStore(t, mock))
			if names != "" || err != nil || got != c.want || mock.Count() != c.calls {
				t.Errorf("found %q, and says with %d calls (%v)\n%s\nwant\n%s", names, mock.Count(), err, got, c.want)
			}
		})
	}
}

// The values of many images are cut.
func TestExplainIsShort(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	for range 12 {
		mock.SetTag(mock.AddImage("web"), "family", "web")
	}
	_, result := run(t, mock, imagesearch.Model{Tags: tagsOf("family", "web", "stage", "test")})
	got, err := result.Explain(t.Context(), newStore(t, mock))
	want := "12 images have family=web; stage: " + strings.Join(slices.Repeat([]string{"(no tag)"}, 10), ", ") + " and 2 more."
	if err != nil || got != want {
		t.Errorf("it says %q, %v, want %q", got, err, want)
	}
}

func TestExplainAnEmptyProject(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	_, result := run(t, mock, imagesearch.Model{})
	got, err := result.Explain(t.Context(), newStore(t, mock))
	if err != nil || !strings.Contains(got, "has no images") {
		t.Errorf("it says %q, %v", got, err)
	}
}

// What this run of Terraform has just written is known, even if the service does not show it yet.
func TestRecentWritesAreSeen(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithReadDelay(time.Hour))
	id := mock.AddImage("web")
	written := newStore(t, mock)
	if err := written.Write(t.Context(), ims.Image{ProjectID: imstest.ProjectID, ID: id}, ims.Tag{Key: "stage", Value: "test"}, store.Claim{}); err != nil {
		t.Fatal(err)
	}
	byName, byTag := imagesearch.Model{Name: types.StringValue("web")}, imagesearch.Model{Tags: tagsOf("stage", "test")}
	cases := map[string]struct {
		filters      imagesearch.Model
		from         *store.Store
		images, tags int
	}{
		"by name":                     {byName, written, 1, 1},
		"by name, in another process": {byName, newStore(t, mock), 1, 0},
		"by tag":                      {byTag, written, 1, 1},
		"by tag, in another process":  {byTag, newStore(t, mock), 0, 0},
	}
	for name, c := range cases {
		query, diags := c.filters.Query(t.Context(), imstest.ProjectID, now)
		if diags.HasError() {
			t.Fatal(diags)
		}
		result, err := query.Run(t.Context(), c.from)
		if err != nil || len(result.Images) != c.images || c.images > 0 && len(result.Images[0].Tags) != c.tags {
			t.Errorf("%s: found %+v, %v", name, result.Images, err)
		}
	}
}

// An image that the service shows with its new tag only after the search is no miss to explain.
func TestExplainATagThatIsShownLate(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	image := mock.AddImage("web")
	from := newStore(t, mock)
	_, result := run(t, mock, imagesearch.Model{Tags: tagsOf("stage", "test")})
	mock.SetTag(image, "stage", "test")
	got, err := result.Explain(t.Context(), from)
	if err != nil || !strings.HasPrefix(got, "1 image matches now, but the search by tag did not find it") {
		t.Errorf("it says %q, %v", got, err)
	}
}
