// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Tags is the required map of a resource that is several tags of an image.
func Tags() schema.MapAttribute {
	return schema.MapAttribute{
		Required:    true,
		ElementType: types.StringType,
		MarkdownDescription: "Tags, one to ten: a map of keys to values. A key has 1 to 36 Unicode characters and a value up to 43, both " +
			"without leading or trailing white space. A value can be empty (`\"\"`). The allowed characters depend on the cloud: Huawei " +
			"Cloud accepts letters, digits, `_` and `-`, and `.` in values; other clouds accept all except `= * < > \\ , | /`.",
		Validators: []validator.Map{
			mapvalidator.SizeBetween(1, MaxTags),
			mapvalidator.KeysAre(keyValidators()...),
			mapvalidator.ValueStringsAre(valueValidators()...),
			withoutNulls{},
		},
	}
}

// IgnoreKeys is the optional set of keys that a resource leaves alone.
func IgnoreKeys() schema.SetAttribute {
	return schema.SetAttribute{
		Optional:    true,
		ElementType: types.StringType,
		MarkdownDescription: "Keys that an exclusive resource leaves alone: exact keys, or a prefix followed by `*`, such as `ci-*`. It has " +
			"no effect without `exclusive`. A key of `tags` that matches it is always an error.",
		Validators: []validator.Set{setvalidator.ValueStringsAre(keyPattern{}), setvalidator.NoNullValues()},
	}
}

// Configurable returns the tags of an image that a configuration can have, with their keys as Terraform spells them, and the
// others as they are. Both are in the order of their keys.
func Configurable(tags []ims.Tag) (chosen, others []ims.Tag) {
	inOrder := slices.SortedFunc(slices.Values(tags), func(a, b ims.Tag) int { return strings.Compare(a.Key, b.Key) })
	for _, tag := range inOrder {
		key := norm.NFC.String(tag.Key)
		found, ok := store.Find(key, tags)
		if ok && found == tag && isValid(key, tag.Value) {
			chosen = append(chosen, ims.Tag{Key: key, Value: tag.Value})
		} else {
			others = append(others, tag)
		}
	}
	return chosen, others
}

// NotConfigurable says why some tags cannot be configured.
const NotConfigurable = "cannot be configured, because they are longer than the service allows now, begin or end with white space, or " +
	"differ from another key only in how Unicode spells it"

// isValid reports whether the validators accept a tag. Tags that older APIs created can be longer, and can begin or end with
// white space.
func isValid(key, value string) bool {
	return utf8.RuneCountInString(key) <= MaxKeyLength && utf8.RuneCountInString(value) <= MaxValueLength &&
		key != "" && strings.TrimSpace(key) == key && strings.TrimSpace(value) == value
}

// withoutNulls rejects null values.
type withoutNulls struct{}

func (withoutNulls) Description(context.Context) string { return "must not have null values" }

func (v withoutNulls) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v withoutNulls) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, value := range req.ConfigValue.Elements() {
		if value.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), "Tag without a value", fmt.Sprintf(
				"The tag %q has the value null. Use \"\" for an empty value, or leave the tag out.", key))
		}
	}
}

// keyPattern rejects what cannot be a key or the beginning of keys.
type keyPattern struct{}

func (keyPattern) Description(context.Context) string {
	return "must be a key, or the beginning of keys followed by *"
}

func (v keyPattern) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v keyPattern) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	pattern := req.ConfigValue.ValueString()
	if pattern != "" && !strings.Contains(strings.TrimSuffix(pattern, "*"), "*") {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid key to ignore", fmt.Sprintf("Attribute %s %s.", req.Path, v.Description(ctx)))
}

// MatchesKey reports whether one of the patterns, as in [IgnoreKeys], matches a key.
func MatchesKey(patterns []string, key string) bool {
	for _, pattern := range patterns {
		prefix, isPrefix := strings.CutSuffix(pattern, "*")
		if key == pattern || isPrefix && strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}
