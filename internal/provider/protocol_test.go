package provider_test

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

const tagType = "ims_image_tag"

// protocolServer is the provider as Terraform talks to it, for what the Terraform at hand cannot ask yet.
type protocolServer struct {
	t        *testing.T
	server   tfprotov6.ProviderServer
	config   tftypes.Type
	resource tftypes.Type
	identity tftypes.Type
}

// newProtocolServer returns a provider that is configured for the mock.
func newProtocolServer(t *testing.T, mock *imstest.Server) *protocolServer {
	t.Helper()
	p := newUnconfiguredServer(t, isolated)
	p.configure(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID, "token": imstest.Token})
	return p
}

func newUnconfiguredServer(t *testing.T, dependencies provider.Dependencies) *protocolServer {
	t.Helper()
	server, err := factoriesWith(dependencies)["ims"]()
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
	return &protocolServer{
		t:        t,
		server:   server,
		config:   schemas.Provider.ValueType(),
		resource: schemas.ResourceSchemas[tagType].ValueType(),
		identity: identities.IdentitySchemas[tagType].ValueType(),
	}
}

func (p *protocolServer) configure(settings map[string]string) {
	p.t.Helper()
	resp, err := p.server.ConfigureProvider(p.t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           p.value(p.config, settings),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.noErrors(resp.Diagnostics)
}

// value builds an object of a type from its strings; all else is null.
func (p *protocolServer) value(of tftypes.Type, attributes map[string]string) *tfprotov6.DynamicValue {
	p.t.Helper()
	object := of.(tftypes.Object)
	values := make(map[string]tftypes.Value)
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if text, ok := attributes[name]; ok {
			values[name] = tftypes.NewValue(attribute, text)
		}
	}
	return p.dynamic(of, tftypes.NewValue(of, values))
}

func (p *protocolServer) null(of tftypes.Type) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.dynamic(of, tftypes.NewValue(of, nil))
}

func (p *protocolServer) dynamic(of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &dynamic
}

// strings reads the strings of an object; nil for a null object.
func (p *protocolServer) strings(of tftypes.Type, value *tfprotov6.DynamicValue) map[string]string {
	p.t.Helper()
	if value == nil {
		return nil
	}
	object, err := value.Unmarshal(of)
	if err != nil {
		p.t.Fatal(err)
	}
	if object.IsNull() {
		return nil
	}
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		p.t.Fatal(err)
	}
	read := make(map[string]string)
	for name, attribute := range attributes {
		var text string
		if attribute.IsKnown() && !attribute.IsNull() && attribute.As(&text) == nil {
			read[name] = text
		}
	}
	return read
}

func (p *protocolServer) noErrors(diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			p.t.Fatalf("%s\n%s", d.Summary, d.Detail)
		}
	}
}

func (p *protocolServer) expectIdentity(got *tfprotov6.ResourceIdentityData, want map[string]string) {
	p.t.Helper()
	if got == nil {
		p.t.Fatal("there is no identity")
	}
	if attributes := p.strings(p.identity, got.IdentityData); !maps.Equal(attributes, want) {
		p.t.Errorf("the identity is %v, want %v", attributes, want)
	}
}

// identityOf is an identity as Terraform hands it over.
func (p *protocolServer) identityOf(attributes map[string]string) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: p.value(p.identity, attributes)}
}

// read refreshes a state that has no identity, as one that an older Terraform wrote.
func (p *protocolServer) read(state *tfprotov6.DynamicValue) *tfprotov6.ReadResourceResponse {
	p.t.Helper()
	return p.readWithin(p.t.Context(), state)
}

func (p *protocolServer) readWithin(ctx context.Context, state *tfprotov6.DynamicValue) *tfprotov6.ReadResourceResponse {
	p.t.Helper()
	resp, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: tagType, CurrentState: state})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

func (p *protocolServer) importState(id string, identity *tfprotov6.ResourceIdentityData) *tfprotov6.ImportResourceStateResponse {
	p.t.Helper()
	resp, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: tagType, ID: id, Identity: identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resp
}

func summaries(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, d.Summary)
	}
	return slices.Clip(all)
}
