package main

import (
	"encoding/json"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// providerName is the key that the documentation generator looks for.
const providerName = "ims"

func convert(
	schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse,
) (*tfjson.ProviderSchemas, error) {
	config, err := convertSchema(schemas.Provider)
	if err != nil {
		return nil, err
	}
	if len(schemas.EphemeralResourceSchemas)+len(schemas.Functions)+len(schemas.ActionSchemas)+len(schemas.StateStoreSchemas) > 0 {
		return nil, errors.New("the provider has more than resources, data sources and list resources, which is all this program knows")
	}
	converted := &tfjson.ProviderSchema{
		ConfigSchema:            config,
		ResourceIdentitySchemas: make(map[string]*tfjson.IdentitySchema),
	}
	if converted.ResourceSchemas, err = convertSchemas("resource", schemas.ResourceSchemas); err != nil {
		return nil, err
	}
	if converted.DataSourceSchemas, err = convertSchemas("data source", schemas.DataSourceSchemas); err != nil {
		return nil, err
	}
	if converted.ListResourceSchemas, err = convertSchemas("list resource", schemas.ListResourceSchemas); err != nil {
		return nil, err
	}
	for name, schema := range identities.IdentitySchemas {
		if converted.ResourceIdentitySchemas[name], err = convertIdentity(schema); err != nil {
			return nil, fmt.Errorf("identity of %s: %w", name, err)
		}
	}
	return &tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas:       map[string]*tfjson.ProviderSchema{providerName: converted},
	}, nil
}

func convertSchemas(kind string, schemas map[string]*tfprotov6.Schema) (map[string]*tfjson.Schema, error) {
	converted := make(map[string]*tfjson.Schema, len(schemas))
	for name, schema := range schemas {
		var err error
		if converted[name], err = convertSchema(schema); err != nil {
			return nil, fmt.Errorf("%s %s: %w", kind, name, err)
		}
	}
	return converted, nil
}

func convertSchema(schema *tfprotov6.Schema) (*tfjson.Schema, error) {
	block := schema.Block
	if len(block.BlockTypes) > 0 {
		return nil, errors.New("it has nested blocks, which this program does not know; use nested attributes")
	}
	attributes, err := convertAttributes(block.Attributes)
	if err != nil {
		return nil, err
	}
	return &tfjson.Schema{
		Version: uint64(schema.Version), //nolint:gosec // a version is small and not negative
		Block: &tfjson.SchemaBlock{
			Attributes:      attributes,
			Description:     block.Description,
			DescriptionKind: descriptionKind(block.DescriptionKind),
			Deprecated:      block.Deprecated,
		},
	}, nil
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	converted := make(map[string]*tfjson.SchemaAttribute, len(attributes))
	for _, a := range attributes {
		attribute := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: descriptionKind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if err := convertType(a, attribute); err != nil {
			return nil, fmt.Errorf("attribute %s: %w", a.Name, err)
		}
		converted[a.Name] = attribute
	}
	return converted, nil
}

// convertType fills in the type of an attribute, or its attributes if it has some of its own.
func convertType(from *tfprotov6.SchemaAttribute, to *tfjson.SchemaAttribute) (err error) {
	if from.NestedType == nil {
		to.AttributeType, err = convertPlainType(from.Type)
		return err
	}
	nested, err := convertAttributes(from.NestedType.Attributes)
	if err != nil {
		return err
	}
	to.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
		Attributes:  nested,
		NestingMode: nestingModes[from.NestedType.Nesting],
	}
	return nil
}

var nestingModes = map[tfprotov6.SchemaObjectNestingMode]tfjson.SchemaNestingMode{
	tfprotov6.SchemaObjectNestingModeSingle: tfjson.SchemaNestingModeSingle,
	tfprotov6.SchemaObjectNestingModeList:   tfjson.SchemaNestingModeList,
	tfprotov6.SchemaObjectNestingModeSet:    tfjson.SchemaNestingModeSet,
	tfprotov6.SchemaObjectNestingModeMap:    tfjson.SchemaNestingModeMap,
}

// convertPlainType goes through JSON, which both libraries write alike.
func convertPlainType(from tftypes.Type) (cty.Type, error) {
	var to cty.Type
	encoded, err := json.Marshal(from)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(encoded, &to)
}

func convertIdentity(schema *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	converted := &tfjson.IdentitySchema{
		Version:    uint64(schema.Version), //nolint:gosec // a version is small and not negative
		Attributes: make(map[string]*tfjson.IdentityAttribute),
	}
	for _, a := range schema.IdentityAttributes {
		of, err := convertPlainType(a.Type)
		if err != nil {
			return nil, err
		}
		converted.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      of,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return converted, nil
}

func descriptionKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}
