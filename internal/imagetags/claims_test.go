// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// holder is an object of the state that has the tag "environment", in a set or alone.
type holder struct {
	*acctest.Object

	of func(*acctest.ProtocolServer) *acctest.ProtocolServer
}

func newHolder(t *testing.T, mock *imstest.Server, image string, asSet bool) holder {
	t.Helper()
	if !asSet {
		return holder{acctest.CreateObject(t, mock, image), func(p *acctest.ProtocolServer) *acctest.ProtocolServer {
			return p.For(acctest.TagType)
		}}
	}
	p := newServer(t, mock)
	set := tags{"environment": "production", "owner": "x", "build": "1"}
	return holder{acctest.CreateObjectAs(p, setValue(p, image, set)), func(p *acctest.ProtocolServer) *acctest.ProtocolServer {
		return p.For(typeName)
	}}
}

func (h holder) read(p *acctest.ProtocolServer)  { h.Refresh(h.of(p)) }
func (h holder) plan(p *acctest.ProtocolServer)  { h.MakePlan(h.of(p)) }
func (h holder) apply(p *acctest.ProtocolServer) { h.Apply(h.of(p)) }

// Two objects of the state have the same key, and one of them is destroyed: whatever the order of the plan and of the apply,
// the tag is there in the end. If both are destroyed it is gone.
func TestAKeyThatAnInstanceOwnsIsNeverDeleted(t *testing.T) {
	t.Parallel()
	const readOwner, planOwner, readOther, planOther = 0, 1, 2, 3
	orders := [][]int{
		{readOwner, planOwner, readOther, planOther},
		{readOther, planOther, readOwner, planOwner},
		{readOwner, readOther, planOwner, planOther},
		{readOwner, readOther, planOther, planOwner},
		{readOther, readOwner, planOther, planOwner},
		{readOther, readOwner, planOwner, planOther},
		{planOwner, planOther}, // without a refresh
		{planOther, planOwner},
	}
	cases := map[string]struct {
		prepare   func(owner, other holder)
		gone      bool
		refreshes bool
	}{
		"no longer configured": {prepare: func(_, other holder) { other.Destroy = true }},
		"deposed":              {prepare: func(_, other holder) { other.Destroy, other.Deposed = true, true }, refreshes: true},
		"both are destroyed":   {prepare: func(owner, other holder) { owner.Destroy, other.Destroy = true, true }, gone: true},
	}
	kinds := map[string][2]bool{"two sets": {true, true}, "a set and a tag": {true, false}, "a tag and a set": {false, true}}
	for kind, isSet := range kinds {
		for name, c := range cases {
			for _, order := range orders {
				if c.refreshes && len(order) == 2 {
					continue // a deposed object learns of an owner by a refresh alone
				}
				for _, ownerFirst := range []bool{true, false} {
					t.Run(fmt.Sprintf("%s/%s/%v/owner applied first: %t", kind, name, order, ownerFirst), func(t *testing.T) {
						t.Parallel()
						mock, image := acctest.StartWithImage(t)
						owner, other := newHolder(t, mock, image, isSet[0]), newHolder(t, mock, image, isSet[1])
						c.prepare(owner, other)
						plan, apply := acctest.NewProtocolServer(t, mock), acctest.NewProtocolServer(t, mock)
						for _, step := range order {
							[]func(*acctest.ProtocolServer){owner.read, owner.plan, other.read, other.plan}[step](plan)
						}
						if ownerFirst {
							owner.apply(apply)
							other.apply(apply)
						} else {
							other.apply(apply)
							owner.apply(apply)
						}
						if _, exists := mock.Tags(image)["environment"]; exists == c.gone {
							t.Errorf("the image has the tags %v", mock.Tags(image))
						}
						if !c.gone {
							expectSettled(t, mock, owner)
						}
					})
				}
			}
		}
	}
}

