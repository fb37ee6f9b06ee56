package provider_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A service that shows writes late: the process that wrote a tag reads what it wrote, another one what the service shows.
func TestReadsOfAServiceThatShowsWritesLate(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithReadDelay(time.Hour))
	mock.PutImage(imstest.Image{ID: pinnedImage})
	p, another := newProtocolServer(t, mock), newProtocolServer(t, mock)
	old, tag := p.value(p.resource, tagState(pinnedImage, "staging")), p.value(p.resource, tagState(pinnedImage, "production"))

	p.noErrors(p.apply(t.Context(), p.null(p.resource), old))
	p.noErrors(p.apply(t.Context(), old, tag))
	resp := p.read(tag)
	p.noErrors(resp.Diagnostics)
	if value := p.strings(p.resource, resp.NewState)["value"]; value != "production" {
		t.Errorf("the process that wrote it reads %q", value)
	}
	resp = another.read(tag)
	p.noErrors(resp.Diagnostics)
	if got := another.strings(p.resource, resp.NewState); got != nil {
		t.Errorf("another process reads %v, and the service shows nothing yet", got)
	}

	p.noErrors(p.apply(t.Context(), tag, p.null(p.resource)))
}

// What somebody else changes is seen by the next walk at once, however shortly after a write it was.
func TestAccDriftRightAfterAWriteIsSeen(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production"))
	w.run("apply", "-auto-approve")
	mock.SetTag(image, "environment", "changed by hand")
	w.fail("changed by hand", "plan", "-detailed-exitcode")
	mock.RemoveTag(image, "environment")
	w.fail("1 to add", "plan", "-detailed-exitcode")
}
