// SPDX-License-Identifier: MPL-2.0

package listblock

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// ResultsOf returns the results for the tags of an image that a configuration can have, at least one.
type ResultsOf func(ctx context.Context, at place.Place, image ims.FoundImage, tags []ims.Tag) []list.ListResult

// Stream returns the results of a list block, up to a limit. It reads images while results are asked for. The first error is the
// last result.
func (b Block) Stream(ctx context.Context, limit int64, resultsOf ResultsOf) iter.Seq[list.ListResult] {
	if limit <= 0 {
		return list.NoListResults
	}
	return func(push func(list.ListResult) bool) {
		left := limit
		for result := range b.results(ctx, resultsOf) {
			if ctx.Err() != nil || !push(result) {
				return
			}
			if result.Identity != nil {
				left--
			}
			if left == 0 {
				return
			}
		}
	}
}

// results returns the results for all images that match.
func (b Block) results(ctx context.Context, resultsOf ResultsOf) iter.Seq[list.ListResult] {
	return func(yield func(list.ListResult) bool) {
		ctx, cancel := context.WithTimeout(ctx, b.Timeout)
		defer cancel()
		at, images, diags := b.images(ctx)
		if diags.HasError() {
			yield(list.ListResult{Diagnostics: diags})
			return
		}
		for image, err := range images {
			if err != nil {
				yield(list.ListResult{Diagnostics: diag.Diagnostics{explain.Error(explain.List, b.subject(at), err)}})
				return
			}
			for _, result := range b.resultsOfImage(ctx, at, image, resultsOf) {
				if !yield(result) {
					return
				}
			}
		}
	}
}

// resultsOfImage returns the results for the tags of an image that are listed. A warning of the others comes first.
func (b Block) resultsOfImage(ctx context.Context, at place.Place, image ims.FoundImage, resultsOf ResultsOf) []list.ListResult {
	tags, others := attribute.Configurable(withKey(b.Key, image.Tags))
	var results []list.ListResult
	if len(others) > 0 {
		results = append(results, leftOut(image, others))
	}
	if len(tags) > 0 {
		results = append(results, resultsOf(ctx, at, image, tags)...)
	}
	return results
}

// images returns where the block lists, and the images there that match.
func (b Block) images(ctx context.Context) (place.Place, iter.Seq2[ims.FoundImage, error], diag.Diagnostics) {
	at, from, diags := b.open(ctx)
	if diags.HasError() {
		return at, nil, diags
	}
	query, diags := b.Filters().Query(ctx, at.ProjectID.ValueString(), b.Now())
	if b.Key != "" {
		query = query.WithKey(b.Key)
	}
	return at, query.Stream(ctx, from), diags
}

// leftOut is the result that warns of tags of an image that are not listed. A result without an identity is a remark.
func leftOut(image ims.FoundImage, tags []ims.Tag) list.ListResult {
	return list.ListResult{Diagnostics: diag.Diagnostics{diag.NewWarningDiagnostic("Image tags not listed", fmt.Sprintf(
		"Image %s (%q) has tags that %s: %s. They are left out.",
		image.ID, image.Name, attribute.NotConfigurable, explain.QuotedKeys(tags)))}}
}

// withKey returns the tags with a key, in any spelling. No key stands for all.
func withKey(key string, tags []ims.Tag) []ims.Tag {
	if key == "" {
		return tags
	}
	var found []ims.Tag
	for _, tag := range tags {
		if norm.NFC.String(tag.Key) == norm.NFC.String(key) {
			found = append(found, tag)
		}
	}
	return found
}
