// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// providerName is the key that the documentation generator looks for.
const providerName = "ims"

// object is an object of JSON. Types of attributes turn into JSON by themselves.
type object map[string]any

func convert(schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) (object, error) {
	if len(schemas.EphemeralResourceSchemas)+len(schemas.Functions)+len(schemas.ActionSchemas)+len(schemas.StateStoreSchemas) > 0 {
		return nil, errors.New("the provider has more than resources, data sources and list resources, which is all this program knows")
	}
	config, err := convertSchema(schemas.Provider)
	if err != nil {
		return nil, err
	}
	converted := object{"provider": config}
	for kind, of := range map[string]map[string]*tfprotov6.Schema{
		"resource":      schemas.ResourceSchemas,
		"data_source":   schemas.DataSourceSchemas,
		"list_resource": schemas.ListResourceSchemas,
	} {
		all := make(object)
		for name, schema := range of {
			if all[name], err = convertSchema(schema); err != nil {
				return nil, fmt.Errorf("%s %s: %w", kind, name, err)
			}
		}
		converted[kind+"_schemas"] = all
	}
	converted["resource_identity_schemas"] = convertIdentities(identities.IdentitySchemas)
	return object{"format_version": "1.0", "provider_schemas": object{providerName: converted}}, nil
}

func convertSchema(schema *tfprotov6.Schema) (object, error) {
	block := schema.Block
	if len(block.BlockTypes) > 0 {
		return nil, errors.New("it has nested blocks, which this program does not know; use nested attributes")
	}
	converted := described(block.Description, block.DescriptionKind, block.Deprecated)
	converted["attributes"] = convertAttributes(block.Attributes)
	return object{"version": schema.Version, "block": converted}, nil
}

func described(description string, kind tfprotov6.StringKind, deprecated bool) object {
	return object{"description": description, "description_kind": strings.ToLower(kind.String()), "deprecated": deprecated}
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) object {
	converted := make(object)
	for _, a := range attributes {
		attribute := described(a.Description, a.DescriptionKind, a.Deprecated)
		maps.Copy(attribute, object{
			"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive, "write_only": a.WriteOnly,
		})
		if nested := a.NestedType; nested != nil {
			attribute["nested_type"] = object{
				"attributes": convertAttributes(nested.Attributes), "nesting_mode": strings.ToLower(nested.Nesting.String()),
			}
		} else {
			attribute["type"] = a.Type
		}
		converted[a.Name] = attribute
	}
	return converted
}

func convertIdentities(identities map[string]*tfprotov6.ResourceIdentitySchema) object {
	converted := make(object)
	for name, schema := range identities {
		attributes := make(object)
		for _, a := range schema.IdentityAttributes {
			attributes[a.Name] = object{
				"type": a.Type, "description": a.Description,
				"required_for_import": a.RequiredForImport, "optional_for_import": a.OptionalForImport,
			}
		}
		converted[name] = object{"version": schema.Version, "attributes": attributes}
	}
	return converted
}
