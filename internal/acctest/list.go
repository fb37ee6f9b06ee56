// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Filters are the attributes of a list block: strings, maps of strings, and maps of lists.
type Filters map[string]any

// Unknown is a value of [Filters] that is not known.
const Unknown = tftypes.UnknownValue

// List lists what a list block of the type finds.
func (p *ProtocolServer) List(filters Filters, limit int64, includeResource bool) []tfprotov6.ListResourceResult {
	p.T.Helper()
	var results []tfprotov6.ListResourceResult
	p.ListEach(p.T.Context(), filters, limit, includeResource, func(result tfprotov6.ListResourceResult) bool {
		results = append(results, result)
		return true
	})
	return results
}

// ListEach is like List, in a context, and pushes each result.
func (p *ProtocolServer) ListEach(
	ctx context.Context, filters Filters, limit int64, includeResource bool, push func(tfprotov6.ListResourceResult) bool,
) {
	p.T.Helper()
	stream, err := p.lister().ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: p.Type, Config: p.listConfig(filters), Limit: limit, IncludeResource: includeResource,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	stream.Results(push)
}

// ValidateList validates a list block of the type.
func (p *ProtocolServer) ValidateList(filters Filters) []*tfprotov6.Diagnostic {
	p.T.Helper()
	resp, err := p.lister().ValidateListResourceConfig(p.T.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: p.Type, Config: p.listConfig(filters),
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp.Diagnostics
}

// lister is the provider as a server of list resources, which the interface of all servers does not include yet.
func (p *ProtocolServer) lister() tfprotov6.ListResourceServer {
	p.T.Helper()
	lister, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.T.Fatal("the provider has no list resources")
	}
	return lister
}

func (p *ProtocolServer) listConfig(filters Filters) *tfprotov6.DynamicValue {
	p.T.Helper()
	of, ok := p.schemas.ListResourceSchemas[p.Type].ValueType().(tftypes.Object)
	if !ok {
		p.T.Fatalf("%s is no list resource", p.Type)
	}
	attributes := make(map[string]tftypes.Value)
	for name, attribute := range of.AttributeTypes {
		attributes[name] = rawValue(attribute, filters[name])
	}
	return p.Dynamic(of, tftypes.NewValue(of, attributes))
}

// ExpectAdopted fails the test unless the identity of a result with its resource imports, and the configuration that Terraform
// generates from the resource plans no change. It returns the generated configuration.
func (p *ProtocolServer) ExpectAdopted(listed tfprotov6.ListResourceResult) *tfprotov6.DynamicValue {
	p.T.Helper()
	generated, err := p.Server.GenerateResourceConfig(p.T.Context(), &tfprotov6.GenerateResourceConfigRequest{
		TypeName: p.Type, State: listed.Resource,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	p.NoErrors(generated.Diagnostics)
	valid, err := p.Server.ValidateResourceConfig(p.T.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: p.Type, Config: generated.Config,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	p.NoErrors(valid.Diagnostics)

	imported := p.ImportState("", listed.Identity)
	p.NoErrors(imported.Diagnostics)
	read, err := p.Server.ReadResource(p.T.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: p.Type, CurrentState: imported.ImportedResources[0].State,
		Private: imported.ImportedResources[0].Private, CurrentIdentity: imported.ImportedResources[0].Identity,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	p.NoErrors(read.Diagnostics)
	if !p.Equal(read.NewState, listed.Resource) {
		p.T.Errorf("%s: the imported state is not the listed one", listed.DisplayName)
	}
	plan := p.Plan(read.NewState, p.Proposed(generated.Config, read.NewState), generated.Config, read.Private)
	if !p.Equal(plan.PlannedState, read.NewState) {
		p.T.Errorf("%s: the generated configuration plans a change", listed.DisplayName)
	}
	return generated.Config
}

// Proposed is a configuration in which the attributes that are null have their prior values, as Terraform proposes them.
func (p *ProtocolServer) Proposed(config, prior *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	p.T.Helper()
	merged, before := p.Attributes(p.Resource, config), p.Attributes(p.Resource, prior)
	for name, value := range merged {
		if value.IsNull() {
			merged[name] = before[name]
		}
	}
	return p.Dynamic(p.Resource, tftypes.NewValue(p.Resource, merged))
}
