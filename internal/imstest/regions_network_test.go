// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The image service of a region that is down answers nothing and does nothing. Other regions and IAM work.
func TestRegionsThatAreDown(t *testing.T) {
	t.Parallel()
	for _, region := range []string{imstest.Region, west} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			s := startRegions(t)
			own := s.AddImage("own")
			writes := map[string]*http.Request{
				imstest.Region: newRequest(t, s, http.MethodPost, tagsPath(own), tagBody(t, "k", "v")),
				west: newRequest(t, s, http.MethodPost, "/"+west+"/v2/"+westFirst+"/images/"+westImage+"/tags",
					tagBody(t, "k", "v")),
			}
			writes[west].Header.Set("X-Auth-Token", issueToken(t, s, westFirst))
			s.SetRegionDown(region, true)
			s.ResetLog()
			for name, write := range writes {
				if got, err := try(write); (err != nil) != (name == region) {
					t.Errorf("%s: got %v and the error %v", name, got, err)
				}
			}
			for name, image := range map[string]string{imstest.Region: own, west: westImage} {
				want := tags{"k": "v"}
				if name == region {
					want = nil
				}
				expectTags(t, s, image, want)
			}
			send(t, s, http.MethodGet, "/v3", "").expect(t, http.StatusOK, "")
			if s.CountIn(region, imstest.WriteTag) != 1 {
				t.Errorf("the log has %v", s.Requests())
			}
		})
	}
}

func TestARegionThatWorksAgain(t *testing.T) {
	t.Parallel()
	s := startRegions(t)
	paths := []string{projectPath("tags"), "/v2/unknown"}
	s.SetRegionDown(imstest.Region, true)
	for _, path := range paths {
		if got, err := try(newRequest(t, s, http.MethodGet, path, "")); err == nil {
			t.Errorf("%s is answered %d", path, got.status)
		}
	}
	s.SetRegionDown(imstest.Region, false)
	send(t, s, http.MethodGet, paths[0], "").expect(t, http.StatusOK, "")
	send(t, s, http.MethodGet, paths[1], "").expect(t, http.StatusNotFound, "APIGW.0101")
}

// The gateway of a region counts only the calls of that region.
func TestThrottleOfARegion(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithRegion(west, westFirst), imstest.WithThrottle(1, time.Hour))
	token := issueToken(t, s, westFirst)
	for _, want := range []struct {
		status int
		code   string
	}{{http.StatusOK, ""}, {http.StatusTooManyRequests, "APIGW.0308"}} {
		send(t, s, http.MethodGet, projectPath("tags"), "").expect(t, want.status, want.code)
		sendWith(t, s, token, http.MethodGet, regionPath(t, s, west, westFirst), "").expect(t, want.status, want.code)
	}
}
