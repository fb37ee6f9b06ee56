package provider

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	defaultCloudDomain = "myhuaweicloud.com"
	maxMaxRetries      = 100
)

var (
	projectIDPattern = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)
	hostNamePattern  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
)

// providerModel is the configuration of the provider as it is written.
type providerModel struct {
	Endpoint      types.String `tfsdk:"endpoint"`
	Region        types.String `tfsdk:"region"`
	CloudDomain   types.String `tfsdk:"cloud_domain"`
	ProjectID     types.String `tfsdk:"project_id"`
	Token         types.String `tfsdk:"token"`
	AccessKey     types.String `tfsdk:"access_key"`
	SecretKey     types.String `tfsdk:"secret_key"`
	SecurityToken types.String `tfsdk:"security_token"`
	Insecure      types.Bool   `tfsdk:"insecure"`
	CACertFile    types.String `tfsdk:"cacert_file"`
	MaxRetries    types.Int64  `tfsdk:"max_retries"`
}

// settings is the configuration of the provider once the environment and the defaults have filled its gaps. It is
// never printed.
type settings struct {
	endpoint      string
	projectID     string
	token         string
	accessKey     string
	secretKey     string
	securityToken string
	insecure      bool
	caCert        string
	maxRetries    int
}

// secrets returns what may never be shown.
func (s settings) secrets() []string {
	return slices.DeleteFunc([]string{s.token, s.accessKey, s.secretKey, s.securityToken}, func(secret string) bool {
		return secret == ""
	})
}

