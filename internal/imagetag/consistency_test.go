// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A service that shows writes late: the process that wrote a tag reads what it wrote, another one what the service shows.
func TestReadsOfAServiceThatShowsWritesLate(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithReadDelay(time.Hour))
	mock.PutImage(imstest.Image{ID: pinnedImage})
	p, another := acctest.NewProtocolServer(t, mock), acctest.NewProtocolServer(t, mock)
	old, tag := p.Value(p.Resource, acctest.TagState(pinnedImage, "staging")), p.Value(p.Resource, acctest.TagState(pinnedImage, "production"))

	p.NoErrors(apply(t.Context(), p, p.Null(p.Resource), old))
	p.NoErrors(apply(t.Context(), p, old, tag))
	resp := p.Read(tag)
	p.NoErrors(resp.Diagnostics)
	if value := p.Strings(p.Resource, resp.NewState)["value"]; value != "production" {
		t.Errorf("the process that wrote it reads %q", value)
	}
	resp = another.Read(tag)
	p.NoErrors(resp.Diagnostics)
	if got := another.Strings(p.Resource, resp.NewState); got != nil {
		t.Errorf("another process reads %v, and the service shows nothing yet", got)
	}

	p.NoErrors(apply(t.Context(), p, tag, p.Null(p.Resource)))
}

// What somebody else changes is seen by the next walk at once, however shortly after a write it was.
func TestAccDriftRightAfterAWriteIsSeen(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	mock.SetTag(image, "environment", "changed by hand")
	w.Fail("changed by hand", "plan", "-detailed-exitcode")
	mock.RemoveTag(image, "environment")
	w.Fail("1 to add", "plan", "-detailed-exitcode")
}
