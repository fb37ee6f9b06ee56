// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagDrift(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.TagConfig(mock, image, "environment", "production")
	repaired := func() { acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"}) }

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: config},
			{ // A value changed outside is an update in place.
				PreConfig: func() { mock.SetTag(image, "environment", "changed by hand") },
				Config:    config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionUpdate)},
				},
				PostApplyFunc: repaired,
			},
			{ // A tag gone outside is a create.
				PreConfig: func() { mock.RemoveTag(image, "environment") },
				Config:    config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate)},
				},
				PostApplyFunc: repaired,
			},
			{ // An image gone outside is a create of its tag.
				PreConfig: func() { mock.RemoveImage(image) },
				Config:    config,
				PlanOnly:  true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate)},
				},
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Each answer that says for sure that the image is not there lets go of its tags.
func TestAccImageTagImageGone(t *testing.T) {
	t.Parallel()
	answers := map[string]imstest.Answer{
		"404 with a code of the service": imstest.IMSError(http.StatusNotFound, "IMG.0027", "image not found"),
		"400 IMG.0027":                   imstest.IMSError(http.StatusBadRequest, "IMG.0027", "image not found"),
		"400 IMG.0144":                   imstest.IMSError(http.StatusBadRequest, "IMG.0144", "image not found"),
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := withoutChecks(acctest.TagConfig(mock, image, "environment", "production"))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig:          func() { mock.ForceAlways(imstest.ListTags, answer) },
						RefreshState:       true,
						ExpectNonEmptyPlan: true,
						RefreshPlanChecks: resource.RefreshPlanChecks{
							PostRefresh: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate)},
						},
					},
				},
			})
		})
	}
}

// An answer that proves nothing is an error, and the state stays as it was.
func TestAccImageTagDoubtfulAnswersKeepTheState(t *testing.T) {
	t.Parallel()
	answers := map[string]imstest.Answer{
		"404 of the gateway":         imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist"),
		"404 as a page":              imstest.HTML(http.StatusNotFound),
		"404 without a body":         {Status: http.StatusNotFound},
		"404 as of IAM":              {Status: http.StatusNotFound, Body: `{"error":{"code":404,"message":"gone","title":"Not Found"}}`},
		"400 with another code":      imstest.IMSError(http.StatusBadRequest, "IMG.0066", "malformed id"),
		"401":                        imstest.GatewayError(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information"),
		"403":                        imstest.IMSError(http.StatusForbidden, "IMG.0026", "no permission"),
		"200 as a page":              imstest.HTML(http.StatusOK),
		"200 without a body":         {Status: http.StatusOK},
		"200 without tags":           {Status: http.StatusOK, Body: `{}`},
		"200 with tags null":         {Status: http.StatusOK, Body: `{"tags":null}`},
		"200 with half an answer":    {Status: http.StatusOK, Body: `{"tags":[{"key":"environment","val`},
		"200 with a key twice":       {Status: http.StatusOK, Body: `{"tags":[{"key":"environment","value":"production"},{"key":"environment","value":"staging"}]}`},
		"200 with a tag, no key":     {Status: http.StatusOK, Body: `{"tags":[{"value":"production"}]}`},
		"200 with an object of tags": {Status: http.StatusOK, Body: `{"tags":{"environment":"production"}}`},
		"200 with text after it":     {Status: http.StatusOK, Body: `{"tags":[]}{"tags":[]}`},
		"200 of another API":         {Status: http.StatusOK, Body: `{"images":[]}`},
		"200 with an error":          {Status: http.StatusOK, Body: `{"error":{"code":"IMG.0027","message":"gone"}}`},
		"200 that is no UTF-8":       {Status: http.StatusOK, Body: "{\"tags\":[{\"key\":\"\xff\",\"value\":\"v\"}]}"},
		"200 as JSON of a page":      {Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html"}}, Body: `{"tags":[]}`},
		"200 of a gigabyte":          {Status: http.StatusOK, Body: `{"tags":[]}`, Padding: 1 << 30},
		"200 byte by byte":           {Status: http.StatusOK, Body: `{"tags":[]}`, Drip: time.Second},
		"nothing for ever":           {Delay: time.Hour},
		"nothing, and the end":       {Drop: true},
		"202":                        {Status: http.StatusAccepted, Body: `{"tags":[]}`},
		"204":                        {Status: http.StatusNoContent},
		"301 to the same":            {Status: http.StatusMovedPermanently, Header: http.Header{"Location": {"/"}}},
		"304":                        {Status: http.StatusNotModified},
		"307 to somewhere":           {Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"https://login.example.com/"}}},
		"410":                        {Status: http.StatusGone},
		"302 to somewhere":           {Status: http.StatusFound, Header: http.Header{"Location": {"https://login.example.com/"}}},
		"500 until the retries end":  imstest.IMSError(http.StatusInternalServerError, "IMG.0001", "internal error"),
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := acctest.TagConfig(mock, image, "environment", "production")
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(acctest.Hurried(3 * time.Second)),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig:    func() { mock.ForceAlways(imstest.ListTags, answer) },
						RefreshState: true,
						ExpectError:  regexp.MustCompile("Cannot read image tag"),
					},
					{ // The tag is still in the state.
						PreConfig: func() {
							mock.ResetReactors()
							mock.ResetLog()
						},
						Config: config,
						ConfigPlanChecks: resource.ConfigPlanChecks{
							PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
						},
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("value"), knownvalue.StringExact("production")),
						},
						PostApplyFunc: func() { acctest.ExpectNoWrites(t, mock) },
					},
				},
			})
		})
	}
}

