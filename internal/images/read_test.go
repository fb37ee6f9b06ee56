// SPDX-License-Identifier: MPL-2.0

package images_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	idPrefix = "00000000"
	idSuffix = "-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
)

// id is the id of the n-th image.
func id(n string) string { return idPrefix[:8-len(n)] + n + idSuffix }

func TestImage(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	got, problem := read(t, p, "ims_image", object{
		"tags": object{"family": "web", "stage": "production"}, "not_tags": object{"broken": "yes"},
	})
	if problem != "" {
		t.Fatal(problem)
	}
	want := object{
		"id": id("1"), "name": "web-1", "owner": imstest.ProjectID, "status": "active", "min_disk": "40",
		"tags":       object{"family": "web", "stage": "production"},
		"all_tags":   object{"family": "web", "stage": "production"},
		"not_tags":   object{"broken": "yes"},
		"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "os_type": "Linux", "architecture": "x86",
		"project_id": imstest.ProjectID,
	}
	for name, attribute := range got {
		if !reflect.DeepEqual(attribute, want[name]) {
			t.Errorf("%s is %v, want %v", name, attribute, want[name])
		}
	}
	acctest.ExpectCalls(t, mock, imstest.ImagesByTag, 1)
	acctest.ExpectCalls(t, mock, imstest.ListImages, 1)
	if got := mock.Count(); got != 2 {
		t.Errorf("%d calls were made, want 2", got)
	}
	query := mock.Requests(imstest.ListImages)[0].Query
	if query.Has("__imagetype") || query.Get("owner") != imstest.ProjectID || query.Get("status") != "active" {
		t.Errorf("the list was asked for %v", query)
	}
}

// The whole text of what a person sees if not exactly one image matches.
func TestNotExactlyOneImage(t *testing.T) {
	t.Parallel()
	web := object{"family": "web"}
	cases := map[string]struct {
		config object
		want   string
	}{
		"none": {
			object{"tags": object{"family": "web", "stage": "golden"}},
			"No image matches\n\nNo image in project " + imstest.ProjectID + " matches all filters.\n\n" +
				"3 images have family=web; stage: production, test, production.",
		},
		"none that is young enough": {
			object{"tags": web, "max_age": "1ns"},
			"No image matches\n\nNo image in project " + imstest.ProjectID + " matches all filters.\n\n" +
				"3 images match all other filters, but are older than 1ns. The newest, " + id("3") + ", was created at 2026-01-01T00:02:00Z.",
		},
		"several": {
			object{"tags": web},
			`Several images match (at AttributeName("most_recent"))` + "\n\n3 images match all filters. Set most_recent = true to use the newest, " +
				"or add filters.\n\n" +
				"  " + id("3") + "  2026-01-01T00:02:00Z  web-3\n" +
				"  " + id("2") + "  2026-01-01T00:01:00Z  web-2\n" +
				"  " + id("1") + "  2026-01-01T00:00:00Z  web-1",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, p := start(t)
			if _, got := read(t, p, "ims_image", c.config); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
			if got := mock.Count(); got != 2 {
				t.Errorf("%d calls were made, want 2", got)
			}
		})
	}
}

