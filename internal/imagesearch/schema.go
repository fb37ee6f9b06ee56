// SPDX-License-Identifier: MPL-2.0

// Package imagesearch finds images by their tags, dates and owners: the filters in a configuration, the calls that they need,
// and why nothing was found. Everything that lists images uses it.
package imagesearch

import (
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

// Limits of the service for a filter by tag.
const (
	maxKeys   = 10
	maxValues = 10 // of a key
)

// valuesType is the type of a filter that has several values of a key.
var valuesType = types.SetType{ElemType: types.StringType}

// Attributes are the filters of a data source. Those of a data source of one image that an image has with exactly the same value
// can be computed: they are filters in the configuration, and describe the image in the state.
func Attributes(areComputed bool) map[string]schema.Attribute {
	inState := func(text string) string {
		if !areComputed {
			return ""
		}
		return " In the state, " + text + " of the image."
	}
	return map[string]schema.Attribute{
		"tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType, Validators: tagValidators(),
			MarkdownDescription: "Tags that an image must have, each key with exactly this value, which can be empty (`\"\"`). At most 10 " +
				"keys.",
		},
		"not_tags": schema.MapAttribute{
			Optional: true, ElementType: types.StringType, Validators: tagValidators(),
			MarkdownDescription: "Tags that an image must not have: an image that has at least one of them does not match. At most 10 keys, " +
				"together with those of `not_tags_any`.",
		},
		"tags_any": schema.MapAttribute{
			Optional: true, ElementType: valuesType, Validators: valuesValidators(),
			MarkdownDescription: "Tags of which an image must have at least one: each key with a list of values. An empty list stands for any " +
				"value. At most 10 keys, with at most 10 values each.",
		},
		"not_tags_any": schema.MapAttribute{
			Optional: true, ElementType: valuesType, Validators: valuesValidators(),
			MarkdownDescription: "Like `not_tags`, for several values of a key: each key with a list of values. An empty list stands for any " +
				"value. At most 10 keys, together with those of `not_tags`, with at most 10 values each.",
		},
		"without_any_tag": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Set to `true` for images that have no tags. It cannot be combined with the filters by tag.",
		},
		"name": schema.StringAttribute{
			Optional: true, Computed: areComputed,
			MarkdownDescription: "Name of the image, exactly." + inState("this is the name"),
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"name_regex": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Regular expression that matches the name of the image, or a part of it, in " +
				"[the syntax of Go](https://pkg.go.dev/regexp/syntax).",
			Validators: []validator.String{attribute.Check("must be a regular expression", isRegexp)},
		},
		"owner": schema.StringAttribute{
			Optional: true, Computed: areComputed,
			MarkdownDescription: "ID of the project that owns the image. Defaults to `project_id`. If `visibility` is `shared` or `public`, " +
				"it defaults to any owner." + inState("this is the owner"),
			Validators: attribute.ProjectID().Validators,
		},
		"visibility": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "`private` for images of the project, `shared` for images that other projects share with it, or `public` " +
				"for images of the cloud. Defaults to `private`. If `owner` is another project, it defaults to all images of the owner that the " +
				"project can see. A filter by tag never matches an image whose tags the project cannot see.",
			Validators: []validator.String{stringvalidator.OneOf("private", "shared", "public")},
		},
		"status": schema.StringAttribute{
			Optional: true, Computed: areComputed,
			MarkdownDescription: "Status of the image: `active` (the default), `queued`, `saving`, `deleted` or `killed`." +
				inState("this is the status"),
			Validators: []validator.String{stringvalidator.OneOf("active", "queued", "saving", "deleted", "killed")},
		},
		"architecture": schema.StringAttribute{
			Optional: true, Computed: areComputed,
			MarkdownDescription: "Architecture: `x86` or `arm`." + inState("this is the architecture"),
			Validators:          []validator.String{stringvalidator.OneOf("x86", "arm")},
		},
		"os_type": schema.StringAttribute{
			Optional: true, Computed: areComputed,
			MarkdownDescription: "Operating system: `Linux`, `Windows` or `Other`." + inState("this is the operating system"),
			Validators:          []validator.String{stringvalidator.OneOf("Linux", "Windows", "Other")},
		},
		"max_age": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Maximum age of the image, such as `720h` for 30 days.",
			Validators:          []validator.String{attribute.Check("must be a positive duration, such as 720h for 30 days", isPositiveDuration)},
		},
	}
}

func tagValidators() []validator.Map {
	return []validator.Map{mapvalidator.SizeAtMost(maxKeys), mapvalidator.KeysAre(notBlank()), mapvalidator.NoNullValues()}
}

func valuesValidators() []validator.Map {
	return []validator.Map{
		mapvalidator.SizeAtMost(maxKeys), mapvalidator.KeysAre(notBlank()), mapvalidator.NoNullValues(),
		mapvalidator.ValueSetsAre(setvalidator.SizeAtMost(maxValues), setvalidator.NoNullValues()),
	}
}

func notBlank() validator.String {
	return attribute.Check("must not be blank", func(key string) bool { return strings.TrimSpace(key) != "" })
}

func isRegexp(text string) bool {
	_, err := regexp.Compile(text)
	return err == nil
}

func isPositiveDuration(text string) bool {
	age, err := time.ParseDuration(text)
	return err == nil && age > 0
}
