// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"context"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// ListModel is the filters in the configuration of a list resource. It lists tags that the project can manage, so there are no
// filters for images of others, and none for images without tags. What only the list of images knows, but dates, is left out, too.
type ListModel struct {
	Tags       types.Map    `tfsdk:"tags"`
	NotTags    types.Map    `tfsdk:"not_tags"`
	TagsAny    types.Map    `tfsdk:"tags_any"`
	NotTagsAny types.Map    `tfsdk:"not_tags_any"`
	Name       types.String `tfsdk:"name"`
	NameRegex  types.String `tfsdk:"name_regex"`
	Status     types.String `tfsdk:"status"`
	MaxAge     types.String `tfsdk:"max_age"`
}

// Filters returns the filters as those of a data source.
func (m ListModel) Filters() Model {
	return Model{
		Tags: m.Tags, NotTags: m.NotTags, TagsAny: m.TagsAny, NotTagsAny: m.NotTagsAny,
		Name: m.Name, NameRegex: m.NameRegex, Status: m.Status, MaxAge: m.MaxAge,
	}
}

// ListAttributes are the filters of a list resource.
func ListAttributes() map[string]schema.Attribute {
	filters := Attributes(false)
	for _, name := range []string{"without_any_tag", "owner", "visibility", "architecture", "os_type"} {
		delete(filters, name)
	}
	return attribute.ForList(filters)
}

// WithKey returns the query for images that also have a key, if the service can compare it. It cannot if the key has several
// spellings in Unicode, or if the query has the maximum of keys already: then, the query is not changed.
func (q Query) WithKey(key string) Query {
	isCompared := slices.ContainsFunc(q.tags, func(filter ims.KeyValues) bool { return filter.Key == key })
	if isCompared || len(q.tags) >= maxKeys || norm.NFD.String(key) != norm.NFC.String(key) {
		return q
	}
	q.tags = append(slices.Clone(q.tags), ims.KeyValues{Key: key})
	return q
}

// Stream returns the images that match with their tags, in the order of the service. It requests 1,000 at a time, the next ones
// when they are needed. Dates are in another list: if the age of an image matters, it makes all calls before the first result,
// as [Query.Run]. An error is the last element.
func (q Query) Stream(ctx context.Context, from *store.Store) iter.Seq2[ims.FoundImage, error] {
	if !q.createdSince.IsZero() {
		return q.streamResult(ctx, from)
	}
	return func(yield func(ims.FoundImage, error) bool) {
		for image, err := range from.FindImages(ctx, q.project, q.Filter()) {
			if err == nil && !q.Matches(image) {
				continue
			}
			if !yield(image, err) {
				return
			}
		}
	}
}

func (q Query) streamResult(ctx context.Context, from *store.Store) iter.Seq2[ims.FoundImage, error] {
	return func(yield func(ims.FoundImage, error) bool) {
		result, err := q.Run(ctx, from)
		if err != nil {
			yield(ims.FoundImage{}, err)
			return
		}
		for _, image := range result.Images {
			if !yield(ims.FoundImage{ID: image.ID, Name: image.Name, Status: image.Status, Tags: image.Tags}, nil) {
				return
			}
		}
	}
}
