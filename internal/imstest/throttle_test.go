// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestThrottleLimitsTheCallsInAWindow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := imstest.Start(t, imstest.WithThrottle(2, time.Minute), imstest.WithClock(func() time.Time { return now }))
	image := s.AddImage("golden")
	read := func(status int, code string) {
		t.Helper()
		send(t, s, http.MethodGet, tagsPath(image), "").expect(t, status, code)
	}
	for range 2 {
		read(http.StatusOK, "")
		read(http.StatusOK, "")
		read(http.StatusTooManyRequests, "APIGW.0308")
		now = now.Add(59 * time.Second)
		read(http.StatusTooManyRequests, "APIGW.0308")
		now = now.Add(time.Second)
	}
}
