// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// tagged is a workspace whose tags, one on each of as many images, are applied.
func tagged(t *testing.T, mock *imstest.Server, many int, settings string) *acctest.Workspace {
	t.Helper()
	config := strings.Replace(acctest.ManyTags(mock, many), "provider \"ims\" {", "provider \"ims\" {\n  "+settings, 1)
	w := acctest.NewWorkspace(t, mock, config)
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	return w
}

func TestAccManyImagesAreReadInBulk(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := tagged(t, mock, 100, "")
	w.Run("plan", "-detailed-exitcode")
	reads, pages := mock.Count(imstest.ListTags), mock.Count(imstest.ImagesByTag)
	if reads+pages > 25 || pages > reads || pages == 0 {
		t.Errorf("a plan of 100 images took %d reads and %d pages", reads, pages)
	}

	w.Run("destroy", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 100)
	if left := mock.AllTags(); len(left) > 0 {
		t.Errorf("tags are left: %v", left)
	}
}

func TestAccBulkReadsSwitchedOff(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := tagged(t, mock, 30, "bulk_reads = false")
	w.Run("plan", "-detailed-exitcode")
	acctest.ExpectCalls(t, mock, imstest.ListTags, 30)
	acctest.ExpectCalls(t, mock, imstest.ImagesByTag, 0)
}

// What the list shows is only ever a yes: drift is read from the image itself, and there the answer has to be sure.
func TestAccBulkReadsMissNoDrift(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := tagged(t, mock, 40, "")
	changed, removed, gone := 0, 0, 0
	for image, tags := range mock.AllTags() {
		for key := range tags {
			switch {
			case key < "b0": // of ten images
				mock.SetTag(image, key, "changed by hand")
				changed++
			case key < "c0":
				mock.RemoveTag(image, key)
				removed++
			case key < "d0":
				mock.RemoveImage(image)
				gone++
			}
		}
	}
	output := w.Fail("Plan: 20 to add, 10 to change, 0 to destroy.", "plan", "-detailed-exitcode")
	if changed+removed+gone != 30 {
		t.Fatalf("%d, %d and %d tags were changed\n%s", changed, removed, gone, output)
	}
}

// A list that lies is not believed: neither one without the images, nor one that is old.
func TestAccAListThatLiesIsNotBelieved(t *testing.T) {
	t.Parallel()
	lists := map[string]imstest.Answer{
		"an empty list":     {Status: 200, Body: `{"resources":[],"total_count":0}`},
		"images of others":  {Status: 200, Body: `{"resources":[{"resource_id":"x","tags":[]}],"total_count":1}`},
		"refused":           imstest.IMSError(403, "IMG.0026", "no permission"),
		"unknown":           imstest.GatewayError(404, "APIGW.0101", "The API does not exist"),
		"not authenticated": imstest.GatewayError(401, "APIGW.0301", "Incorrect IAM authentication information"),
		"a page":            imstest.HTML(200),
		"a fault":           imstest.IMSError(500, "IMG.0001", "internal error"),
		"no answer":         {Drop: true},
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			w := tagged(t, mock, 20, "")
			mock.ForceAlways(imstest.ImagesByTag, list)
			w.Run("plan", "-detailed-exitcode")
			acctest.ExpectCalls(t, mock, imstest.ListTags, 20)
			if pages := mock.Count(imstest.ImagesByTag); pages < 1 || pages > 3 {
				t.Errorf("the list was asked for %d times", pages)
			}
		})
	}
}
