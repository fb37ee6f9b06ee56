// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var (
	hostNamePattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	apiVersion      = regexp.MustCompile(`/v[12]$`)
)

// addressSettings are the attributes that the endpoints follow from.
var addressSettings = []string{"endpoint", "auth_url", "region", "cloud_domain", "cloud", "profile"}

// addresses resolves the region, the cloud, and the URLs of IMS, IAM and STS.
//
// Credentials are only sent to a cloud that the configuration names. The highest layer that names a cloud decides, with
// cloud_domain or with an auth_url or endpoint whose host shows the cloud. A URL of another cloud in a lower layer is
// ignored, and so is an auth_url whose host shows no cloud. The default domain is used if no layer names a cloud. In the
// environment, OS_AUTH_URL and HW_CLOUD can be of different clouds: then that of the credential is used, or else HW_CLOUD.
func (r *resolver) addresses(s *Settings) {
	s.Region = r.region()
	own := r.ownEndpoint()
	s.Endpoint = own
	s.AuthURL = r.address("auth_url")
	s.CloudDomain = r.cloudDomain(s)
	if r.in.Target.Region != "" {
		s.AuthURL.Text = inRegion(s.AuthURL.Text, r.in.Target.Region)
	}
	s.Endpoint = s.ofCloud(own) // which decides about auth_url
	s.AuthURL = s.inDomain(s.ofCloud(s.AuthURL))
	if region := impliedRegion(s.AuthURL.Text); region != "" && !r.invalid["region"] {
		s.Region = s.Region.or(Value{Text: region, Origin: "auth_url from " + s.AuthURL.Origin, layer: s.AuthURL.layer})
	}
	s.Endpoint = s.ofCloud(r.endpointOf(s, s.ofCloud(own)))
	s.AuthURL = s.AuthURL.or(r.build(cloudOf(s.CloudDomain.Text).IAM, s))
	if s.AuthURL.IsSet() && !strings.HasSuffix(s.AuthURL.Text, "/v3") {
		s.AuthURL.Text += "/v3"
	}
	s.RegionalEndpoint = r.build(cloudOf(s.CloudDomain.Text).IMS, s)
	s.STSURL = s.ofCloud(r.address("sts_endpoint")).or(r.build("sts.{region}.{domain}", s))
}

// ofCloud returns a URL, or an unset value if a higher layer names another cloud than that of the URL.
func (s *Settings) ofCloud(address Value) Value {
	domain := impliedDomain(address.Text, s.Region.Text)
	if domain != "" && domain != s.CloudDomain.Text && address.layer < s.CloudDomain.layer {
		return Value{}
	}
	return address
}

// inDomain returns an auth_url, or an unset value if a higher layer names a cloud whose domain the host is not in. The
// variables of auth_url are those of other tools, so that they may be set for any OpenStack cloud. Those of the other URLs
// are of this provider only.
func (s *Settings) inDomain(authURL Value) Value {
	isOutside := authURL.layer < s.CloudDomain.layer && !isInDomain(authURL.Text, s.CloudDomain.Text)
	if isOutside || areOfTwoClouds(authURL, s.CloudDomain) {
		return Value{}
	}
	return authURL
}

func isInDomain(address, domain string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.HasSuffix(strings.ToLower(u.Hostname()), "."+strings.ToLower(domain))
}

// build returns the URL of a service in the region and cloud domain. It is not set if one of them is not known, or if the
// region would make it the URL of another host.
func (r *resolver) build(pattern string, s *Settings) Value {
	if !hostNamePattern.MatchString(s.Region.Text) {
		return Value{}
	}
	return Value{
		Text:   hostURL(pattern, s.Region.Text, s.CloudDomain.Text),
		Origin: "region and cloud_domain",
		layer:  min(s.Region.layer, s.CloudDomain.layer),
	}
}

// region returns the region. With an endpoint, the region of the provider configuration can have any name.
func (r *resolver) region() Value {
	region := r.value("region")
	isPartOfHost := r.in.Target.Region != "" || !r.value("endpoint").IsSet()
	if region.IsSet() && isPartOfHost && !hostNamePattern.MatchString(region.Text) {
		r.fail("region", "Invalid region", "The region %q (from %s) cannot be part of a host name. Set region to a value such as eu-de "+
			"or eu-west-101.", region.Text, region.Origin)
		return Value{}
	}
	return region
}

// cloudDomain returns the domain of the cloud. It is not set if a setting names a cloud whose domain is not known.
func (r *resolver) cloudDomain(s *Settings) Value {
	for _, l := range layers {
		if domain := r.domainAt(l, s.AuthURL); domain.IsSet() {
			return r.checkDomain(domain)
		}
		if s.AuthURL.IsSet() && s.AuthURL.layer == l {
			return implied(s.AuthURL, "auth_url", s.Region.Text)
		}
		if s.Endpoint.IsSet() && s.Endpoint.layer == l {
			if domain := implied(s.Endpoint, "endpoint", s.Region.Text); domain.IsSet() {
				return domain
			}
		}
	}
	if s.Endpoint.IsSet() || r.invalid["endpoint"] || r.invalid["auth_url"] {
		return Value{}
	}
	return r.domainByDefault()
}

