// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ValidateConfig rejects keys that the resource would both own and leave alone.
func (r *setResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config := setIn(req.Config.Raw)
	for _, key := range config.keys() {
		if config.ignores(key) {
			resp.Diagnostics.AddAttributeError(path.Root("tags").AtMapKey(key), "Key to set and to ignore", fmt.Sprintf(
				"The key %q is in tags, and ignore_keys matches it. Remove it from one of them.", key))
		}
	}
}
