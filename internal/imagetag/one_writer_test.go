// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Writes to one image go one at a time, however many operations Terraform runs.
func TestAccOneWriterAnImage(t *testing.T) {
	t.Parallel()
	services := map[string]imstest.Option{
		"a service that refuses writes that overlap": imstest.WithOverlapConflicts(),
		"a service that loses writes that overlap":   imstest.WithLostUpdates(),
	}
	for name, service := range services {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			applyTenTagsToOneImage(t, imstest.Start(t, service))
		})
	}
}

func applyTenTagsToOneImage(t *testing.T, mock *imstest.Server) {
	t.Helper()
	mock.SetLatency(20 * time.Millisecond)
	image := mock.AddImage("golden")
	var config strings.Builder
	config.WriteString(acctest.ProviderBlock(mock))
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	w := acctest.NewWorkspace(t, mock, config.String())
	w.Run("apply", "-auto-approve", "-parallelism=50")
	if got := len(mock.Tags(image)); got != 10 {
		t.Errorf("the image has %d tags, want 10", got)
	}
	w.Run("destroy", "-auto-approve", "-parallelism=50")
	if got := len(mock.Tags(image)); got != 0 {
		t.Errorf("the image has %d tags, want none", got)
	}
	for _, r := range mock.Requests() {
		if r.Status >= 400 {
			t.Errorf("%s %s was answered %d %s", r.Method, r.Path, r.Status, r.Code)
		}
	}
}
