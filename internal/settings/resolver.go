// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// resolver looks up values in the layers and collects problems.
type resolver struct {
	in          Input
	method      method            // selected login method; the zero value for none
	credential  string            // environment variable that the credential comes from; empty for none
	prefix      string            // prefix of credential; empty for another than HW_ and OS_
	isAlone     bool              // variables with the other prefix are of another login, and not read
	entry       map[string]string // values of the selected entry of a file, by attribute
	entryOrigin string
	regional    map[string]string // the part of entry that is of the selected region alone

	unknownVendor string // vendor profile of the entry that is not in clouds-public.yaml; empty for none

	problems   []Problem
	incomplete []string        // missing and conflicting settings, reported in one error
	invalid    map[string]bool // attributes that already have an error; they are not reported as missing too
}

// headerAttributes are the attributes that are sent in headers or signed. No valid value contains a line break.
var headerAttributes = []string{
	"token", "access_key", "secret_key", "security_token", "assume_role_with_oidc.idp_id", "assume_role_with_oidc.id_token",
	"domain_id", "default_domain", "assume_role.domain_id",
}

// at returns the value of an attribute in one layer.
func (r *resolver) at(l layer, attribute string) Value {
	if r.in.Target.hides(attribute) {
		return r.ofTargetRegion(l, attribute)
	}
	switch l {
	case object:
		return r.in.Target.value(attribute)
	case block:
		return Value{Text: tidy(attribute, r.in.Block[attribute]), Origin: "the provider block", layer: block}
	case file:
		return Value{Text: tidy(attribute, r.entry[attribute]), Origin: r.entryOrigin, layer: file}
	default:
	}
	for _, name := range r.readable(attribute) {
		if text := tidy(attribute, r.in.Getenv(name)); text != "" {
			return Value{Text: text, Origin: name, layer: environment}
		}
	}
	return Value{}
}

// ofTargetRegion returns the value that a file has for the region of the target, in the layer of files.
func (r *resolver) ofTargetRegion(l layer, attribute string) Value {
	if l != file {
		return Value{}
	}
	return Value{Text: tidy(attribute, r.regional[attribute]), Origin: r.entryOrigin, layer: file}
}

// tidy removes the line break at the end of a value that is sent in a header: that of a file, as from file("token").
func tidy(attribute, text string) string {
	if !slices.Contains(headerAttributes, attribute) {
		return text
	}
	return strings.TrimRight(text, "\r\n")
}

// checkHeader records an error, once, if a value cannot be sent in a header. The error does not contain the value.
func (r *resolver) checkHeader(attribute string, v Value) {
	if strings.ContainsFunc(v.Text, unicode.IsControl) && !r.invalid[attribute] {
		r.fail(attribute, "Invalid "+attribute, "The value of %s (from %s) contains a line break or another control character. Set it to "+
			"one line without such characters.", attribute, v.Origin)
	}
}

// value returns the value of an attribute in the highest layer that sets it.
func (r *resolver) value(attribute string) Value {
	return r.alternatives(attribute)[0]
}

// alternatives returns the values of attributes that replace each other. All values are of the highest layer that sets
// one of the attributes.
func (r *resolver) alternatives(attributes ...string) []Value {
	return r.alternativesFrom(byDefault, attributes...)
}

// alternativesFrom is alternatives without the layers below the given one.
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

// idOrName returns an id or a name. If a layer sets both, it returns the id, except for one that is not of the login.
func (r *resolver) idOrName(idAttribute, nameAttribute string) (id, name Value) {
	found := r.alternatives(idAttribute, nameAttribute)
	if r.isOwn(found[1]) && !r.isOwn(found[0]) {
		return Value{}, found[1]
	}
	if found[0].IsSet() {
		r.checkHeader(idAttribute, found[0])
		return found[0], Value{}
	}
	return Value{}, found[1]
}

// path returns the value of an attribute that is a path or the content of a file. It expands ~ in a path.
func (r *resolver) path(attribute string) Value {
	v := r.value(attribute)
	return v.with(r.expand(v.Text))
}

// expand replaces ~ at the beginning of a path with the home folder.
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
		r.fail(attribute, "Invalid "+attribute, "The value %q (from %s) is neither true nor false.", v.Text, v.Origin)
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
		r.fail(attribute, "Invalid "+attribute, "The value %q (from %s) is not a whole number from %d to %d.", v.Text, v.Origin, low, high)
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
		r.fail(attribute, "Invalid "+attribute, "The value %q (from %s) is not a positive number.", v.Text, v.Origin)
	}
	return parsed
}

// fail records an error of one attribute.
func (r *resolver) fail(attribute, summary, format string, args ...any) {
	r.invalid[attribute] = true
	r.problems = append(r.problems, Problem{Attribute: attribute, Summary: summary, Detail: fmt.Sprintf(format, args...)})
}

func (r *resolver) warn(attribute, summary, format string, args ...any) {
	r.problems = append(r.problems, Problem{
		Attribute: attribute, Summary: summary, Detail: fmt.Sprintf(format, args...), Warning: true,
	})
}

// addIncomplete records a missing or conflicting setting. It does nothing if one of the attributes in because is already
// invalid, so that one mistake results in one error.
func (r *resolver) addIncomplete(because []string, format string, args ...any) {
	if slices.ContainsFunc(because, func(attribute string) bool { return r.invalid[attribute] }) {
		return
	}
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.incomplete, text) {
		r.incomplete = append(r.incomplete, text)
	}
}

// addMissing records a required attribute that is not set.
func (r *resolver) addMissing(attribute, what string) {
	r.addIncomplete([]string{attribute}, "%s is missing: set %s%s.%s", what, attribute, orVariables(attribute), r.unread(attribute))
}

// reportIncomplete adds one error that lists all missing and conflicting settings.
func (r *resolver) reportIncomplete() {
	if len(r.incomplete) == 0 {
		return
	}
	r.problems = append(r.problems, Problem{
		Summary: "Incomplete provider configuration",
		Detail: "The provider configuration has missing or conflicting settings:\n\n  - " + strings.Join(r.incomplete, "\n  - ") +
			"\n\nSet missing settings in the provider block or in the environment, and remove conflicting ones.",
	})
}