// expectSettled fails the test when the next plan has anything to do, with a refresh or without.
func expectSettled(t *testing.T, mock *imstest.Server, h holder) {
	t.Helper()
	for _, refreshes := range []bool{false, true} {
		p := acctest.NewProtocolServer(t, mock)
		if refreshes {
			h.read(p)
		}
		h.plan(p)
		if !h.of(p).Equal(h.Plan.PlannedState, h.State) {
			t.Errorf("the next plan is not empty, with a refresh: %t", refreshes)
		}
	}
}

// A key moves from one set to another in one apply, in whatever order Terraform plans and applies them.
func TestAKeyThatMovesBetweenSetsIsNotLost(t *testing.T) {
	t.Parallel()
	for _, refreshes := range []bool{true, false} {
		for _, planGiverFirst := range []bool{true, false} {
			for _, applyGiverFirst := range []bool{true, false} {
				t.Run(fmt.Sprintf("%t %t %t", refreshes, planGiverFirst, applyGiverFirst), func(t *testing.T) {
					t.Parallel()
					mock, image := acctest.StartWithImage(t)
					giver := createSet(t, mock, image, tags{"moved": "1", "a": "1"})
					taker := createSet(t, mock, image, tags{"b": "1"})
					planning, applying := newServer(t, mock), newServer(t, mock)
					sets := []*movedSet{{giver, tags{"a": "1"}, nil}, {taker, tags{"b": "1", "moved": "1"}, nil}}
					inOrder(planGiverFirst, sets, func(s *movedSet) { s.plan(planning, image, refreshes) })
					inOrder(applyGiverFirst, sets, func(s *movedSet) { s.apply(applying) })
					acctest.ExpectTags(t, mock, image, tags{"moved": "1", "a": "1", "b": "1"})
					for _, s := range sets {
						if got := tagsIn(applying, s.State); !maps.Equal(got, s.want) {
							t.Errorf("the state has %v, want %v", got, s.want)
						}
						expectSettled(t, mock, holder{s.Object, func(p *acctest.ProtocolServer) *acctest.ProtocolServer { return p.For(typeName) }})
					}
				})
			}
		}
	}
}

func createSet(t *testing.T, mock *imstest.Server, image string, set tags) *acctest.Object {
	t.Helper()
	p := newServer(t, mock)
	return acctest.CreateObjectAs(p, setValue(p, image, set))
}

func inOrder[T any](forwards bool, both []T, do func(T)) {
	if forwards {
		do(both[0])
		do(both[1])
		return
	}
	do(both[1])
	do(both[0])
}

// movedSet is a set whose configuration changes.
type movedSet struct {
	*acctest.Object

	want   tags
	config *tfprotov6.DynamicValue
}

func (s *movedSet) plan(p *acctest.ProtocolServer, image string, refreshes bool) {
	if refreshes {
		s.Refresh(p)
	}
	s.config = setValue(p, image, s.want)
	p.Plan(s.State, s.config, s.config, s.Private)
}

// apply plans the set again, as Terraform does, in another process than the one of the plan.
func (s *movedSet) apply(p *acctest.ProtocolServer) {
	again := p.Plan(s.State, s.config, s.config, s.Private)
	resp := apply(p, s.State, again.PlannedState, again.PlannedPrivate)
	p.NoErrors(resp.Diagnostics)
	s.State, s.Private = resp.NewState, resp.Private
}

// Only the tags that another instance owns are kept, with one warning that names them.
func TestADestroyKeepsOnlyTheKeysOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	first := createSet(t, mock, image, tags{"a": "1", "b": "1", "c": "1"})
	second := createSet(t, mock, image, tags{"b": "1", "c": "1"})
	mock.ResetLog()
	p := newServer(t, mock)
	second.Refresh(p)
	second.MakePlan(p)
	first.Refresh(p)
	first.Destroy = true
	first.MakePlan(p)
	resp := apply(newServer(t, mock), first.State, p.Null(p.Resource), first.Plan.PlannedPrivate)
	if got := acctest.Details(resp.Diagnostics); len(got) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning {
		t.Errorf("the diagnostics are %q", got)
	}
	expectBatches(t, mock, remove("a"))
}
