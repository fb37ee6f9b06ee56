// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A rejected create does not make a tag of somebody else its own. Terraform destroys what is in the state before it tries again.
func TestARejectedCreateDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	full := with(many(9), tags{"stage": "production"})
	for key, value := range full {
		mock.SetTag(image, key, value)
	}
	set := tags{"stage": "production", "owner": "core"}
	p := newServer(t, mock)
	failed := apply(p, p.Null(p.Resource), setValue(p, image, set), nil)
	detail, _ := expectError(t, failed.Diagnostics, "Cannot create image tags")
	if got := tagsIn(p, failed.NewState); got != nil || !strings.Contains(detail, `has the keys "stage" with the values of this resource`) {
		t.Errorf("the state has %v, and the error says\n%s", got, detail)
	}
	acctest.ExpectTags(t, mock, image, full)

	// The tag that it creates in the end is its own.
	mock.RemoveTag(image, "k1")
	again := newServer(t, mock)
	created := apply(again, again.Null(again.Resource), setValue(again, image, set), nil)
	again.NoErrors(created.Diagnostics)
	last := newServer(t, mock)
	last.NoErrors(apply(last, created.NewState, last.Null(last.Resource), created.Private).Diagnostics)
	acctest.ExpectTags(t, mock, image, without(without(full, "k1"), "stage"))
}

// A create of an exclusive set that has not removed the tags of others owns only its own: Terraform replaces it, and the new
// configuration may leave the others alone.
func TestAFailedExclusiveCreateOwnsNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "ci-1", "v")
	forbidSecond(mock)
	p := newServer(t, mock)
	exclusive := map[string]any{"exclusive": true}
	failed := apply(p, p.Null(p.Resource), setValue(p, image, tags{"a": "1"}, exclusive), nil)
	expectError(t, failed.Diagnostics, "Cannot create image tags")

	again := newServer(t, mock)
	read := refresh(again, failed.NewState, failed.Private)
	config := newSet(again, image, tags{"a": "1"}, exclusive, map[string]any{"ignore_keys": []string{"ci-*"}})
	create := again.Plan(again.Null(again.Resource), config, config, nil) // of a tainted resource
	last := newServer(t, mock)
	last.NoErrors(apply(last, read.NewState, last.Null(last.Resource), create.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, tags{"ci-1": "v"})
}

// A key of a rejected update stays if the configuration is reverted, and is owned once an update has succeeded.
func TestARejectedUpdateDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	old, wanted := tags{"a": "1"}, tags{"a": "1", "stage": "production", "bad": "!"}
	ignoring := map[string]any{"exclusive": true, "ignore_keys": []string{"stage"}}
	for name, c := range map[string]struct {
		second  tags // configuration after the error
		changes map[string]any
		want    tags // of the image, after the set was destroyed
	}{
		"reverted": {old, nil, tags{"stage": "production"}},
		"ignored":  {old, ignoring, tags{"stage": "production"}},
		"kept":     {without(wanted, "bad"), nil, nil},
		"repaired": {with(without(wanted, "bad"), tags{"good": "1"}), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			p := newServer(t, mock)
			created := apply(p, p.Null(p.Resource), setValue(p, image, old), nil)
			p.NoErrors(created.Diagnostics)
			mock.SetTag(image, "stage", "production")
			throttled := imstest.GatewayError(429, "APIGW.0308", "Too many requests.")
			answerFirst(mock, func() {}, throttled, imstest.IMSError(400, "IMG.0115", "Invalid tag."))
			failed := apply(p, created.NewState, setValue(p, image, wanted), created.Private)
			expectError(t, failed.Diagnostics, "Cannot update image tags")

			second := newServer(t, mock)
			read := refresh(second, failed.NewState, failed.Private)
			config := setValue(second, image, c.second, c.changes)
			plan := second.Plan(read.NewState, config, config, read.Private)
			if second.Equal(plan.PlannedState, read.NewState) {
				t.Error("it plans no update")
			}
			done := apply(second, read.NewState, plan.PlannedState, plan.PlannedPrivate)
			second.NoErrors(done.Diagnostics)
			last := newServer(t, mock)
			read = refresh(last, done.NewState, done.Private)
			destroy := last.Plan(read.NewState, last.Null(last.Resource), last.Null(last.Resource), read.Private)
			last.NoErrors(apply(last, read.NewState, destroy.PlannedState, destroy.PlannedPrivate).Diagnostics)
			acctest.ExpectTags(t, mock, image, c.want)
		})
	}
}

// An update that fails before it writes does not make an equal tag of somebody else its own.
func TestAnUpdateThatFailsInItsDeleteDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	own := tags{"a": "1", "b": "1"}
	others := with(many(7), tags{"stage": "production"})
	for key, value := range with(others, own) {
		mock.SetTag(image, key, value)
	}
	var repaired atomic.Bool
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if repaired.Load() {
			return nil
		}
		answer := imstest.IMSError(http.StatusServiceUnavailable, "IMG.0000", "Busy.")
		return &answer
	})
	p := newServer(t, mock)
	read := refresh(p, setValue(p, image, own), nil)
	failed := apply(p, read.NewState, setValue(p, image, tags{"a": "1", "stage": "production"}), read.Private)
	expectError(t, failed.Diagnostics, "Cannot update image tags")
	repaired.Store(true)

	second := newServer(t, mock)
	reverted := setValue(second, image, own)
	plan := second.Plan(failed.NewState, reverted, reverted, failed.Private)
	second.NoErrors(apply(second, failed.NewState, plan.PlannedState, plan.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, with(others, own))
}
