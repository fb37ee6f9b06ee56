// SPDX-License-Identifier: MPL-2.0

// Command schema prints the schemas of the provider as "terraform providers schema -json" would, without Terraform:
// the documentation that is made from them does not depend on which version is at hand.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// providerName is the key that the documentation generator looks for.
const providerName = "ims"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout io.Writer) error {
	server := providerserver.NewProtocol6(provider.New("dev", provider.Dependencies{})())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	for _, d := range append(schemas.Diagnostics, identities.Diagnostics...) {
		return fmt.Errorf("%s: %s", d.Summary, d.Detail)
	}
	converted, err := convert(schemas, identities)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(converted)
}

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
	converted := object{"provider": config, "resource_identity_schemas": convertIdentities(identities.IdentitySchemas)}
	for kind, of := range map[string]map[string]*tfprotov6.Schema{
		"resource": schemas.ResourceSchemas, "data_source": schemas.DataSourceSchemas, "list_resource": schemas.ListResourceSchemas,
	} {
		all := make(object)
		for name, schema := range of {
			if all[name], err = convertSchema(schema); err != nil {
				return nil, fmt.Errorf("%s %s: %w", kind, name, err)
			}
		}
		converted[kind+"_schemas"] = all
	}
	return object{"format_version": "1.0", "provider_schemas": object{providerName: converted}}, nil
}

func convertSchema(schema *tfprotov6.Schema) (object, error) {
	block := schema.Block
	if len(block.BlockTypes) > 0 {
		return nil, errors.New("it has nested blocks, which this program does not know; use nested attributes")
	}
	return object{"version": schema.Version, "block": object{
		"description": block.Description, "description_kind": strings.ToLower(block.DescriptionKind.String()),
		"deprecated": block.Deprecated, "attributes": convertAttributes(block.Attributes),
	}}, nil
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) object {
	all := make(object)
	for _, a := range attributes {
		converted := object{
			"description": a.Description, "description_kind": strings.ToLower(a.DescriptionKind.String()), "deprecated": a.Deprecated,
			"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive, "write_only": a.WriteOnly,
		}
		if nested := a.NestedType; nested != nil {
			mode := strings.ToLower(nested.Nesting.String())
			converted["nested_type"] = object{"attributes": convertAttributes(nested.Attributes), "nesting_mode": mode}
		} else {
			converted["type"] = a.Type
		}
		all[a.Name] = converted
	}
	return all
}

func convertIdentities(identities map[string]*tfprotov6.ResourceIdentitySchema) object {
	all := make(object)
	for name, schema := range identities {
		attributes := make(object)
		for _, a := range schema.IdentityAttributes {
			attributes[a.Name] = object{
				"type": a.Type, "description": a.Description,
				"required_for_import": a.RequiredForImport, "optional_for_import": a.OptionalForImport,
			}
		}
		all[name] = object{"version": schema.Version, "attributes": attributes}
	}
	return all
}
