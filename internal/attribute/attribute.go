// SPDX-License-Identifier: MPL-2.0

// Package attribute has the schema attributes that several objects share, with their validators and patterns.
package attribute

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Limits of the service: for a tag in code points, and for an image in tags.
const (
	MaxKeyLength   = 36
	MaxValueLength = 43
	MaxTags        = 10 // of an image
)

// ImageIDPattern matches image IDs. It accepts only lower case, as the service writes them: with two spellings, one image
// would look like two.
var ImageIDPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// ProjectIDPattern matches project IDs. They are not case-sensitive.
var ProjectIDPattern = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

// RegionPattern matches the names of regions, which are parts of host names.
var RegionPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

// ImageID is the required image of a resource that belongs to one.
func ImageID() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "ID of the image, a UUID in lower case. Changing this forces a new resource.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators: []validator.String{
			matching{
				ImageIDPattern,
				"must be the UUID of an image, 36 characters in lower case such as 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
			},
		},
	}
}

// Key is the required key of a resource that is one tag.
func Key() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true,
		MarkdownDescription: "Key of the tag, 1 to 36 Unicode characters, without leading or trailing white space. " +
			"The allowed characters depend on the cloud: Huawei Cloud accepts letters, digits, `_` and `-`, other clouds accept " +
			"all except `= * < > \\ , | /`. Changing this forces a new resource.",
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		Validators:    keyValidators(),
	}
}

// Value is the required value of a resource that is one tag. It may be empty.
func Value() schema.StringAttribute {
	return schema.StringAttribute{
		Required: true,
		MarkdownDescription: "Value of the tag, up to 43 Unicode characters, without leading or trailing white space. " +
			"It can be empty (`\"\"`). The allowed characters are those of `key`, and on Huawei Cloud also `.`.",
		Validators: valueValidators(),
	}
}

func keyValidators() []validator.String {
	return []validator.String{stringvalidator.UTF8LengthBetween(1, MaxKeyLength), trimmed{}}
}

func valueValidators() []validator.String {
	return []validator.String{stringvalidator.UTF8LengthAtMost(MaxValueLength), trimmed{}}
}

// Overwrite says whether an operation, such as "a create", may overwrite a tag. Deliberately it has no default: a state without
// it plans no change.
func Overwrite(operation string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether " + operation + " may overwrite an existing tag with the same key. If `false`, the provider reads the " +
			"tags of the image first, and fails if the key exists with another value. An existing tag with the same value is taken over " +
			"in both cases. Tags that were imported are not protected. Do not combine `false` with `create_before_destroy` if one resource " +
			"takes over the key of another. Defaults to `true`. Changing this makes no API call.",
	}
}

// ProjectID is the optional project of a resource, by default the provider's. Its plan belongs to the resource.
func ProjectID() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "ID of the project that owns the image, 32 hexadecimal digits. Defaults to the project of the provider, or to " +
			"that of `region`. Changing this forces a new resource.",
		Validators: []validator.String{
			matching{ProjectIDPattern, "must be the ID of a project, 32 hexadecimal digits, not its name"},
		},
	}
}

// Region is the optional region of a resource, by default the provider's. Its plan belongs to the resource.
func Region() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Region of the image. Defaults to the region of the provider. In another region, `project_id` defaults to the " +
			"project of the login in that region, or to the project with the name of the region. Changing this forces a new resource.",
		Validators: []validator.String{
			matching{RegionPattern, "must be the name of a region, such as eu-de"},
		},
	}
}
