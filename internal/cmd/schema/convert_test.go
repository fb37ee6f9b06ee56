// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestEachKindOfSchemaIsConverted(t *testing.T) {
	t.Parallel()
	schemas := map[string]*tfprotov6.Schema{"ims_thing": {Block: &tfprotov6.SchemaBlock{
		Attributes: []*tfprotov6.SchemaAttribute{{Name: "tags", Type: tftypes.Map{ElementType: tftypes.String}, Optional: true}},
	}}}
	converted, err := convert(&tfprotov6.GetProviderSchemaResponse{
		Provider:            emptySchema(),
		ResourceSchemas:     schemas,
		DataSourceSchemas:   schemas,
		ListResourceSchemas: schemas,
	}, &tfprotov6.GetResourceIdentitySchemasResponse{})
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(converted)
	if err != nil {
		t.Fatal(err)
	}
	var read tfjson.ProviderSchemas
	if err := json.Unmarshal(encoded, &read); err != nil {
		t.Fatal(err)
	}
	ims := read.Schemas[providerName]
	for kind, of := range map[string]map[string]*tfjson.Schema{
		"resource":      ims.ResourceSchemas,
		"data source":   ims.DataSourceSchemas,
		"list resource": ims.ListResourceSchemas,
	} {
		thing := of["ims_thing"]
		if thing == nil || thing.Block.Attributes["tags"].AttributeType.FriendlyName() != "map of string" {
			t.Errorf("the %s is %+v", kind, thing)
		}
	}
}

func TestWhatCannotBeConvertedIsAnError(t *testing.T) {
	t.Parallel()
	nested := map[string]*tfprotov6.Schema{"ims_thing": {Block: &tfprotov6.SchemaBlock{
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{TypeName: "rule"}},
	}}}
	cases := map[string]struct {
		schemas tfprotov6.GetProviderSchemaResponse
		says    string
	}{
		"a nested block":        {tfprotov6.GetProviderSchemaResponse{ListResourceSchemas: nested}, "list_resource ims_thing: it has nested blocks"},
		"an ephemeral resource": {tfprotov6.GetProviderSchemaResponse{EphemeralResourceSchemas: nested}, "more than resources"},
		"a function":            {tfprotov6.GetProviderSchemaResponse{Functions: map[string]*tfprotov6.Function{"f": {}}}, "more than resources"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.schemas.Provider = emptySchema()
			_, err := convert(&c.schemas, &tfprotov6.GetResourceIdentitySchemasResponse{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func emptySchema() *tfprotov6.Schema { return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}} }
