// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// places finds out where tags are.
func (r *tagResource) places() place.Resolver { return place.Resolver{Service: r.service} }

// connect returns the connection to the place of a tag.
func (r *tagResource) connect(ctx context.Context, verb explain.Verb, m model) (*service.Connection, diag.Diagnostics) {
	return r.places().Connect(ctx, verb, m.subject(), m.place())
}
