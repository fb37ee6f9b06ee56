// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Value builds an object of a type from its strings; all else is null.
func (p *ProtocolServer) Value(of tftypes.Type, attributes map[string]string) *tfprotov6.DynamicValue {
	p.T.Helper()
	object, ok := of.(tftypes.Object)
	if !ok {
		p.T.Fatalf("%s is no object", of)
	}
	values := make(map[string]tftypes.Value)
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if text, ok := attributes[name]; ok {
			values[name] = tftypes.NewValue(attribute, text)
		}
	}
	return p.Dynamic(of, tftypes.NewValue(of, values))
}

// ObjectOf builds an object of the resource. A value can be a map of strings, a list of strings, what tftypes takes for the type, or
// a value of tftypes. All else is null.
func (p *ProtocolServer) ObjectOf(values map[string]any) *tfprotov6.DynamicValue {
	p.T.Helper()
	object, ok := p.Resource.(tftypes.Object)
	if !ok {
		p.T.Fatalf("%s is no object", p.Resource)
	}
	attributes := make(map[string]tftypes.Value)
	for name, of := range object.AttributeTypes {
		attributes[name] = rawValue(of, values[name])
	}
	return p.Dynamic(object, tftypes.NewValue(object, attributes))
}

func rawValue(of tftypes.Type, value any) tftypes.Value {
	switch value := value.(type) {
	case tftypes.Value:
		return value
	case map[string]string:
		elements := make(map[string]tftypes.Value)
		for key, text := range value {
			elements[key] = tftypes.NewValue(tftypes.String, text)
		}
		return tftypes.NewValue(of, elements)
	case map[string][]string:
		elements := make(map[string]tftypes.Value)
		for key, texts := range value {
			elements[key] = rawValue(tftypes.Set{ElementType: tftypes.String}, texts)
		}
		return tftypes.NewValue(of, elements)
	case []string:
		elements := []tftypes.Value{}
		for _, text := range value {
			elements = append(elements, tftypes.NewValue(tftypes.String, text))
		}
		return tftypes.NewValue(of, elements)
	default:
		return tftypes.NewValue(of, value)
	}
}

// Attributes are those of an object; nil for a null one.
func (p *ProtocolServer) Attributes(of tftypes.Type, value *tfprotov6.DynamicValue) map[string]tftypes.Value {
	p.T.Helper()
	if value == nil {
		return nil
	}
	object, err := value.Unmarshal(of)
	if err != nil {
		p.T.Fatal(err)
	}
	if object.IsNull() {
		return nil
	}
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		p.T.Fatal(err)
	}
	return attributes
}

// Unknown is like Value, and these attributes are unknown.
func (p *ProtocolServer) Unknown(of tftypes.Type, attributes map[string]string, unknown ...string) *tfprotov6.DynamicValue {
	p.T.Helper()
	values := p.Attributes(of, p.Value(of, attributes))
	for _, name := range unknown {
		values[name] = tftypes.NewValue(values[name].Type(), tftypes.UnknownValue)
	}
	return p.Dynamic(of, tftypes.NewValue(of, values))
}

// Null is a null object of a type.
func (p *ProtocolServer) Null(of tftypes.Type) *tfprotov6.DynamicValue {
	p.T.Helper()
	return p.Dynamic(of, tftypes.NewValue(of, nil))
}

// Dynamic is a value as it is sent.
func (p *ProtocolServer) Dynamic(of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.T.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		p.T.Fatal(err)
	}
	return &dynamic
}

// Strings reads the strings of an object; nil for a null object.
func (p *ProtocolServer) Strings(of tftypes.Type, value *tfprotov6.DynamicValue) map[string]string {
	p.T.Helper()
	attributes := p.Attributes(of, value)
	if attributes == nil {
		return nil
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