// Which of several newest images is meant is not left to chance.
func TestATieOfTheNewest(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	for _, n := range []string{"2", "3"} {
		mock.PutImage(imstest.Image{ID: id(n), Name: "web-" + n, CreatedAt: imstest.FirstCreated.Add(time.Hour)})
	}
	_, got := read(t, p, "ims_image", object{"tags": object{"family": "web"}, "most_recent": true})
	want := "Several images are the newest\n\nOf the images that match, 2 were created at the same time, so none of them is the newest. " +
		"Add filters.\n\n  " + id("2") + "  2026-01-01T01:00:00Z  web-2\n  " + id("3") + "  2026-01-01T01:00:00Z  web-3"
	if got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

// The candidates of an error are cut.
func TestManyCandidates(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	for range 12 {
		addImage(mock, "web", tags{"family": "web"})
	}
	_, got := read(t, acctest.NewProtocolServer(t, mock), "ims_image", object{})
	if !strings.HasSuffix(got, "web\n  and 2 more") || strings.Count(got, "\n  ") != 11 {
		t.Errorf("it says\n%s", got)
	}
}

// A miss stands without an explanation where that cannot be read.
func TestAMissThatCannotBeExplained(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	mock.Force(imstest.ImagesByTag, imstest.Answer{CarryOut: true}, imstest.IMSError(403, "IMG.0026", "no"))
	_, got := read(t, p, "ims_image", object{"tags": object{"family": "mail"}})
	if !strings.HasPrefix(got, "No image matches\n\n") || !strings.Contains(got, "cannot be listed: POST /v2/") {
		t.Errorf("it says\n%s", got)
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	got, problem := read(t, p, "ims_images", object{"tags_any": object{"stage": []any{"test"}, "broken": []any{}}})
	if problem != "" {
		t.Fatal(problem)
	}
	if want := []any{id("3"), id("2")}; !reflect.DeepEqual(got["ids"], want) || got["total"] != "2" {
		t.Errorf("the ids are %v of %v, want %v", got["ids"], got["total"], want)
	}
	first := got["images"].([]any)[0]
	if want := (object{
		"id": id("3"), "name": "web-3", "owner": imstest.ProjectID, "status": "active", "min_disk": "40",
		"created_at": "2026-01-01T00:02:00Z", "updated_at": "2026-01-01T00:02:00Z", "os_type": "Linux", "os_version": nil, "architecture": "x86",
		"tags": object{"family": "web", "stage": "production", "broken": "yes"},
	}); !reflect.DeepEqual(first, want) {
		t.Errorf("the first image is %v, want %v", first, want)
	}
	if got := mock.Count(); got != 2 {
		t.Errorf("%d calls were made, want 2", got)
	}
}

// The tags of the configuration stay a filter. Terraform takes them for the result until the image is read.
func TestTagsAreAFilter(t *testing.T) {
	t.Parallel()
	_, p := start(t)
	got, problem := read(t, p, "ims_image", object{"tags": object{"broken": "yes"}, "owner": strings.ToUpper(imstest.ProjectID)})
	if want := (object{"broken": "yes"}); problem != "" || !reflect.DeepEqual(got["tags"], want) {
		t.Errorf("tags are %v, %s", got["tags"], problem)
	}
	if want := (object{"family": "web", "stage": "production", "broken": "yes"}); !reflect.DeepEqual(got["all_tags"], want) {
		t.Errorf("all_tags are %v", got["all_tags"])
	}
	if got["owner"] != strings.ToUpper(imstest.ProjectID) {
		t.Errorf("the owner is %v", got["owner"])
	}
}

// A user who has permissions for enterprise projects only finds images as well.
func TestEnterpriseProjects(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithEnterpriseProjects())
	family(mock)
	got, problem := read(t, acctest.NewProtocolServer(t, mock), "ims_image", object{"name": "web-1", "architecture": "x86", "os_type": "Linux"})
	if problem != "" || got["id"] != id("1") {
		t.Errorf("got %v, %s", got["id"], problem)
	}
}

func TestNoImagesAreAnEmptyList(t *testing.T) {
	t.Parallel()
	_, p := start(t)
	got, problem := read(t, p, "ims_images", object{"tags": object{"family": "mail"}})
	if problem != "" || !reflect.DeepEqual(got["ids"], []any{}) || !reflect.DeepEqual(got["images"], []any{}) || got["total"] != "0" {
		t.Errorf("got %v, %s", got, problem)
	}
}

func TestCountOnly(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	got, problem := read(t, p, "ims_images", object{"count_only": true, "tags": object{"family": "web"}, "not_tags": object{"broken": "yes"}})
	if problem != "" || got["total"] != "2" || got["ids"] != nil || got["images"] != nil {
		t.Errorf("got %v, %s", got, problem)
	}
	if requests := mock.Requests(); len(requests) != 1 || requests[0].Action != "count" {
		t.Errorf("the calls are %v", requests)
	}
}

// Several pages are read to the end, in as many calls as pages.
func TestManyImages(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	for range 2100 {
		addImage(mock, "web", tags{"family": "web"})
	}
	got, problem := read(t, acctest.NewProtocolServer(t, mock), "ims_images", object{"tags": object{"family": "web"}})
	if problem != "" || got["total"] != "2100" {
		t.Errorf("got %v images, %s", got["total"], problem)
	}
	acctest.ExpectCalls(t, mock, imstest.ImagesByTag, 3)
	acctest.ExpectCalls(t, mock, imstest.ListImages, 3)
}

func TestImageTags(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	for range 3 { // one process reads an image once
		got, problem := read(t, p, "ims_image_tags", object{"image_id": id("2")})
		want := object{"family": "web", "stage": "test", "note": ""}
		if problem != "" || !reflect.DeepEqual(got["tags"], want) || got["project_id"] != imstest.ProjectID {
			t.Errorf("got %v, %s", got, problem)
		}
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}

func TestTagsOfAnImageThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, p := start(t)
	_, got := read(t, p, "ims_image_tags", object{"image_id": id("9")})
	if !strings.HasPrefix(got, `Cannot read image tags (at AttributeName("image_id"))`+"\n\nImage not found.") || !strings.Contains(got, id("9")) {
		t.Errorf("it says\n%s", got)
	}
}

func TestProjectTags(t *testing.T) {
	t.Parallel()
	mock, p := start(t)
	got, problem := read(t, p, "ims_project_tags", object{})
	want := object{"family": []any{"web"}, "stage": []any{"production", "test"}, "broken": []any{"yes"}, "note": []any{""}}
	if problem != "" || !reflect.DeepEqual(got["tags"], want) {
		t.Errorf("got %v, %s", got, problem)
	}
	if got := mock.Count(); got != 1 {
		t.Errorf("%d calls were made, want 1", got)
	}
}