func implied(address Value, attribute, region string) Value {
	domain := address.with(impliedDomain(address.Text, region))
	domain.Origin = attribute + " from " + address.Origin
	return domain
}

func (r *resolver) checkDomain(domain Value) Value {
	if !hostNamePattern.MatchString(domain.Text) || !strings.Contains(domain.Text, ".") {
		r.fail("cloud_domain", "Invalid cloud domain", "The cloud domain %q (from %s) is not a domain name. Set cloud_domain to a value "+
			"such as %s or otc.t-systems.com.", domain.Text, domain.Origin, DefaultCloudDomain)
		return Value{}
	}
	return domain.with(strings.ToLower(domain.Text))
}

// ownEndpoint returns the URL of the image service in the region of the provider configuration: endpoint, or the element of
// endpoints.
func (r *resolver) ownEndpoint() Value {
	endpoint := r.address("endpoint")
	if !endpoint.IsSet() && !r.invalid["endpoint"] {
		endpoint = r.address("endpoints." + r.configuredRegion())
	}
	return endpoint.with(apiVersion.ReplaceAllString(endpoint.Text, ""))
}

// configuredRegion returns the region of the provider configuration, also for a target. It is empty if none is set.
func (r *resolver) configuredRegion() string {
	for _, l := range []layer{block, file, environment} {
		if region := r.at(l, "region"); region.IsSet() {
			return region.Text
		}
	}
	return ""
}

// address returns a URL that credentials are sent to. It is not set if the attribute is not set or invalid.
func (r *resolver) address(attribute string) Value {
	return r.checkedAddress(attribute, r.value(attribute))
}

// checkedAddress returns the URL if it is valid. It warns of one without encryption.
func (r *resolver) checkedAddress(attribute string, v Value) Value {
	valid, u := r.parsed(attribute, v)
	if u != nil && u.Scheme == "http" && !isLoopback(u) {
		r.warn(attribute, "Unencrypted URL", "%s (from %s) uses http. Anyone on the network path can read the credentials and change "+
			"requests. Set %s to an https URL.", u, v.Origin, attribute)
	}
	return valid
}

// parsed returns the URL if it is valid, without slashes at its end. The parsed URL is nil if it is not set or invalid.
func (r *resolver) parsed(attribute string, v Value) (Value, *url.URL) {
	if !v.IsSet() {
		return v, nil
	}
	u, err := ims.ParseEndpoint(v.Text)
	if err != nil {
		r.fail(attribute, "Invalid "+attribute, "The URL (from %s) cannot be used: %s.\n\nSet %s.",
			v.Origin, err, attributeOrVariables(attribute))
		return Value{}, nil
	}
	return v.with(strings.TrimRight(v.Text, "/")), u
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// checkAddress records an error if neither the settings nor the service catalog of IAM can provide the endpoint.
func (r *resolver) checkAddress(s *Settings) {
	if s.Endpoint.IsSet() || s.RegionalEndpoint.IsSet() {
		return
	}
	if s.CloudDomain.IsSet() && !s.Region.IsSet() && !s.AuthURL.IsSet() {
		r.addIncomplete(addressSettings, "The endpoint of the image service is missing: set endpoint (environment: %s), or set region "+
			"(environment: %s) to use https://ims.{region}.%s.", listed("endpoint"), listed("region"), s.CloudDomain.Text)
		return
	}
	if s.AuthURL.IsSet() { // the service catalog of IAM has the endpoint
		return
	}
	if region := r.in.Target.Region; region != "" {
		r.addIncomplete(addressSettings, "The endpoint of the image service in the region %s is not known: add the region to endpoints in the "+
			"provider block.", region)
		return
	}
	r.addIncomplete(addressSettings, "The endpoint of the image service is missing, and the cloud is not known: set endpoint "+
		"(environment: %s) or cloud_domain (environment: %s).", listed("endpoint"), listed("cloud_domain"))
}

// requireAuthURL records an error if the URL of IAM is not known.
func (r *resolver) requireAuthURL(s *Settings) {
	if s.AuthURL.IsSet() {
		return
	}
	if ignored := r.value("auth_url"); ignored.IsSet() {
		r.addIncomplete(addressSettings, "The URL of IAM is missing: auth_url from %s is not used, because it is not a URL of the cloud %s. "+
			"Set region (environment: %s) to use the IAM of that cloud, or set auth_url in the provider block.",
			ignored.Origin, s.CloudDomain, listed("region"))
		return
	}
	r.addIncomplete(addressSettings, "The URL of IAM is missing and does not follow from the other settings: set auth_url%s.%s",
		orVariables("auth_url"), r.unread("auth_url"))
}
