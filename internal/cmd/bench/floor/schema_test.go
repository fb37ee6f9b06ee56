// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	ims "github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// The floor is one only as long as Terraform has the same to do with it.
func TestFloorHasTheSchemasOfTheProvider(t *testing.T) {
	t.Parallel()
	floor, want := schemasOf(t, floorOfTheProvider(t)), schemasOf(t, ims.New("test", ims.Dependencies{})())
	for name, schema := range want {
		if got := floor[name]; !reflect.DeepEqual(got, schema) {
			t.Errorf("the schema %s is\n%v\nwant\n%v", name, got, schema)
		}
	}
}

// floorOfTheProvider returns a floor with the schemas that the provider has now.
func floorOfTheProvider(tb testing.TB) floorProvider {
	tb.Helper()
	printed, err := exec.CommandContext(tb.Context(), "go", "run", "../../schema").Output()
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), schemaFile)
	if err := os.WriteFile(file, printed, 0o600); err != nil {
		tb.Fatal(err)
	}
	return newFloor(file)
}

func TestUnknownTypesAreRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), schemaFile)
	content := `{"provider_schemas":{"ims":{"provider":{"block":{"attributes":{"a":{"type":"dynamic"}}}}}}}`
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + ".gone"} {
		if _, err := readSchemas(name); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// attribute is what Terraform works with; descriptions are for people.
type attribute struct {
	kind                                    string
	required, optional, computed, sensitive bool
}

// schemasOf returns the attributes of all schemas, by their path.
func schemasOf(t *testing.T, p provider.Provider) map[string]map[string]attribute {
	t.Helper()
	server := providerserver.NewProtocol6(p)()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Fatal(err, schemas.Diagnostics)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]attribute{"provider": {}, "ims_image_tag": {}, "identity": {}}
	collect(all["provider"], "", schemas.Provider.Block.Attributes)
	collect(all["ims_image_tag"], "", schemas.ResourceSchemas["ims_image_tag"].Block.Attributes)
	for _, a := range identities.IdentitySchemas["ims_image_tag"].IdentityAttributes {
		all["identity"][a.Name] = attribute{kind: a.Type.String(), required: a.RequiredForImport, optional: a.OptionalForImport}
	}
	return all
}

func collect(into map[string]attribute, prefix string, attributes []*tfprotov6.SchemaAttribute) {
	for _, a := range attributes {
		var kind string
		if a.NestedType != nil {
			kind = a.NestedType.Nesting.String()
			collect(into, prefix+a.Name+".", a.NestedType.Attributes)
		} else {
			kind = a.Type.String()
		}
		into[prefix+a.Name] = attribute{kind, a.Required, a.Optional, a.Computed, a.Sensitive}
	}
}
