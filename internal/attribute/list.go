// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
)

// ForList returns attributes of data sources as those of list resources, which configure what to list and nothing else. It
// panics if one has a type that no list resource has yet.
func ForList(attributes map[string]datasource.Attribute) map[string]schema.Attribute {
	converted := make(map[string]schema.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case datasource.StringAttribute:
			converted[name] = schema.StringAttribute{
				Optional: true, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			}
		case datasource.MapAttribute:
			converted[name] = schema.MapAttribute{
				Optional: true, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators, ElementType: a.ElementType,
			}
		default:
			panic("no list resource has an attribute like " + name)
		}
	}
	return converted
}

// ListKey is the optional key of the tags that a list resource lists.
func ListKey() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Key of the tags to list. Defaults to all keys.",
		Validators:          keyValidators(),
	}
}
