// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// title is the resource in diagnostics.
const title = "image tags"

// setPrivate is the private data of an instance, which Terraform stores in the state and does not show. Read sets the fields
// that a plan needs, because a plan passes nothing else to the ModifyPlan of the apply and to the Delete of a deposed object.
type setPrivate struct {
	Owner   string   `json:"owner"`
	Keep    []string `json:"keep,omitempty"`    // keys that other instances own: the tags must not be deleted
	Rewrite []string `json:"rewrite,omitempty"` // keys that other instances may delete: plan an update that writes the tags again

	// Foreign are the keys in the state that the configuration never had: the resource is exclusive and will remove them.
	Foreign []string `json:"foreign,omitempty"`

	// Unsure are the keys in the state that a rejected call may have written, or somebody else before it. The tags are not deleted.
	Unsure []string `json:"unsure,omitempty"`

	// Replaced says that this plan replaces the instance. Terraform then plans it once more, without the state, and shows no warnings of
	// that. Only plans have it.
	Replaced bool `json:"replaced,omitempty"`

	// Leave are the keys in the state that a replacement on the same image leaves: foreign ones that the new configuration does not
	// own. Only plans have them, and no plan of a deposed object.
	Leave []string `json:"leave,omitempty"`

	// Spelling is the key as the service spells it, by the key in Terraform, if they differ.
	Spelling map[string]string `json:"spelling,omitempty"`

	Others int `json:"others,omitempty"` // how many tags the image had that are not in the state

	place.Private
}

// sentKey is the key to send to the service.
func (p setPrivate) sentKey(key string) string {
	if spelled, ok := p.Spelling[key]; ok {
		return spelled
	}
	return key
}

func (p setPrivate) keeps(key string) bool     { return slices.Contains(p.Keep, key) }
func (p setPrivate) rewrites(key string) bool  { return slices.Contains(p.Rewrite, key) }
func (p setPrivate) isForeign(key string) bool { return slices.Contains(p.Foreign, key) }
func (p setPrivate) isUnsure(key string) bool  { return slices.Contains(p.Unsure, key) }

// loadPrivate returns the private data of an instance, empty if there is none.
func loadPrivate(ctx context.Context, data instance.PrivateData) (setPrivate, diag.Diagnostics) {
	return instance.LoadPrivate[setPrivate](ctx, title, data)
}

func (p setPrivate) save(ctx context.Context, data instance.PrivateData) diag.Diagnostics {
	return instance.SavePrivate(ctx, title, data, p)
}
