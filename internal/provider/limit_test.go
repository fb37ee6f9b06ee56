// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// limited returns the configuration of ten tags, with a limit in the provider block.
func limited(mock *imstest.Server, limit string) string {
	return strings.Replace(acctest.ManyTags(mock, 10), "provider \"ims\" {", "provider \"ims\" {\n  "+limit, 1)
}

func TestAccMaxRequestsPerSecond(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := acctest.NewWorkspace(t, mock, limited(mock, "max_requests_per_second = 5"))
	w.Run("apply", "-auto-approve")
	requests := mock.Requests(imstest.WriteTag)
	if took := requests[9].Time.Sub(requests[0].Time); took < time.Second { // 1.8 seconds, unless the first call arrived late
		t.Errorf("ten calls at five a second took %s", took)
	}
}

// Each response takes 20 ms, so consecutive calls are at least 20 ms apart.
func TestAccMaxConcurrentRequests(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.SetLatency(20 * time.Millisecond)
	w := acctest.NewWorkspace(t, mock, limited(mock, "max_concurrent_requests = 1"))
	w.Run("apply", "-auto-approve")
	requests := mock.Requests(imstest.WriteTag)
	for i := 1; i < len(requests); i++ {
		if gap := requests[i].Time.Sub(requests[i-1].Time); gap < 20*time.Millisecond {
			t.Errorf("call %d came %s after the one before", i+1, gap)
		}
	}
}
