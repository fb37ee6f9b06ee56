// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// model is an ims_image_tag in configuration, plan and state.
type model struct {
	ID        types.String   `tfsdk:"id"`
	Region    types.String   `tfsdk:"region"`
	ProjectID types.String   `tfsdk:"project_id"`
	ImageID   types.String   `tfsdk:"image_id"`
	Key       types.String   `tfsdk:"key"`
	Value     types.String   `tfsdk:"value"`
	Overwrite types.Bool     `tfsdk:"overwrite"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (m model) address() tagAddress {
	return tagAddress{
		image: ims.Image{ProjectID: strings.ToLower(m.ProjectID.ValueString()), ID: m.ImageID.ValueString()},
		key:   m.Key.ValueString(),
	}
}

// place is where the tag is. The region is null if the state has none, as one of an older version.
func (m model) place() place.Place { return place.Place{Region: m.Region, ProjectID: m.ProjectID} }

// moveTo sets the place.
func (m *model) moveTo(at place.Place) { m.Region, m.ProjectID = at.Region, at.ProjectID }

// name is the tag in a sentence.
func (m model) name() string { return fmt.Sprintf("%s %q", title, m.Key.ValueString()) }

// subject is the tag in diagnostics.
func (m model) subject() explain.Subject {
	return explain.Tag(m.Region.ValueString(), m.address().image, m.Key.ValueString())
}

// tag is the tag to send to the service.
func (m model) tag(private tagPrivate) ims.Tag {
	return ims.Tag{Key: private.sentKey(m.address()), Value: m.Value.ValueString()}
}

// knownValue is the value, or nil while it is unknown.
func (m model) knownValue() *string {
	if m.Value.IsUnknown() {
		return nil
	}
	return m.Value.ValueStringPointer()
}

// refusesToOverwrite reports whether Create fails if the image has the key with another value.
func (m model) refusesToOverwrite() bool { return m.Overwrite.Equal(types.BoolValue(false)) }

// isAddressKnown reports whether region, project, image and key are known.
func (m model) isAddressKnown() bool {
	return !m.Region.IsUnknown() && !m.ProjectID.IsUnknown() && !m.ImageID.IsUnknown() && !m.Key.IsUnknown()
}

// plannedID is the id. It is unknown while the image or the key is unknown.
func (m model) plannedID() types.String {
	if m.ImageID.IsUnknown() || m.Key.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(m.address().id())
}

// tagAddress identifies a tag.
type tagAddress struct {
	image ims.Image
	key   string
}

func (a tagAddress) id() string { return a.image.ID + "/" + a.key }
