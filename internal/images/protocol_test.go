// SPDX-License-Identifier: MPL-2.0

package images_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// object is the attributes of a data source. In a configuration a string, a bool, a map of strings or a map of lists; an
// unknown value is the text in [unknown].
type object = map[string]any

const unknown = "(unknown)"

// value converts a value of a configuration. What is not set is null.
func value(t *testing.T, of tftypes.Type, from any) tftypes.Value {
	t.Helper()
	switch from {
	case nil:
		return tftypes.NewValue(of, nil)
	case unknown:
		return tftypes.NewValue(of, tftypes.UnknownValue)
	}
	switch of := of.(type) {
	case tftypes.Object:
		attributes := make(map[string]tftypes.Value)
		for name, attribute := range of.AttributeTypes {
			attributes[name] = value(t, attribute, from.(object)[name])
		}
		return tftypes.NewValue(of, attributes)
	case tftypes.Map:
		elements := make(map[string]tftypes.Value)
		for key, element := range from.(object) {
			elements[key] = value(t, of.ElementType, element)
		}
		return tftypes.NewValue(of, elements)
	case tftypes.Set:
		elements := []tftypes.Value{}
		for _, element := range from.([]any) {
			elements = append(elements, value(t, of.ElementType, element))
		}
		return tftypes.NewValue(of, elements)
	}
	return tftypes.NewValue(of, from)
}

// plain converts a value of a state to strings, maps and lists. Null is nil.
func plain(t *testing.T, from tftypes.Value) any {
	t.Helper()
	if from.IsNull() {
		return nil
	}
	var elements map[string]tftypes.Value
	if from.As(&elements) == nil {
		converted := object{}
		for name, element := range elements {
			converted[name] = plain(t, element)
		}
		return converted
	}
	var list []tftypes.Value
	if from.As(&list) == nil {
		converted := []any{}
		for _, element := range list {
			converted = append(converted, plain(t, element))
		}
		return converted
	}
	text, _ := strings.CutPrefix(from.String(), from.Type().String()+"<")
	return strings.Trim(strings.TrimSuffix(text, ">"), `"`)
}

// typeOf returns the type of a data source.
func typeOf(ctx context.Context, t *testing.T, p *acctest.ProtocolServer, kind string) tftypes.Type {
	t.Helper()
	schemas, err := p.Server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return schemas.DataSourceSchemas[kind].ValueType()
}

// read reads a data source, and returns its state and the diagnostics as a person sees them.
func read(t *testing.T, p *acctest.ProtocolServer, kind string, config object) (object, string) {
	t.Helper()
	return readWithin(t.Context(), t, p, kind, config)
}

func readWithin(ctx context.Context, t *testing.T, p *acctest.ProtocolServer, kind string, config object) (object, string) {
	t.Helper()
	of := typeOf(context.WithoutCancel(ctx), t, p, kind)
	resp, err := p.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: kind, Config: p.Dynamic(of, value(t, of, config))})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) > 0 {
		return nil, texts(resp.Diagnostics)
	}
	state, err := resp.State.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	if !state.IsFullyKnown() {
		t.Errorf("the state is not fully known: %s", state)
	}
	return plain(t, state).(object), ""
}

// validate validates a configuration of a data source, and returns the diagnostics as a person sees them.
func validate(t *testing.T, kind string, config object) string {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	of := typeOf(t.Context(), t, p, kind)
	resp, err := p.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: kind, Config: p.Dynamic(of, value(t, of, config)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts(resp.Diagnostics)
}

func texts(diagnostics []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diagnostics {
		at := ""
		if d.Attribute != nil {
			at = " (at " + d.Attribute.String() + ")"
		}
		all = append(all, fmt.Sprintf("%s%s\n\n%s", d.Summary, at, d.Detail))
	}
	return strings.Join(all, "\n\n")
}

// start starts a mock with a family of images, and a provider that is configured for it.
func start(t *testing.T) (*imstest.Server, *acctest.ProtocolServer) {
	t.Helper()
	mock := imstest.Start(t)
	family(mock)
	return mock, acctest.NewProtocolServer(t, mock)
}
