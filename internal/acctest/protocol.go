// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// TagType is the resource of the tests.
const TagType = "ims_image_tag"

// ProtocolServer is the provider as Terraform talks to it, for what the Terraform at hand cannot ask yet.
type ProtocolServer struct {
	T        *testing.T
	Server   tfprotov6.ProviderServer
	Config   tftypes.Type
	Type     string // of the resources
	Resource tftypes.Type
	Identity tftypes.Type

	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// For returns the same provider for resources of another type.
func (p *ProtocolServer) For(typeName string) *ProtocolServer {
	other := *p
	other.Type = typeName
	other.Resource = p.schemas.ResourceSchemas[typeName].ValueType()
	other.Identity = p.identities.IdentitySchemas[typeName].ValueType()
	return &other
}

// NewProtocolServer returns a provider that is configured for the mock.
func NewProtocolServer(t *testing.T, mock *imstest.Server) *ProtocolServer {
	t.Helper()
	p := NewUnconfiguredServer(t, Isolated)
	p.Configure(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID, "token": imstest.Token})
	return p
}

// NewUncheckedServer is like NewProtocolServer, without checks of plans.
func NewUncheckedServer(t *testing.T, mock *imstest.Server) *ProtocolServer {
	t.Helper()
	dependencies := Isolated
	dependencies.Getenv = EnvironmentOf(map[string]string{"IMS_PLAN_CHECKS": "false"})
	p := NewUnconfiguredServer(t, dependencies)
	p.Configure(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID, "token": imstest.Token})
	return p
}

// NewUnconfiguredServer returns a provider that is not configured.
func NewUnconfiguredServer(t *testing.T, dependencies provider.Dependencies) *ProtocolServer {
	t.Helper()
	server, err := FactoriesWith(dependencies)["ims"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p := &ProtocolServer{T: t, Server: server, Config: schemas.Provider.ValueType(), schemas: schemas, identities: identities}
	return p.For(TagType)
}

// Configure configures the provider with these settings and no others.
func (p *ProtocolServer) Configure(settings map[string]string) {
	p.T.Helper()
	p.ConfigureValue(p.Value(p.Config, settings))
}

// ConfigureValue is like Configure, for settings of any type.
func (p *ProtocolServer) ConfigureValue(settings *tfprotov6.DynamicValue) {
	p.T.Helper()
	resp, err := p.Server.ConfigureProvider(p.T.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           settings,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	p.NoErrors(resp.Diagnostics)
}

// Plan plans a change of a tag. The prior state may be null.
func (p *ProtocolServer) Plan(prior, proposed, config *tfprotov6.DynamicValue, private []byte) *tfprotov6.PlanResourceChangeResponse {
	p.T.Helper()
	resp, err := p.Server.PlanResourceChange(p.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, ProposedNewState: proposed, Config: config, PriorPrivate: private,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	p.NoErrors(resp.Diagnostics)
	return resp
}

// ConfigureUnknown is like Configure, and these settings are unknown.
func (p *ProtocolServer) ConfigureUnknown(settings map[string]string, unknown ...string) {
	p.T.Helper()
	p.ConfigureValue(p.Unknown(p.Config, settings, unknown...))
}

// NoErrors fails the test if a diagnostic is an error.
func (p *ProtocolServer) NoErrors(diagnostics []*tfprotov6.Diagnostic) {
	p.T.Helper()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			p.T.Fatalf("%s\n%s", d.Summary, d.Detail)
		}
	}
}

// ExpectIdentity fails the test if an identity is another one.
func (p *ProtocolServer) ExpectIdentity(got *tfprotov6.ResourceIdentityData, want map[string]string) {
	p.T.Helper()
	if got == nil {
		p.T.Fatal("there is no identity")
	}
	if attributes := p.Strings(p.Identity, got.IdentityData); !maps.Equal(attributes, want) {
		p.T.Errorf("the identity is %v, want %v", attributes, want)
	}
}

// IdentityOf is an identity as Terraform hands it over.
func (p *ProtocolServer) IdentityOf(attributes map[string]string) *tfprotov6.ResourceIdentityData {
	p.T.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: p.Value(p.Identity, attributes)}
}

// Read refreshes a state that has no identity, as one that an older Terraform wrote.
func (p *ProtocolServer) Read(state *tfprotov6.DynamicValue) *tfprotov6.ReadResourceResponse {
	p.T.Helper()
	return p.ReadWithin(p.T.Context(), state)
}

// ReadWithin is Read with a context.
func (p *ProtocolServer) ReadWithin(ctx context.Context, state *tfprotov6.DynamicValue) *tfprotov6.ReadResourceResponse {
	p.T.Helper()
	resp, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: p.Type, CurrentState: state})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp
}

// ImportState imports a tag by its id or its identity.
func (p *ProtocolServer) ImportState(id string, identity *tfprotov6.ResourceIdentityData) *tfprotov6.ImportResourceStateResponse {
	p.T.Helper()
	resp, err := p.Server.ImportResourceState(p.T.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: p.Type, ID: id, Identity: identity,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp
}

// Summaries returns the summary of each diagnostic.
func Summaries(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, d.Summary)
	}
	return slices.Clip(all)
}

// Details returns the detail of each diagnostic.
func Details(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, d.Detail)
	}
	return all
}
