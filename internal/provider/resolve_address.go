package provider

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const defaultCloudDomain = "myhuaweicloud.com"

var (
	projectIDPattern = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
	hostNamePattern  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
)

// irregularDomains are those of clouds whose hosts do not follow the pattern of the others: they are asked for, not
// guessed. The value says for which services.
var irregularDomains = map[string]struct{ image, identity bool }{
	"sc.otc.t-systems.com":               {image: true, identity: true}, // Swiss Open Telekom Cloud
	"prod-cloud-ocb.orange-business.com": {image: true},                 // Flexible Engine
}

// endpoint returns the URL of the service if it is given.
func (r *resolver) endpoint() string {
	return r.url("endpoint", "Invalid endpoint", r.text("endpoint", r.config.Endpoint))
}

// url checks a URL that credentials are sent to.
func (r *resolver) url(attribute, summary, value string) string {
	if value == "" {
		return ""
	}
	u, err := ims.ParseEndpoint(value)
	if err != nil {
		r.attributeError(attribute, summary, fmt.Sprintf("It cannot be used: %s.\n\nIt comes from the provider block or from %s.",
			err, variables(attribute)))
		return ""
	}
	if u.Scheme == "http" && !isLoopback(u) {
		r.diags.AddAttributeWarning(path.Root(attribute), "Address without encryption", fmt.Sprintf(
			"%s uses plain http: anyone on the way to it can read the credentials and change what is written. Use https.", u))
	}
	return strings.TrimRight(value, "/")
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *resolver) region() string {
	region := r.text("region", r.config.Region)
	if region != "" && !hostNamePattern.MatchString(region) && r.text("endpoint", r.config.Endpoint) == "" {
		r.attributeError("region", "Invalid region",
			fmt.Sprintf("The region %q cannot be part of a host name. A region looks like eu-de or eu-west-101.", region))
	}
	return region
}

func (r *resolver) cloudDomain() string {
	domain := r.text("cloud_domain", r.config.CloudDomain)
	if domain == "" {
		return defaultCloudDomain
	}
	if !hostNamePattern.MatchString(domain) {
		r.attributeError("cloud_domain", "Invalid cloud domain", fmt.Sprintf(
			"The cloud domain %q is no domain name. It looks like %s or otc.t-systems.com.", domain, defaultCloudDomain))
	}
	return domain
}

// authURL returns the URL of IAM with its version, given or built; empty if it is not known.
func (r *resolver) authURL(s settings) string {
	given := cmp.Or(r.config.AuthURL.ValueString(), s.login.cloud.AuthURL, r.text("auth_url", r.config.AuthURL))
	given = r.url("auth_url", "Invalid IAM address", given)
	if given != "" && !strings.HasSuffix(given, "/v3") {
		return given + "/v3"
	}
	if given != "" || s.region == "" || irregularDomains[s.cloudDomain].identity {
		return given
	}
	return "https://iam." + s.region + "." + s.cloudDomain + "/v3"
}

// builtEndpoint returns the URL of the service by region and domain; empty if it is not known.
func (s settings) builtEndpoint() string {
	if s.region == "" || irregularDomains[s.cloudDomain].image {
		return ""
	}
	return "https://ims." + s.region + "." + s.cloudDomain
}

// checkAddress notes that nothing can tell where the service is.
func (r *resolver) checkAddress(s settings) {
	if s.endpoint != "" || s.builtEndpoint() != "" || s.login.way.hasCatalog() {
		return
	}
	if irregularDomains[s.cloudDomain].image {
		r.problem("The service's address is missing: its host does not follow from the region in %s; set endpoint (environment: %s).",
			s.cloudDomain, variables("endpoint"))
		return
	}
	r.problem("The service's address is missing: set endpoint (environment: %s), or region (environment: %s) to use "+
		"https://ims.{region}.%s.", variables("endpoint"), variables("region"), s.cloudDomain)
}

func (r *resolver) projectID() string {
	project := r.text("project_id", r.config.ProjectID)
	if project != "" && !projectIDPattern.MatchString(project) {
		r.attributeError("project_id", "Invalid project id", fmt.Sprintf(
			"The project id %q is not 32 hexadecimal digits. It is shown under \"My Credentials\" in the console, "+
				"and is not the project's name.", project))
	}
	return project
}

// checkProject notes that nothing can tell the project.
func (r *resolver) checkProject(s settings) {
	known := s.projectName != "" || s.region != "" || s.login.way == wayToken
	if s.projectID != "" || s.login.way == wayCloud || known && s.authURL != "" {
		return
	}
	r.problem("The project is missing: set project_id (environment: %s), or project_name (environment: %s) and auth_url (environment: %s) "+
		"to look it up.", variables("project_id"), variables("project_name"), variables("auth_url"))
}
