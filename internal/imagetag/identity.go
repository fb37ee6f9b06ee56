package imagetag

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// identityModel is the resource identity of a tag. It is unique across all provider configurations.
type identityModel struct {
	ProjectID types.String `tfsdk:"project_id"`
	ImageID   types.String `tfsdk:"image_id"`
	Key       types.String `tfsdk:"key"`
}

func (m model) identity() identityModel {
	return identityModel{ProjectID: types.StringValue(m.address().image.ProjectID), ImageID: m.ImageID, Key: m.Key}
}

// setIdentity sets the identity of an instance that has none. The framework rejects any change of an identity.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, m model) diag.Diagnostics {
	if !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity.Set(ctx, m.identity())
}

// address returns the address of the identified tag, in the default project if the identity has no project.
func (i identityModel) address(defaultProject string) (tagAddress, error) {
	project := i.ProjectID.ValueString()
	if project == "" {
		project = defaultProject
	}
	address := tagAddress{image: ims.Image{ProjectID: strings.ToLower(project), ID: i.ImageID.ValueString()}, key: i.Key.ValueString()}
	if err := address.check(); err != nil {
		return tagAddress{}, fmt.Errorf("the identity is not that of an image tag: %w", err)
	}
	return address, nil
}