// Odd answers that still say for sure what the tag is.
func TestAccImageTagOddAnswersThatAreSure(t *testing.T) {
	t.Parallel()
	const ours = `{"key":"environment","value":"production"}`
	cases := map[string]struct {
		body string
		want string // the value in the state; "gone" if the tag is
		typ  string
	}{
		"a tag without a value":             {body: `{"tags":[{"key":"environment"}]}`, want: ""},
		"a value that is null":              {body: `{"tags":[{"key":"environment","value":null}]}`, want: ""},
		"a key twice with one value":        {body: `{"tags":[` + ours + `,` + ours + `]}`, want: "production"},
		"more than is documented":           {body: `{"tags":[{"key":"environment","value":"production","id":7}],"more":[1]}`, want: "production"},
		"a type that is not JSON's":         {body: `{"tags":[` + ours + `]}`, want: "production", typ: "text/plain"},
		"a key in another case is not ours": {body: `{"tags":[{"key":"Environment","value":"production"}]}`, want: "gone"},
		"more than ten and longer ones":     {body: `{"tags":[{"key":"` + strings.Repeat("k", 127) + `","value":"` + strings.Repeat("v", 255) + `"},` + ours + `]}`, want: "production"},
		"no tags":                           {body: `{"tags":[]}`, want: "gone"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
			w.Run("apply", "-auto-approve")
			answer := imstest.Answer{Status: http.StatusOK, Body: c.body}
			if c.typ != "" {
				answer.Header = http.Header{"Content-Type": {c.typ}}
			}
			mock.ForceAlways(imstest.ListTags, answer)
			w.Run("refresh")
			want := map[string]map[string]string{image: {"environment": c.want}}
			if c.want == "gone" {
				want = map[string]map[string]string{}
			}
			if got := w.State(); !reflect.DeepEqual(got, want) {
				t.Errorf("the state holds %v, want %v", got, want)
			}
		})
	}
}

// Only 204 is a write that succeeded.
func TestAccImageTagWriteWithoutA204IsAnError(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { mock.Force(imstest.WriteTag, imstest.HTML(http.StatusOK)) },
				Config:      acctest.TagConfig(mock, image, "environment", "production"),
				ExpectError: regexp.MustCompile("Cannot create image tag"),
			},
			{Config: acctest.TagConfig(mock, image, "environment", "production")},
			{ // A failed update leaves the old value in the state: the next plan tries again.
				PreConfig: func() {
					mock.Force(imstest.WriteTag, imstest.IMSError(http.StatusBadRequest, "IMG.0115", "invalid tag"))
				},
				Config:      acctest.TagConfig(mock, image, "environment", "staging"),
				ExpectError: regexp.MustCompile("Cannot update image tag"),
			},
			{
				Config: acctest.TagConfig(mock, image, "environment", "staging"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionUpdate)},
				},
				PostApplyFunc: func() { acctest.ExpectTags(t, mock, image, map[string]string{"environment": "staging"}) },
			},
		},
	})
}

func TestAccImageTagDestroy(t *testing.T) {
	t.Parallel()
	cases := map[string]func(mock *imstest.Server, image string){
		"a tag that is gone is done":    func(mock *imstest.Server, image string) { mock.RemoveTag(image, "environment") },
		"an image that is gone is done": func(mock *imstest.Server, image string) { mock.RemoveImage(image) },
		"a lost answer is sent again": func(mock *imstest.Server, _ string) {
			mock.Force(imstest.DeleteTag, imstest.Answer{CarryOut: true, Drop: true})
		},
	}
	for name, prepare := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
			w.Run("apply", "-auto-approve")
			prepare(mock, image)
			w.Run("destroy", "-auto-approve", "-refresh=false")
			w.ExpectNoResources()
			if left := mock.AllTags(); len(left) > 0 {
				t.Errorf("tags are left: %v", left)
			}
		})
	}
}

func TestAccImageTagDestroyThatFailsKeepsTheState(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")

	mock.Force(imstest.DeleteTag, imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist"))
	w.Fail("Cannot delete image tag", "destroy", "-auto-approve")
	w.Run("plan", "-detailed-exitcode")
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
}

func TestAccImageTagLostWriteIsSentAgain(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.Force(imstest.WriteTag, imstest.Answer{CarryOut: true, Drop: true})

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{{
			Config: acctest.TagConfig(mock, image, "environment", "production"),
			PostApplyFunc: func() {
				acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
				acctest.ExpectCalls(t, mock, imstest.WriteTag, 2)
			},
		}},
	})
}
