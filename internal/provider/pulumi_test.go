// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

// Pulumi generates a class for each resource and data source. It needs an "id" that is a string and that only the provider
// sets, and it has properties of its own, whose names no attribute can have.
func TestPulumiCanBridgeTheSchemas(t *testing.T) {
	t.Parallel()
	server := acctest.NewUnconfiguredServer(t, acctest.Isolated).Server
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas.ResourceSchemas) == 0 {
		t.Fatal("there are no resources")
	}
	for name, schema := range schemas.ResourceSchemas {
		id := attributeOf(schema, "id")
		if id == nil || !id.Type.Is(tftypes.String) || !id.Computed || id.Optional || id.Required {
			t.Errorf("the id of %s is %+v, want a computed string", name, id)
		}
		expectNoneOf(t, name, schema, "urn", "pulumi")
	}
	for name, schema := range schemas.DataSourceSchemas {
		expectNoneOf(t, name, schema, "urn", "pulumi")
	}
	expectNoneOf(t, "provider", schemas.Provider, "id", "urn", "pulumi", "version", "plugin_download_url")
}

func attributeOf(schema *tfprotov6.Schema, name string) *tfprotov6.SchemaAttribute {
	for _, attribute := range schema.Block.Attributes {
		if attribute.Name == name {
			return attribute
		}
	}
	return nil
}

// expectNoneOf fails the test if an attribute or a block has one of the names.
func expectNoneOf(t *testing.T, of string, schema *tfprotov6.Schema, reserved ...string) {
	t.Helper()
	for _, attribute := range schema.Block.Attributes {
		if slices.Contains(reserved, attribute.Name) {
			t.Errorf("%s has the attribute %s, whose name is reserved", of, attribute.Name)
		}
	}
	for _, block := range schema.Block.BlockTypes {
		if slices.Contains(reserved, block.TypeName) {
			t.Errorf("%s has the block %s, whose name is reserved", of, block.TypeName)
		}
	}
}
