// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// model is an ims_image_tags in configuration, plan and state.
type model struct {
	ID         types.String   `tfsdk:"id"`
	Region     types.String   `tfsdk:"region"`
	ProjectID  types.String   `tfsdk:"project_id"`
	ImageID    types.String   `tfsdk:"image_id"`
	Tags       types.Map      `tfsdk:"tags"`
	Exclusive  types.Bool     `tfsdk:"exclusive"`
	IgnoreKeys types.Set      `tfsdk:"ignore_keys"`
	Overwrite  types.Bool     `tfsdk:"overwrite"`
	Timeouts   timeouts.Value `tfsdk:"timeouts"`
}

func (m model) image() ims.Image {
	return ims.Image{ProjectID: strings.ToLower(m.ProjectID.ValueString()), ID: m.ImageID.ValueString()}
}

func (m model) place() place.Place { return place.Place{Region: m.Region, ProjectID: m.ProjectID} }

// moveTo sets the place.
func (m *model) moveTo(at place.Place) { m.Region, m.ProjectID = at.Region, at.ProjectID }

// isImageKnown reports whether region, project and image are known.
func (m model) isImageKnown() bool {
	return !m.Region.IsUnknown() && !m.ProjectID.IsUnknown() && !m.ImageID.IsUnknown()
}

// name is the set of tags in a sentence.
func (m model) name() string { return "set of tags of image " + m.ImageID.ValueString() }

// subject is the set of tags in diagnostics.
func (m model) subject(tags []ims.Tag) explain.Subject {
	return explain.TagSet(m.Region.ValueString(), m.image(), tags)
}

// tags returns the values by key. A value that is unknown is empty.
func (m model) tags() map[string]string {
	tags := make(map[string]string)
	for key, value := range m.Tags.Elements() {
		if text, ok := value.(types.String); ok {
			tags[key] = text.ValueString()
		}
	}
	return tags
}

// knownValues returns the values by key. One that is unknown is nil.
func (m model) knownValues() map[string]*string {
	values := make(map[string]*string)
	for key, value := range m.Tags.Elements() {
		values[key] = nil
		if text, ok := value.(types.String); ok && !text.IsUnknown() {
			values[key] = text.ValueStringPointer()
		}
	}
	return values
}

// refusesToOverwrite reports whether a key that the set does not have yet must not overwrite another value.
func (m model) refusesToOverwrite() bool { return m.Overwrite.Equal(types.BoolValue(false)) }

func (m *model) setTags(tags map[string]string) {
	elements := make(map[string]attr.Value, len(tags))
	for key, value := range tags {
		elements[key] = types.StringValue(value)
	}
	m.Tags = types.MapValueMust(types.StringType, elements)
}

// byKey returns the values of tags by their keys.
func byKey(tags []ims.Tag) map[string]string {
	values := make(map[string]string, len(tags))
	for _, tag := range tags {
		values[tag.Key] = tag.Value
	}
	return values
}

// ownsAll reports whether the set is exclusive, and the keys that it has and ignores are known.
func (m model) ownsAll() bool {
	return m.Exclusive.ValueBool() && !m.Tags.IsUnknown() && !m.IgnoreKeys.IsUnknown() &&
		!slices.ContainsFunc(m.IgnoreKeys.Elements(), attr.Value.IsUnknown)
}

// sweeps reports whether a change to the plan removes tags that the state does not have. The state of a new set is empty.
func (m model) sweeps(plan model) bool {
	return plan.Exclusive.ValueBool() && (!m.Exclusive.ValueBool() || !m.IgnoreKeys.Equal(plan.IgnoreKeys))
}

// keys returns the keys of the tags, sorted.
func (m model) keys() []string { return slices.Sorted(maps.Keys(m.Tags.Elements())) }

// ignores reports whether the resource leaves a key alone although it is exclusive.
func (m model) ignores(key string) bool {
	var patterns []string
	for _, element := range m.IgnoreKeys.Elements() {
		if pattern, ok := element.(types.String); ok {
			patterns = append(patterns, pattern.ValueString())
		}
	}
	return attribute.MatchesKey(patterns, key)
}
