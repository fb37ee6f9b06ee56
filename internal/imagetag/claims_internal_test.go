// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// An instance that leaves its tag in place neither holds it nor threatens it.
func TestAnInstanceThatKeepsTheTagGivesItUp(t *testing.T) {
	t.Parallel()
	r := &tagResource{service: &service.Service{}}
	state := model{ProjectID: types.StringValue("p"), ImageID: types.StringValue("i"), Key: types.StringValue("k")}
	r.claim(state.address(), "it").Read()
	other := r.claim(state.address(), "other")
	if kept := r.release(state, tagPrivate{Owner: "it", Keep: true}); !kept.Keep {
		t.Error("it deletes the tag")
	}
	if other.Threatened() {
		t.Error("it threatens the tag")
	}
	if !other.WillDelete() {
		t.Error("it holds the tag")
	}
	if left := r.release(state, tagPrivate{Owner: "it"}); left.Keep {
		t.Error("it keeps a tag that nobody has")
	}
}

// A tag whose address is not known yet is claimed once it is: until then nothing is.
func TestAnUnknownAddressIsNotClaimed(t *testing.T) {
	t.Parallel()
	known, unknown := types.StringValue("x"), types.StringUnknown()
	for name, plan := range map[string]model{
		"project": {ProjectID: unknown, ImageID: known, Key: known},
		"image":   {ProjectID: known, ImageID: unknown, Key: known},
		"key":     {ProjectID: known, ImageID: known, Key: unknown},
	} {
		r := &tagResource{service: &service.Service{}}
		r.claimNew(tagPrivate{}, plan)
		if !r.claim(plan.address(), "other").WillDelete() {
			t.Errorf("%s: it is claimed", name)
		}
	}
}

// A replacement has the name of the instance that it replaces, and is no other owner.
func TestAReplacementClaimsTheTagByTheSameName(t *testing.T) {
	t.Parallel()
	plan := model{ProjectID: types.StringValue("p"), ImageID: types.StringValue("i"), Key: types.StringValue("k")}
	for owner, may := range map[string]bool{"it": true, "": false} {
		r := &tagResource{service: &service.Service{}}
		r.claimNew(tagPrivate{Owner: owner}, plan)
		if got := r.claim(plan.address(), "it").WillDelete(); got != may {
			t.Errorf("claimed by %q, it may be deleted: %t", owner, got)
		}
	}
}