// redact hides the secrets in a text.
func (s settings) redact(text string) string {
	for _, secret := range s.secrets() {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// hasUnknown reports whether a setting that a call needs is not known yet. Nothing may fall back to the environment
// then: the value that is still to come wins over it.
func (m providerModel) hasUnknown() bool {
	needed := []attr.Value{
		m.Endpoint, m.ProjectID, m.Token, m.AccessKey, m.SecretKey, m.SecurityToken, m.Insecure, m.CACertFile, m.MaxRetries,
	}
	if m.Endpoint.ValueString() == "" {
		needed = append(needed, m.Region, m.CloudDomain)
	}
	for _, value := range needed {
		if value.IsUnknown() {
			return true
		}
	}
	return false
}

// resolver turns a model into settings and collects what is wrong with it.
type resolver struct {
	model    providerModel
	getenv   func(string) string
	diags    diag.Diagnostics
	problems []string // what is missing or contradicts, for one error
}

// resolve fills the gaps of a model from the environment and checks the result.
func (m providerModel) resolve(getenv func(string) string) (settings, diag.Diagnostics) {
	r := &resolver{model: m, getenv: getenv}
	s := settings{
		endpoint:   r.endpoint(),
		projectID:  r.projectID(),
		insecure:   r.boolean("insecure", m.Insecure),
		caCert:     r.text("cacert_file", m.CACertFile),
		maxRetries: r.number("max_retries", m.MaxRetries, ims.DefaultMaxRetries),
	}
	r.credentials(&s)

	if len(r.problems) > 0 {
		r.diags.AddError("Incomplete provider configuration", "The provider \"ims\" cannot call the service yet:\n\n"+
			"  - "+strings.Join(r.problems, "\n  - ")+
			"\n\nSet what is missing in the provider block or in the environment, and leave out what contradicts.")
	}
	return s, r.diags
}

// text returns a setting from the configuration or else from the environment.
func (r *resolver) text(attribute string, configured types.String) string {
	if value := configured.ValueString(); value != "" {
		return value
	}
	value, _ := r.lookup(attribute)
	return value
}

// lookup returns the first variable of an attribute that is set, and its name.
func (r *resolver) lookup(attribute string) (value, name string) {
	for _, name := range environment[attribute] {
		if value := r.getenv(name); value != "" {
			return value, name
		}
	}
	return "", ""
}

func (r *resolver) boolean(attribute string, configured types.Bool) bool {
	if !configured.IsNull() {
		return configured.ValueBool()
	}
	value, name := r.lookup(attribute)
	if value == "" {
		return false
	}
	parsed, err := strconv.ParseBool(value)
	if err != nil {
		r.attributeError(attribute, "Invalid "+attribute, fmt.Sprintf("%s is %q, which is neither true nor false.", name, value))
	}
	return parsed
}

func (r *resolver) number(attribute string, configured types.Int64, fallback int) int {
	if !configured.IsNull() {
		return int(configured.ValueInt64())
	}
	value, name := r.lookup(attribute)
	if value == "" {
		return fallback
	}
	parsed, err := strconv.Atoi(value)
	if err != nil || parsed < 0 || parsed > maxMaxRetries {
		r.attributeError(attribute, "Invalid "+attribute,
			fmt.Sprintf("%s is %q, which is not a whole number from 0 to %d.", name, value, maxMaxRetries))
	}
	return parsed
}

func (r *resolver) attributeError(attribute, summary, detail string) {
	r.diags.AddAttributeError(path.Root(attribute), summary, detail)
}

// missing notes a setting that is needed and not there.
func (r *resolver) missing(attribute, what string) {
	r.problems = append(r.problems, fmt.Sprintf("%s is missing: set %s, or one of the environment variables %s.",
		what, attribute, strings.Join(environment[attribute], ", ")))
}

// endpoint returns the URL of the service, given or built.
func (r *resolver) endpoint() string {
	endpoint := r.text("endpoint", r.model.Endpoint)
	if endpoint == "" {
		return r.builtEndpoint()
	}
	u, err := ims.ParseEndpoint(endpoint)
	if err != nil {
		r.attributeError("endpoint", "Invalid endpoint", fmt.Sprintf(
			"The endpoint cannot be used: %s.\n\nIt comes from the provider block or from %s.",
			err, strings.Join(environment["endpoint"], ", ")))
		return ""
	}
	if u.Scheme == "http" && !isLoopback(u) {
		r.diags.AddAttributeWarning(path.Root("endpoint"), "Endpoint without encryption", fmt.Sprintf(
			"The endpoint %s uses plain http: anyone on the way to it can read the credentials and change what is "+
				"written. Use https.", u))
	}
	return endpoint
}

func (r *resolver) builtEndpoint() string {
	region := r.text("region", r.model.Region)
	domain := r.text("cloud_domain", r.model.CloudDomain)
	if domain == "" {
		domain = defaultCloudDomain
	}
	if region == "" {
		r.problems = append(r.problems, fmt.Sprintf("The service's address is missing: set endpoint (environment: %s), or "+
			"region (environment: %s) to use https://ims.{region}.%s.", strings.Join(environment["endpoint"], ", "),
			strings.Join(environment["region"], ", "), domain))
		return ""
	}
	if !hostNamePattern.MatchString(region) {
		r.attributeError("region", "Invalid region",
			fmt.Sprintf("The region %q cannot be part of a host name. A region looks like eu-de or eu-west-101.", region))
		return ""
	}
	if !hostNamePattern.MatchString(domain) {
		r.attributeError("cloud_domain", "Invalid cloud domain",
			fmt.Sprintf("The cloud domain %q is no domain name. It looks like %s or otc.t-systems.com.", domain, defaultCloudDomain))
		return ""
	}
	return "https://ims." + region + "." + domain
}

func isLoopback(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func (r *resolver) projectID() string {
	project := r.text("project_id", r.model.ProjectID)
	if project == "" {
		r.missing("project_id", "The project id")
		return ""
	}
	if !projectIDPattern.MatchString(project) {
		r.attributeError("project_id", "Invalid project id", fmt.Sprintf(
			"The project id %q is not 32 hexadecimal digits. It is shown under \"My Credentials\" in the console, "+
				"and is not the project's name.", project))
	}
	return project
}

// credentials chooses the way to log in: what is configured wins over the environment, a token over keys.
func (r *resolver) credentials(s *settings) {
	configuredToken := r.model.Token.ValueString() != ""
	configuredKeys := r.model.AccessKey.ValueString() != "" || r.model.SecretKey.ValueString() != ""
	switch {
	case configuredToken && configuredKeys:
		r.problems = append(r.problems, "token and access_key or secret_key are both configured: only one way to log in can be used.")
	case configuredToken:
		s.token = r.model.Token.ValueString()
	case configuredKeys:
		r.keys(s)
	default:
		if s.token, _ = r.lookup("token"); s.token == "" {
			r.keys(s)
		}
	}
}

func (r *resolver) keys(s *settings) {
	s.accessKey = r.text("access_key", r.model.AccessKey)
	s.secretKey = r.text("secret_key", r.model.SecretKey)
	s.securityToken = r.model.SecurityToken.ValueString()
	if s.securityToken == "" && r.model.AccessKey.ValueString() == "" {
		// The variable belongs to the access key of the environment, not to a configured one.
		s.securityToken, _ = r.lookup("security_token")
	}

	switch {
	case s.accessKey == "" && s.secretKey == "":
		r.problems = append(r.problems, fmt.Sprintf("The credentials are missing: set token (environment: %s), or "+
			"access_key and secret_key (environment: %s; %s).", strings.Join(environment["token"], ", "),
			strings.Join(environment["access_key"], ", "), strings.Join(environment["secret_key"], ", ")))
	case s.accessKey == "":
		r.missing("access_key", "secret_key is set, but its access key")
	case s.secretKey == "":
		r.missing("secret_key", "access_key is set, but its secret key")
	}
}
