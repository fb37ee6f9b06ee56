// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/url"
	"slices"
	"strings"
)

// Target is a region or project other than those of the provider configuration, which a resource or data source names. An
// empty part is that of the provider configuration. The project of another region has to be named, or is looked up.
type Target struct {
	Region    string // not set for the region of the provider configuration
	ProjectID string // 32 hexadecimal digits in lower case
}

// ownRegion lists the attributes that only concern the region of the provider configuration.
var ownRegion = []string{"project_id", "project_name", "delegated_project"}

// hides reports whether an attribute of the provider configuration does not concern the target. A file can have values for the
// region of the target.
func (t Target) hides(attribute string) bool {
	return t.Region != "" && t.ProjectID == "" && slices.Contains(ownRegion, attribute)
}

// value returns what the target says about an attribute.
func (t Target) value(attribute string) Value {
	text := map[string]string{"region": t.Region, "project_id": t.ProjectID}[attribute]
	return Value{Text: text, Origin: "the resource", layer: object}
}

// endpointOf returns the URL of the image service in a region: endpoint for the region of the provider configuration, or an
// element of endpoints, or the URL that a file has for the region.
func (r *resolver) endpointOf(s *Settings, own Value) Value {
	if r.in.Target.Region == "" && own.IsSet() {
		return own
	}
	endpoint := r.address("endpoints." + s.Region.Text)
	if !endpoint.IsSet() {
		endpoint = r.checkedAddress("endpoint", r.ofTargetRegion(file, "endpoint"))
	}
	return endpoint.with(apiVersion.ReplaceAllString(endpoint.Text, ""))
}

// domainByDefault returns the default domain of the region of the provider configuration. It records an error if the region of
// the target has another one, because a resource alone must not send the credentials to another cloud. An element of endpoints can
// name that cloud.
func (r *resolver) domainByDefault() Value {
	domain := Value{Text: defaultDomain(r.configuredRegion()), Origin: "the default"}
	region := r.in.Target.Region
	other := defaultDomain(region)
	if region == "" || other == domain.Text || r.invalid["region"] {
		return domain
	}
	endpoint := r.value("endpoints." + region)
	if impliedDomain(endpoint.Text, region) == other {
		return implied(endpoint, "endpoints", region)
	}
	r.fail("region", "Region of another cloud", "No setting names a cloud. The provider logs in to %s by default, but the default of the "+
		"region %s is %s. If one cloud has both regions, set cloud_domain in the provider block. Otherwise, configure another provider "+
		"with an alias for the other cloud.", domain.Text, region, other)
	return domain
}

// hasRegionalProject reports whether a file names the project of the region of the target.
func (r *resolver) hasRegionalProject() bool {
	return r.in.Target.Region != "" && (r.regional["project_id"] != "" || r.regional["project_name"] != "")
}

// inRegion returns the URL of IAM in another region of the same cloud. A URL without a region is that of all regions.
func inRegion(address, region string) string {
	own := impliedRegion(address)
	u, err := url.Parse(address)
	if own == "" || err != nil {
		return address
	}
	u.Host = strings.Replace(strings.ToLower(u.Host), "."+own+".", "."+region+".", 1)
	return u.String()
}

// checkTarget records an error if the login is valid for the project of the provider configuration only.
func (r *resolver) checkTarget(s *Settings) {
	isBound := s.Login.returnsProject && (!s.Login.scopedToProject || s.Login.worksOnce) && !s.Role.IsSet()
	if r.in.Target == (Target{}) || !isBound {
		return
	}
	attribute, other := "project_id", "project "+r.in.Target.ProjectID
	if r.in.Target.Region != "" {
		attribute, other = "region", "region "+r.in.Target.Region
	}
	login, reusable := s.Login.Method+", which", "a user name and password"
	if s.Login.worksOnce {
		login, reusable = "a passcode. Because a passcode works only once, the login", "a user name and password without a passcode"
	}
	r.fail(attribute, "Login is valid for one project only", "The provider logs in with %s is valid for one project of one region. "+
		"To use the %s, log in with an access key, %s, a web identity, or the agency of a cloud server, "+
		"or configure another provider with an alias for it.", login, other, reusable)
}

// SharesLogin reports whether one login is valid for all regions and projects that the provider can use. Otherwise each
// project has a login of its own.
func (s *Settings) SharesLogin() bool { return !s.Login.scopedToProject || s.Role.IsSet() }

// HasCredentialsOf reports whether these are the credentials of other settings, of another region or project: the user or key,
// its secrets, and the role. A file can have credentials for one region.
func (s *Settings) HasCredentialsOf(other *Settings) bool {
	return s.Login.Method == other.Login.Method && s.Login.Identity == other.Login.Identity &&
		s.Login.account == other.Login.account && slices.Equal(s.Login.secrets, other.Login.secrets) && s.Role == other.Role
}
