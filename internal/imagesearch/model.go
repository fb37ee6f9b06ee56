// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Model is the filters in a configuration. Models of data sources embed it.
type Model struct {
	Tags          types.Map    `tfsdk:"tags"`
	NotTags       types.Map    `tfsdk:"not_tags"`
	TagsAny       types.Map    `tfsdk:"tags_any"`
	NotTagsAny    types.Map    `tfsdk:"not_tags_any"`
	WithoutAnyTag types.Bool   `tfsdk:"without_any_tag"`
	Name          types.String `tfsdk:"name"`
	NameRegex     types.String `tfsdk:"name_regex"`
	Owner         types.String `tfsdk:"owner"`
	Visibility    types.String `tfsdk:"visibility"`
	Status        types.String `tfsdk:"status"`
	Architecture  types.String `tfsdk:"architecture"`
	OSType        types.String `tfsdk:"os_type"`
	MaxAge        types.String `tfsdk:"max_age"`
}

const defaultStatus = "active"

// imageTypes are the types of images in the API, by the visibility in a configuration.
var imageTypes = map[string]ims.ImageType{"private": ims.PrivateImages, "shared": ims.SharedImages, "public": ims.PublicImages}

// Query returns the search that the filters describe, in a project. They are valid and known.
func (m Model) Query(ctx context.Context, project string, now time.Time) (Query, diag.Diagnostics) {
	q := Query{
		project:       project,
		withoutAnyTag: m.WithoutAnyTag.ValueBool(),
		name:          m.Name.ValueString(),
		status:        defaultStatus,
		imageType:     imageTypes[m.Visibility.ValueString()],
		owner:         strings.ToLower(m.Owner.ValueString()),
		architecture:  m.Architecture.ValueString(),
		osType:        m.OSType.ValueString(),
	}
	if !m.Status.IsNull() {
		q.status = m.Status.ValueString()
	}
	if q.owner == "" && (q.imageType == "" || q.imageType == ims.PrivateImages) {
		q.owner = project
	}
	if q.isOwn() && q.imageType == ims.PrivateImages {
		q.imageType = "" // the service calls images that the project shares with others shared, and not private
	}
	if !m.NameRegex.IsNull() {
		q.nameRegex, _ = regexp.Compile(m.NameRegex.ValueString()) // a validator has compiled it
	}
	if !m.MaxAge.IsNull() {
		age, _ := time.ParseDuration(m.MaxAge.ValueString()) // a validator has parsed it
		q.maxAge, q.createdSince = m.MaxAge.ValueString(), now.Add(-age)
	}
	return q, m.readTags(ctx, &q)
}

// readTags reads the filters by tag.
func (m Model) readTags(ctx context.Context, q *Query) diag.Diagnostics {
	var tags, notTags map[string]string
	var tagsAny, notTagsAny map[string][]string
	var diags diag.Diagnostics
	for _, filter := range []struct {
		from types.Map
		into any
	}{{m.Tags, &tags}, {m.NotTags, &notTags}, {m.TagsAny, &tagsAny}, {m.NotTagsAny, &notTagsAny}} {
		if !filter.from.IsNull() {
			diags.Append(filter.from.ElementsAs(ctx, filter.into, false)...)
		}
	}
	q.tags, q.tagsAny, q.notTags = keyValues(single(tags)), keyValues(tagsAny), keyValues(merge(notTagsAny, notTags))
	return diags
}

// single returns tags as lists of one value.
func single(tags map[string]string) map[string][]string {
	lists := make(map[string][]string, len(tags))
	for key, value := range tags {
		lists[key] = []string{value}
	}
	return lists
}

// merge adds tags to lists of values. A list that is empty stays so, as it stands for any value.
func merge(lists map[string][]string, tags map[string]string) map[string][]string {
	merged := single(tags)
	for key, values := range lists {
		value, both := tags[key]
		merged[key] = values
		if both && len(values) > 0 && !slices.Contains(values, value) {
			merged[key] = append(slices.Clone(values), value)
		}
	}
	return merged
}

// keyValues returns filters in the order of their keys.
func keyValues(lists map[string][]string) []ims.KeyValues {
	var filters []ims.KeyValues
	for _, key := range slices.Sorted(maps.Keys(lists)) {
		filters = append(filters, ims.KeyValues{Key: key, Values: slices.Sorted(slices.Values(lists[key]))})
	}
	return filters
}
