// SPDX-License-Identifier: MPL-2.0

package main

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	ims "github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// caller is a provider as Terraform calls it for one tag.
type caller struct {
	*testing.B

	server              tfprotov6.ProviderServer
	config, state, none *tfprotov6.DynamicValue // of a tag that is configured, that is there, and that is not
	private             []byte                  // of one that is there, as a first read leaves it
}

// BenchmarkCalls is what Terraform calls for each tag, once in a walk or more, of the provider and of the floor. The image
// has been read before; a create and a delete include the call of the service. No logs are made.
func BenchmarkCalls(b *testing.B) {
	calls := []struct {
		name string
		make func(c caller) (*tfprotov6.Diagnostic, error)
	}{
		{"validate", caller.validate},
		{"upgrade", caller.upgrade},
		{"read", caller.read},
		{"plan no change", func(c caller) (*tfprotov6.Diagnostic, error) { return c.plan(c.state, c.state, c.config) }},
		{"plan create", func(c caller) (*tfprotov6.Diagnostic, error) { return c.plan(c.none, c.config, c.config) }},
		{"plan delete", func(c caller) (*tfprotov6.Diagnostic, error) { return c.plan(c.state, c.none, c.none) }},
		{"create", func(c caller) (*tfprotov6.Diagnostic, error) { return c.apply(c.none, c.state, c.config) }},
		{"delete", func(c caller) (*tfprotov6.Diagnostic, error) { return c.apply(c.state, c.none, c.none) }},
	}
	floor := floorOfTheProvider(b)
	for _, call := range calls {
		for name, p := range map[string]provider.Provider{"floor": floor, "ims": ims.New("test", ims.Dependencies{})()} {
			b.Run(call.name+"/"+name, func(b *testing.B) {
				c := newCaller(b, p)
				b.ReportAllocs()
				for b.Loop() {
					if problem, err := call.make(c); err != nil || problem != nil {
						b.Fatal(problem, err)
					}
				}
			})
		}
	}
}

// newCaller returns a provider that is configured for a mock which has the tag.
func newCaller(b *testing.B, p provider.Provider) caller {
	b.Helper()
	server := providerserver.NewProtocol6(p)()
	schemas, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	mock := imstest.Start(b)
	image := mock.AddImage("golden")
	mock.SetTag(image, "environment", "production")
	configured, err := server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: object(b, schemas.Provider.ValueType(), map[string]string{
			"endpoint": mock.URL(), "project_id": imstest.ProjectID, "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
		}),
	})
	if err != nil {
		b.Fatal(err)
	}
	if problem := first(configured.Diagnostics); problem != nil {
		b.Fatal(problem)
	}
	tag := schemas.ResourceSchemas[tagType].ValueType()
	c := caller{
		B:      b,
		server: server,
		config: object(b, tag, map[string]string{"image_id": image, "key": "environment", "value": "production"}),
		state: object(b, tag, map[string]string{
			"image_id": image, "key": "environment", "value": "production", "project_id": imstest.ProjectID, "id": image + "/environment",
		}),
		none: value(b, tag, tftypes.NewValue(tag, nil)),
	}
	read, err := server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: tagType, CurrentState: c.state})
	if err != nil {
		b.Fatal(err)
	}
	if problem := first(read.Diagnostics); problem != nil {
		b.Fatal(problem)
	}
	c.private = read.Private
	return c
}

// object builds an object of a type from its strings; all else is null.
func object(b *testing.B, of tftypes.Type, attributes map[string]string) *tfprotov6.DynamicValue {
	b.Helper()
	values := make(map[string]tftypes.Value)
	for name, kind := range of.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(kind, nil)
		if text, ok := attributes[name]; ok {
			values[name] = tftypes.NewValue(kind, text)
		}
	}
	return value(b, of, tftypes.NewValue(of, values))
}

func value(b *testing.B, of tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	b.Helper()
	encoded, err := tfprotov6.NewDynamicValue(of, v)
	if err != nil {
		b.Fatal(err)
	}
	return &encoded
}

func first(diagnostics []*tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	if len(diagnostics) == 0 {
		return nil
	}
	return diagnostics[0]
}

func (c caller) validate() (*tfprotov6.Diagnostic, error) {
	resp, err := c.server.ValidateResourceConfig(c.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: tagType, Config: c.config})
	if err != nil {
		return nil, err
	}
	return first(resp.Diagnostics), nil
}

func (c caller) upgrade() (*tfprotov6.Diagnostic, error) {
	resp, err := c.server.UpgradeResourceState(c.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: tagType,
		RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"i/k","image_id":"i","key":"k","project_id":"p","timeouts":null,"value":"v"}`)},
	})
	if err != nil {
		return nil, err
	}
	return first(resp.Diagnostics), nil
}

func (c caller) read() (*tfprotov6.Diagnostic, error) {
	resp, err := c.server.ReadResource(c.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: tagType, CurrentState: c.state, Private: c.private,
	})
	if err != nil {
		return nil, err
	}
	return first(resp.Diagnostics), nil
}

func (c caller) plan(prior, proposed, config *tfprotov6.DynamicValue) (*tfprotov6.Diagnostic, error) {
	resp, err := c.server.PlanResourceChange(c.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: tagType, PriorState: prior, ProposedNewState: proposed, Config: config, PriorPrivate: c.privateOf(prior),
	})
	if err != nil {
		return nil, err
	}
	return first(resp.Diagnostics), nil
}

func (c caller) apply(prior, planned, config *tfprotov6.DynamicValue) (*tfprotov6.Diagnostic, error) {
	resp, err := c.server.ApplyResourceChange(c.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: tagType, PriorState: prior, PlannedState: planned, Config: config, PlannedPrivate: c.privateOf(prior),
	})
	if err != nil {
		return nil, err
	}
	return first(resp.Diagnostics), nil
}

// privateOf returns the private data that belongs to a state.
func (c caller) privateOf(state *tfprotov6.DynamicValue) []byte {
	if state == c.none {
		return nil
	}
	return c.private
}
