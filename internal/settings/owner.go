// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"cmp"
	"slices"
	"strings"
)

// identity is an attribute that says whom a secret belongs to, and its value. The value is not set if another attribute says it.
type identity struct {
	attribute string
	value     Value
}

// secretOf returns a secret of the given owner. It records an error if the secret is missing, and also if it comes from the
// environment and belongs to another owner, whom the variables with the same prefix name.
func (r *resolver) secretOf(attribute, what string, owner ...identity) Value {
	secret := r.value(attribute)
	if !secret.IsSet() {
		r.addMissing(attribute, what)
		return Value{}
	}
	other := r.otherOwner(secret, owner...)
	if other == "" {
		return secret
	}
	known := owner[slices.IndexFunc(owner, identity.isSet)]
	r.addIncomplete([]string{attribute}, "%s is missing: %s is not used, because it belongs to %s and not to the %s from %s. Set %s there "+
		"as well, or unset %s.", what, secret.Origin, other, known.attribute, known.value.Origin, attribute, other)
	return Value{}
}

func (i identity) isSet() bool { return i.value.IsSet() }

// otherOwner returns the variable that names another owner of a secret than the given one. It is empty if the secret does not
// come from the environment, and if the variables with its prefix name the given owner, or none.
func (r *resolver) otherOwner(secret Value, owner ...identity) string {
	if secret.layer != environment || !slices.ContainsFunc(owner, identity.isSet) {
		return ""
	}
	other := ""
	for _, known := range owner {
		for _, name := range variables[known.attribute] {
			text := tidy(known.attribute, r.in.Getenv(name))
			if text == "" || !strings.HasPrefix(name, prefixOf(secret.Origin)) {
				continue
			}
			if text == known.value.Text {
				return ""
			}
			other = cmp.Or(other, name)
		}
	}
	return other
}
