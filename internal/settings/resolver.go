package settings

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// resolver looks values up and collects what is wrong.
type resolver struct {
	in          Input
	method      method            // that was chosen; the zero value for none
	entry       map[string]string // what the selected entry of a file says, by attribute
	entryOrigin string
	problems    []Problem
	lacking     []string        // what is missing or contradicts, for one error
	invalid     map[string]bool // attributes with an error of their own: that they are missing is not said as well
}

// at returns what one layer says of an attribute.
func (r *resolver) at(l layer, attribute string) Value {
	switch l {
	case block:
		return Value{Text: r.in.Block[attribute], Origin: "the provider block", layer: block}
	case file:
		return Value{Text: r.entry[attribute], Origin: r.entryOrigin, layer: file}
	default:
	}
	for _, name := range variables[attribute] {
		if text := r.in.Getenv(name); text != "" {
			return Value{Text: text, Origin: name, layer: environment}
		}
	}
	return Value{}
}

// value returns what the highest layer says that says anything.
func (r *resolver) value(attribute string) Value {
	return r.alternatives(attribute)[0]
}

// alternatives returns attributes that are alternatives to each other: all are taken from the highest layer that sets
// any of them.
func (r *resolver) alternatives(attributes ...string) []Value {
	return r.alternativesFrom(byDefault, attributes...)
}

// alternativesFrom does not look below a layer.
func (r *resolver) alternativesFrom(lowest layer, attributes ...string) []Value {
	values := make([]Value, len(attributes))
	for _, l := range layers {
		if l < lowest {
			break
		}
		isSet := false
		for i, attribute := range attributes {
			found := r.at(l, attribute)
			if found.IsSet() {
				values[i], isSet = found, true
			}
		}
		if isSet {
			break
		}
	}
	return values
}

// idOrName returns one of two alternatives: from the same origin the id beats the name.
func (r *resolver) idOrName(idAttribute, nameAttribute string) (id, name Value) {
	found := r.alternatives(idAttribute, nameAttribute)
	if found[0].IsSet() {
		return found[0], Value{}
	}
	return Value{}, found[1]
}

// path returns an attribute that is a path, or the text that a file at a path would hold.
func (r *resolver) path(attribute string) Value {
	v := r.value(attribute)
	return v.with(r.expand(v.Text))
}

// expand replaces the ~ at the beginning of a path.
func (r *resolver) expand(path string) string {
	if path == "~" {
		return r.in.Home
	}
	if rest, found := strings.CutPrefix(path, "~/"); found {
		return filepath.Join(r.in.Home, rest)
	}
	return path
}

func (r *resolver) boolean(attribute string, fallback bool) bool {
	v := r.value(attribute)
	if !v.IsSet() {
		return fallback
	}
	parsed, err := strconv.ParseBool(v.Text)
	if err != nil {
		r.fail(attribute, "Invalid "+attribute, "%s is %q, which is neither true nor false.", v.Origin, v.Text)
		return fallback
	}
	return parsed
}

func (r *resolver) integer(attribute string, fallback, low, high int) int {
	v := r.value(attribute)
	if !v.IsSet() {
		return fallback
	}
	parsed, err := strconv.Atoi(v.Text)
	if err != nil || parsed < low || parsed > high {
		r.fail(attribute, "Invalid "+attribute, "%s is %q, which is not a whole number from %d to %d.", v.Origin, v.Text, low, high)
		return fallback
	}
	return parsed
}

func (r *resolver) decimal(attribute string) float64 {
	v := r.value(attribute)
	if !v.IsSet() {
		return 0
	}
	parsed, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || parsed < 0 {
		r.fail(attribute, "Invalid "+attribute, "%s is %q, which is not a positive number.", v.Origin, v.Text)
	}
	return parsed
}

// fail notes an error of one attribute.
func (r *resolver) fail(attribute, summary, format string, args ...any) {
	r.invalid[attribute] = true
	r.problems = append(r.problems, Problem{Attribute: attribute, Summary: summary, Detail: fmt.Sprintf(format, args...)})
}

func (r *resolver) warn(attribute, summary, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Attribute: attribute, Summary: summary, Detail: fmt.Sprintf(format, args...), Warning: true,
	})
}

// lacks notes what is missing or contradicts, unless one of the attributes that it follows from has an error already: one
// mistake gives one error.
func (r *resolver) lacks(because []string, format string, args ...any) {
	if slices.ContainsFunc(because, func(attribute string) bool { return r.invalid[attribute] }) {
		return
	}
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.lacking, text) {
		r.lacking = append(r.lacking, text)
	}
}

// missing notes an attribute that is needed and not set.
func (r *resolver) missing(attribute, what string) {
	r.lacks([]string{attribute}, "%s is missing: set %s%s.", what, attribute, orVariables(attribute))
}

// incomplete makes one error of all that is missing.
func (r *resolver) incomplete() {
	if len(r.lacking) == 0 {
		return
	}
	r.problems = append(r.problems, Problem{
		Summary: "Incomplete provider configuration",
		Detail: "The provider \"ims\" cannot call the service yet:\n\n  - " + strings.Join(r.lacking, "\n  - ") +
			"\n\nSet what is missing in the provider block or in the environment, and remove what contradicts.",
	})
}
