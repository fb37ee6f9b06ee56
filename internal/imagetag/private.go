// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// title is the resource in diagnostics.
const title = "image tag"

// tagPrivate is the private data of an instance, which Terraform stores in the state and does not show. Read sets the fields
// that a plan needs, because a plan passes nothing else to the ModifyPlan of the apply and to the Delete of a deposed object.
type tagPrivate struct {
	Owner   string `json:"owner"`
	Keep    bool   `json:"keep,omitempty"`    // another instance owns the tag: Delete must not delete it
	Rewrite bool   `json:"rewrite,omitempty"` // another instance may delete the tag: plan an update that writes it again

	// Replaced says that this plan replaces the instance. Terraform then plans it once more, without the state, and shows no warnings of
	// that. Only plans have it.
	Replaced bool `json:"replaced,omitempty"`

	// Key is the key as the service spells it, if it differs from the key in Terraform.
	Key string `json:"key,omitempty"`

	place.Private
}

// sentKey is the key to send to the service.
func (p tagPrivate) sentKey(address tagAddress) string {
	if p.Key != "" {
		return p.Key
	}
	return address.key
}

// loadTagPrivate returns the private data of an instance, empty if there is none.
func loadTagPrivate(ctx context.Context, data instance.PrivateData) (tagPrivate, diag.Diagnostics) {
	return instance.LoadPrivate[tagPrivate](ctx, title, data)
}

func (p tagPrivate) save(ctx context.Context, data instance.PrivateData) diag.Diagnostics {
	return instance.SavePrivate(ctx, title, data, p)
}
