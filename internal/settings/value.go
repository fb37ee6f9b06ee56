// SPDX-License-Identifier: MPL-2.0

package settings

import "fmt"

// layer is a source of values. The value of a higher layer wins.
type layer int

const (
	byDefault layer = iota
	environment
	file // the selected entry of a clouds.yaml, or a profile
	block
	object // a resource or data source that names a region or project of its own
)

// layers are the layers that values are looked up in, the highest first.
var layers = []layer{object, block, file, environment}

// Value is a setting and its origin. The zero value is not set.
type Value struct {
	Text   string
	Origin string // "the provider block", an environment variable, a file and its entry, or "the default"
	layer  layer
}

// IsSet reports whether the value is not empty.
func (v Value) IsSet() bool { return v.Text != "" }

// String returns the text and its origin. Do not use it for secrets.
func (v Value) String() string { return fmt.Sprintf("%s from %s", v.Text, v.Origin) }

// or returns the value, or other if the value is not set.
func (v Value) or(other Value) Value {
	if v.IsSet() {
		return v
	}
	return other
}

// with returns the value with another text and the same origin.
func (v Value) with(text string) Value {
	v.Text = text
	return v
}
