// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Validate returns the errors of filters that contradict each other, so that no image can match, or that exceed a limit
// together. Values that are unknown are left out.
func (m Model) Validate() diag.Diagnostics {
	diags := m.checkWithoutAnyTag()
	tags := m.Tags.Elements()
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		if excluded, ok := m.NotTags.Elements()[key]; ok && isKnown(value, excluded) && value.Equal(excluded) {
			diags.Append(contradiction("not_tags", key))
		}
		if excluded, ok := m.NotTagsAny.Elements()[key]; ok && isKnown(value) && excludes(excluded, value) {
			diags.Append(contradiction("not_tags_any", key))
		}
	}
	diags.Append(m.checkNotTags()...)
	return diags
}

// checkNotTags checks the limits of the filters for tags that an image must not have, which are sent as one list.
func (m Model) checkNotTags() (diags diag.Diagnostics) {
	single, several := m.NotTags.Elements(), m.NotTagsAny.Elements()
	keys := len(several)
	for key, value := range single {
		values, both := several[key].(types.Set)
		if !both {
			keys++
			continue
		}
		if len(values.Elements()) == maxValues && isKnown(value) && !excludes(values, value) {
			diags.AddAttributeError(path.Root("not_tags").AtMapKey(key), "Too many values", fmt.Sprintf(
				"The filters not_tags and not_tags_any have %d values of the key %q together. The service allows %d.",
				maxValues+1, key, maxValues))
		}
	}
	if keys > maxKeys {
		diags.AddAttributeError(path.Root("not_tags_any"), "Too many keys", fmt.Sprintf(
			"The filters not_tags and not_tags_any have %d keys together. The service allows %d.", keys, maxKeys))
	}
	return diags
}

// checkWithoutAnyTag rejects filters by tag together with without_any_tag, for which the service ignores them.
func (m Model) checkWithoutAnyTag() (diags diag.Diagnostics) {
	if !m.WithoutAnyTag.ValueBool() {
		return nil
	}
	for _, filter := range []struct {
		name string
		tags types.Map
	}{{"tags", m.Tags}, {"tags_any", m.TagsAny}, {"not_tags", m.NotTags}, {"not_tags_any", m.NotTagsAny}} {
		if len(filter.tags.Elements()) > 0 {
			diags.AddAttributeError(path.Root("without_any_tag"), "Contradicting filters", fmt.Sprintf(
				"The filter without_any_tag is for images that have no tags, so it cannot be combined with %s. Remove one of them.",
				filter.name))
		}
	}
	return diags
}

// excludes reports whether a list of values has a value, or stands for any value.
func excludes(list, value attr.Value) bool {
	values, ok := list.(types.Set)
	if !ok || !isKnown(values) {
		return false
	}
	return len(values.Elements()) == 0 || slices.ContainsFunc(values.Elements(), value.Equal)
}

func isKnown(values ...attr.Value) bool {
	return !slices.ContainsFunc(values, func(v attr.Value) bool { return v.IsUnknown() || v.IsNull() })
}

func contradiction(filter, key string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(filter).AtMapKey(key), "Contradicting filters", fmt.Sprintf(
		"The filter tags requires a value of the key %q that %s excludes, so no image can match. Remove one of them.", key, filter))
}

// NotCounted returns the names of the filters that are set and by which the service cannot count images. One that is unknown may
// turn out to be null.
func (m Model) NotCounted() []string {
	var set []string
	for name, value := range map[string]types.String{
		"name": m.Name, "name_regex": m.NameRegex, "owner": m.Owner, "visibility": m.Visibility, "status": m.Status,
		"architecture": m.Architecture, "os_type": m.OSType, "max_age": m.MaxAge,
	} {
		if !value.IsNull() && !value.IsUnknown() {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	return set
}
