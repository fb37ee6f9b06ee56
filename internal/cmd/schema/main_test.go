// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestSchemasAreWhatTerraformWouldPrint(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	for _, output := range []*bytes.Buffer{&first, &second} {
		if err := run(t.Context(), output); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("two runs print different schemas")
	}

	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(first.Bytes(), &schemas); err != nil {
		t.Fatal(err)
	}
	ims := schemas.Schemas["ims"]
	if ims == nil {
		t.Fatal("the provider is missing")
	}
	if token := ims.ConfigSchema.Block.Attributes["token"]; token == nil || !token.Sensitive || !token.Optional {
		t.Errorf("the token is %+v", token)
	}
	tag := ims.ResourceSchemas["ims_image_tag"]
	if tag == nil || !tag.Block.Attributes["key"].Required || tag.Block.Attributes["key"].AttributeType.FriendlyName() != "string" {
		t.Errorf("the resource is %+v", tag)
	}
	nested := tag.Block.Attributes["timeouts"].AttributeNestedType
	if nested == nil || nested.NestingMode != tfjson.SchemaNestingModeSingle || len(nested.Attributes) != 4 {
		t.Errorf("the timeouts are %+v", nested)
	}
	listed := ims.ListResourceSchemas["ims_image_tag"]
	if listed == nil || !listed.Block.Attributes["key"].Optional || listed.Block.Attributes["owner"] != nil {
		t.Errorf("the list resource is %+v", listed)
	}
	identity := ims.ResourceIdentitySchemas["ims_image_tag"]
	if identity == nil || !identity.Attributes["image_id"].RequiredForImport || !identity.Attributes["project_id"].OptionalForImport {
		t.Errorf("the identity is %+v", identity)
	}
}
