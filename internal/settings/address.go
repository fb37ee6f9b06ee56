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

// addressSettings are those that say where to call.
var addressSettings = []string{"endpoint", "auth_url", "region", "cloud_domain", "cloud", "profile"}

// addresses resolves which cloud and region is called, and where.
//
// No credential goes to a cloud that nobody named. The highest layer that says which cloud it is decides: by cloud_domain,
// or by an auth_url or an endpoint whose host shows it. An address of a lower layer that belongs to another cloud is
// not used. The default domain is for configurations that say nothing of the cloud.
func (r *resolver) addresses(s *Settings) {
	s.Region = r.region()
	s.Endpoint = r.address("endpoint", "Invalid endpoint")
	s.Endpoint.Text = apiVersion.ReplaceAllString(s.Endpoint.Text, "")
	s.AuthURL = r.address("auth_url", "Invalid IAM address")
	s.CloudDomain = r.cloudDomain(s)
	s.Endpoint, s.AuthURL = s.ofCloud(s.Endpoint), s.ofCloud(s.AuthURL)
	if region := impliedRegion(s.AuthURL.Text); region != "" && !r.invalid["region"] {
		s.Region = s.Region.or(Value{Text: region, Origin: "auth_url from " + s.AuthURL.Origin, layer: s.AuthURL.layer})
	}
	s.AuthURL = s.AuthURL.or(r.build(cloudOf(s.CloudDomain.Text).IAM, s))
	if s.AuthURL.IsSet() && !strings.HasSuffix(s.AuthURL.Text, "/v3") {
		s.AuthURL.Text += "/v3"
	}
	s.Built = r.build(cloudOf(s.CloudDomain.Text).IMS, s)
	s.STSURL = s.ofCloud(r.address("sts_endpoint", "Invalid STS address")).or(r.build("sts.{region}.{domain}", s))
}

// ofCloud returns an address unless it belongs to another cloud than the one that a higher layer names.
func (s *Settings) ofCloud(address Value) Value {
	domain := impliedDomain(address.Text, s.Region.Text)
	if domain != "" && domain != s.CloudDomain.Text && address.layer < s.CloudDomain.layer {
		return Value{}
	}
	return address
}

// build returns the URL of a service by region and cloud domain, not set if they do not tell.
func (r *resolver) build(pattern string, s *Settings) Value {
	return Value{
		Text:   hostURL(pattern, s.Region.Text, s.CloudDomain.Text),
		Origin: "region and cloud_domain",
		layer:  min(s.Region.layer, s.CloudDomain.layer),
	}
}

func (r *resolver) region() Value {
	region := r.value("region")
	if region.IsSet() && !hostNamePattern.MatchString(region.Text) && !r.value("endpoint").IsSet() {
		r.fail("region", "Invalid region", "The region %q (from %s) cannot be part of a host name. A region looks like eu-de or eu-west-101.",
			region.Text, region.Origin)
		return Value{}
	}
	return region
}

// cloudDomain returns the domain of the cloud, not set if a setting names a cloud whose domain is not known.
func (r *resolver) cloudDomain(s *Settings) Value {
	for _, l := range layers {
		if domain := r.at(l, "cloud_domain"); domain.IsSet() {
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
	return Value{Text: defaultDomain(s.Region.Text), Origin: "the default"}
}

func implied(address Value, attribute, region string) Value {
	domain := address.with(impliedDomain(address.Text, region))
	domain.Origin = attribute + " from " + address.Origin
	return domain
}

func (r *resolver) checkDomain(domain Value) Value {
	if !hostNamePattern.MatchString(domain.Text) || !strings.Contains(domain.Text, ".") {
		r.fail("cloud_domain", "Invalid cloud domain", "The cloud domain %q (from %s) is no domain name. It looks like %s or "+
			"otc.t-systems.com.",
			domain.Text, domain.Origin, DefaultCloudDomain)
		return Value{}
	}
	return domain.with(strings.ToLower(domain.Text))
}

// address returns a URL that credentials are sent to, not set if there is none or if it cannot be used.
func (r *resolver) address(attribute, summary string) Value {
	v := r.value(attribute)
	if !v.IsSet() {
		return v
	}
	u, err := ims.ParseEndpoint(v.Text)
	if err != nil {
		r.fail(attribute, summary, "It cannot be used: %s.\n\nIt comes from %s. It can be set with "+
			"%s%s.", err, v.Origin, attribute, orVariables(attribute))
		return Value{}
	}
	if u.Scheme == "http" && !isLoopback(u) {
		r.warn(attribute, "Address without encryption",
			"%s (from %s) uses plain http: anyone on the network path can read the credentials and change what is written. Use "+
				"https.", u, v.Origin)
	}
	return v.with(strings.TrimRight(v.Text, "/"))
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// checkAddress notes that nothing can tell where the service is.
func (r *resolver) checkAddress(s *Settings) {
	if s.Endpoint.IsSet() || s.Built.IsSet() {
		return
	}
	if s.CloudDomain.IsSet() && !s.Region.IsSet() && !s.AuthURL.IsSet() {
		r.lacks(addressSettings, "The service's address is missing: set endpoint (environment: %s), or region (environment: %s) to use "+
			"https://ims.{region}.%s.", listed("endpoint"), listed("region"), s.CloudDomain.Text)
		return
	}
	if s.AuthURL.IsSet() { // the catalog tells
		return
	}
	r.lacks(addressSettings, "The service's address is missing, because nothing says which cloud it is in: set endpoint (environment: "+
		"%s), "+
		"or cloud_domain (environment: %s).", listed("endpoint"), listed("cloud_domain"))
}

// needAuthURL notes that IAM has to be called and nothing says where it is.
func (r *resolver) needAuthURL(s *Settings) {
	if s.AuthURL.IsSet() {
		return
	}
	r.lacks(addressSettings, "The address of IAM, which does not follow from the other settings, is missing: set auth_url%s.",
		orVariables("auth_url"))
}
