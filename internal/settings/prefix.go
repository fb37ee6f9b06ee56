// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"slices"
	"strings"
)

// prefixes are those of the variables that tools of the clouds read. They can be set for different clouds.
var prefixes = []string{"HW_", "OS_"}

// credentials are the attributes whose variables show that a prefix has a login. A secret key or a passcode alone does not: it
// can supplement the login of the other prefix.
var credentials = []string{
	"token", "access_key", "password", "assume_role_with_oidc.id_token", "assume_role_with_oidc.id_token_file", "profile",
	"shared_config_file",
}

// unreadCredential is a credential that the provider does not read. It shows that the OS_ variables are those of a login.
const unreadCredential = "OS_APPLICATION_CREDENTIAL_SECRET"

// prefixOf returns the prefix of an environment variable, empty for any other origin.
func prefixOf(origin string) string {
	at := slices.IndexFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(origin, prefix) })
	if at < 0 {
		return ""
	}
	return prefixes[at]
}

// choosePrefix finds the variable that the credential of the login comes from. Variables with its prefix come first. They are
// used alone if variables with the other prefix are of another login, because a cloud must not get the credential of another.
func (r *resolver) choosePrefix(chosen method) {
	for _, attribute := range chosen.exportedAs {
		v := r.value(attribute)
		if v.layer != environment {
			continue
		}
		r.credential, r.prefix = v.Origin, prefixOf(v.Origin)
		r.isAlone = r.hasCredentials(prefixes[0]) && r.hasCredentials(prefixes[1]) && !r.isUnderBoth(attribute)
		return
	}
}

func (r *resolver) hasCredentials(prefix string) bool {
	if strings.HasPrefix(unreadCredential, prefix) && r.in.Getenv(unreadCredential) != "" {
		return true
	}
	return slices.ContainsFunc(credentials, func(attribute string) bool { return r.exported(prefix, attribute) != "" })
}

// isUnderBoth reports whether both prefixes have the same credential, so that their variables are of one cloud.
func (r *resolver) isUnderBoth(attribute string) bool {
	isSame := func(attribute string) bool {
		text := r.exported(prefixes[0], attribute)
		return text != "" && text == r.exported(prefixes[1], attribute)
	}
	return isSame(attribute) && (attribute != "password" || isSame("user_name") || isSame("user_id"))
}

// exported returns the text of an attribute in the variables with a prefix.
func (r *resolver) exported(prefix, attribute string) string {
	for _, name := range variables[attribute] {
		if text := tidy(attribute, r.in.Getenv(name)); strings.HasPrefix(name, prefix) && text != "" {
			return text
		}
	}
	return ""
}

// readable returns the variables of an attribute, in the order in which they are read.
func (r *resolver) readable(attribute string) []string {
	names := variables[attribute]
	if r.prefix == "" || isOfCalls[attribute] {
		return names
	}
	var own, others []string
	for _, name := range names {
		switch prefix := prefixOf(name); {
		case prefix == r.prefix:
			own = append(own, name)
		case prefix == "" || !r.isAlone:
			others = append(others, name)
		}
	}
	return append(own, others...)
}

// isOwn reports whether a value comes from a variable with the prefix of the credential.
func (r *resolver) isOwn(v Value) bool {
	return r.prefix != "" && v.layer == environment && prefixOf(v.Origin) == r.prefix
}

// unread returns a sentence about a variable of an attribute that is set and not read. It is empty for none.
func (r *resolver) unread(attribute string) string {
	read := r.readable(attribute)
	for _, name := range variables[attribute] {
		if r.in.Getenv(name) != "" && !slices.Contains(read, name) {
			return fmt.Sprintf(" %s is not used: both %s and %s variables contain credentials, and the login uses %s.",
				name, prefixes[0], prefixes[1], r.credential)
		}
	}
	return ""
}

// domainAt returns cloud_domain in a layer. It is not set if it is of another cloud than the auth_url of the credential.
func (r *resolver) domainAt(l layer, authURL Value) Value {
	domain := r.at(l, "cloud_domain")
	if areOfTwoClouds(authURL, domain) && r.isOwn(authURL) {
		return Value{}
	}
	return domain
}

// areOfTwoClouds reports whether auth_url and cloud_domain come from variables with different prefixes, and the host is not in
// the domain.
func areOfTwoClouds(authURL, domain Value) bool {
	first, second := prefixOf(authURL.Origin), prefixOf(domain.Origin)
	return first != "" && second != "" && first != second && !isInDomain(authURL.Text, domain.Text)
}
