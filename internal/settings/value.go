package settings

import "fmt"

// layer is a kind of place that values are found in. A higher one wins.
type layer int

const (
	byDefault layer = iota
	environment
	file // the selected entry of a clouds.yaml, or a profile
	block
)

// layers are those that are looked through, the highest first.
var layers = []layer{block, file, environment}

// Value is a resolved setting and where it was found. The zero value is not set.
type Value struct {
	Text   string
	Origin string // "the provider block", the name of a variable, a file with its entry, or "the default"
	layer  layer
}

// IsSet reports whether there is a value. An empty text is none.
func (v Value) IsSet() bool { return v.Text != "" }

// String shows the value and its origin. It is not for secrets.
func (v Value) String() string { return fmt.Sprintf("%s from %s", v.Text, v.Origin) }

// or returns the value, or another one if it is not set.
func (v Value) or(other Value) Value {
	if v.IsSet() {
		return v
	}
	return other
}

// with returns the value with another text.
func (v Value) with(text string) Value {
	v.Text = text
	return v
}
