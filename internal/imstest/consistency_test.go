// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestReadsReturnAWriteAfterADelay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := imstest.Start(t, imstest.WithReadDelay(10*time.Second), imstest.WithClock(func() time.Time { return now }))
	image := s.AddImage("golden")
	write := func(value string) {
		send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", value)).expect(t, http.StatusNoContent, "")
	}
	read := func(want string) {
		t.Helper()
		send(t, s, http.MethodGet, tagsPath(image), "").expectJSON(t, want)
	}

	write("first")
	expectTags(t, s, image, tags{"k": "first"})
	now = now.Add(6 * time.Second)
	write("second")
	read(`{"tags":[]}`)
	send(t, s, http.MethodPost, projectPath("resource_instances/action"), `{"action":"filter"}`).
		expectJSON(t, `{"resources":[{"resource_id":"`+image+`","resource_name":"golden","resource_detail":{"status":"active"},"tags":[]}],"total_count":1}`)
	now = now.Add(4 * time.Second)
	read(`{"tags":[{"key":"k","value":"first"}]}`)
	now = now.Add(6 * time.Second)
	read(`{"tags":[{"key":"k","value":"second"}]}`)

	s.SetTag(image, "k", "by hand") // at once
	read(`{"tags":[{"key":"k","value":"by hand"}]}`)
}
