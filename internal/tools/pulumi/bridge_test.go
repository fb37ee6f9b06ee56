// SPDX-License-Identifier: MPL-2.0

// Package pulumi checks that Pulumi can bridge the provider. It is a module of its own, because the bridge replaces a
// module that Terraform's tools need as it is.
package pulumi_test

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// The bridge generates the schema of a Pulumi package with every resource and every data source.
func TestThePulumiBridgeGeneratesASchema(t *testing.T) {
	t.Parallel()
	info := tfbridge.ProviderInfo{
		P:            pfbridge.ShimProvider(provider.New("0.0.1", provider.Dependencies{})()),
		Name:         "ims",
		Version:      "0.0.1",
		MetadataInfo: tfbridge.NewProviderMetadata(nil),
	}
	info.MustComputeTokens(tokens.SingleModule("ims_", "index", tokens.MakeStandard("ims")))
	var said strings.Builder
	generated, err := tfgen.GenerateSchema(t.Context(), tfgen.GenerateSchemaOptions{
		ProviderInfo:    info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, &said, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}

	var schema struct {
		Resources map[string]struct {
			Properties      map[string]any
			InputProperties map[string]any
			RequiredInputs  []string
		}
		Functions map[string]any
	}
	if err := json.Unmarshal(generated.ProviderMetadata.PackageSchema, &schema); err != nil {
		t.Fatal(err)
	}
	resources := []string{"ims:index/imageTag:ImageTag", "ims:index/imageTags:ImageTags"}
	if got := slices.Sorted(maps.Keys(schema.Resources)); !slices.Equal(got, resources) {
		t.Errorf("the resources are %v, want %v", got, resources)
	}
	functions := []string{
		"ims:index/getImage:getImage", "ims:index/getImageTags:getImageTags", "ims:index/getImages:getImages",
		"ims:index/getProjectTags:getProjectTags",
	}
	for _, name := range functions {
		if schema.Functions[name] == nil {
			t.Errorf("there is no function %s in %v", name, slices.Sorted(maps.Keys(schema.Functions)))
		}
	}
	if got := schema.Resources[resources[0]].RequiredInputs; !slices.Equal(got, []string{"imageId", "key", "value"}) {
		t.Errorf("a tag requires %v", got)
	}
}
