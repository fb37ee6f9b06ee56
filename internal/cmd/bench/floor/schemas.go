// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const tagType = "ims_image_tag"

// schemas are those of the real provider, without what is for people and without validators.
type schemas struct {
	provider provider.Schema
	tag      schema.Schema
	identity identityschema.Schema
}

// described is a schema or a nested attribute in JSON.
type described struct {
	Attributes map[string]struct {
		Type                                    any
		Nested                                  *described `json:"nested_type"`
		Required, Optional, Computed, Sensitive bool

		RequiredForImport bool `json:"required_for_import"`
		OptionalForImport bool `json:"optional_for_import"`
	}
}

func readSchemas(file string) (s schemas, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return s, err
	}
	var read struct {
		Providers map[string]struct {
			Provider   struct{ Block described }
			Resources  map[string]struct{ Block described } `json:"resource_schemas"`
			Identities map[string]described                 `json:"resource_identity_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(content, &read); err != nil {
		return s, err
	}
	ims := read.Providers["ims"]
	config, err := ims.Provider.Block.attributes()
	if err != nil {
		return s, err
	}
	s.provider.Attributes = make(map[string]provider.Attribute)
	for name, a := range config {
		s.provider.Attributes[name] = a
	}
	s.identity.Attributes = make(map[string]identityschema.Attribute)
	for name, a := range ims.Identities[tagType].Attributes {
		s.identity.Attributes[name] = identityschema.StringAttribute{
			RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport,
		}
	}
	s.tag.Attributes, err = ims.Resources[tagType].Block.attributes()
	return s, err
}

// attributes are those of a resource; they do for a provider as well.
func (d described) attributes() (map[string]schema.Attribute, error) {
	all := make(map[string]schema.Attribute)
	for name, a := range d.Attributes {
		switch kind := fmt.Sprint(a.Type); {
		case a.Nested != nil:
			nested, err := a.Nested.attributes()
			if err != nil {
				return nil, err
			}
			all[name] = schema.SingleNestedAttribute{
				Attributes: nested, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive,
			}
		case kind == "[map string]":
			all[name] = schema.MapAttribute{ElementType: types.StringType, Required: a.Required, Optional: a.Optional, Computed: a.Computed}
		case kind == "string":
			all[name] = schema.StringAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
		case kind == "bool":
			all[name] = schema.BoolAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
		case kind == "number":
			all[name] = schema.NumberAttribute{Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
		default:
			return nil, fmt.Errorf("the attribute %s has the type %s, which the floor does not know", name, kind)
		}
	}
	return all, nil
}
