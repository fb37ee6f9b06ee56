package provider

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// defaultMetadataURL is where the clouds' machines find their metadata service.
const defaultMetadataURL = "http://169.254.169.254"

const (
	maxMaxRetries       = 100
	defaultRoleDuration = 3600  // seconds
	maxRoleDuration     = 86400 // seconds
	minRoleDuration     = 900   // seconds
)

// resolver turns a configuration into settings and collects what is wrong with it.
type resolver struct {
	config   configuration
	getenv   func(string) string
	diags    diag.Diagnostics
	problems []string // what is missing or contradicts, for one error
}

// resolve fills the gaps of a configuration from the environment and checks the result.
func (c configuration) resolve(getenv func(string) string) (settings, diag.Diagnostics) {
	r := &resolver{config: c, getenv: getenv}
	s := settings{
		endpoint:    r.endpoint(),
		region:      r.region(),
		cloudDomain: r.cloudDomain(),
		projectID:   r.projectID(),
		projectName: r.text("project_name", c.ProjectName),
		login:       r.login(),
		role:        r.role(),
		insecure:    r.boolean("insecure", c.Insecure, false),
		caCert:      r.text("cacert_file", c.CACertFile),
		cert:        r.text("cert", c.Cert),
		key:         r.text("key", c.Key),
		perSecond:   c.MaxRequestsPerSecond.ValueFloat64(),
		bulkReads:   r.boolean("bulk_reads", c.BulkReads, true),
		concurrent:  int(c.MaxConcurrentRequests.ValueInt64()),
		maxRetries:  r.number("max_retries", c.MaxRetries, ims.DefaultMaxRetries, 0, maxMaxRetries),
	}
	r.load(&s)
	s.authURL = r.authURL(s)
	s.metadataURL = cmp.Or(r.getenv("IMS_METADATA_ENDPOINT"), defaultMetadataURL)
	r.checkLogin(s)
	r.checkAddress(s)
	r.checkProject(s)
	if (s.cert == "") != (s.key == "") {
		r.problem("cert and key belong together, and only one of them is set.")
	}

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

func (r *resolver) boolean(attribute string, configured types.Bool, fallback bool) bool {
	if !configured.IsNull() {
		return configured.ValueBool()
	}
	value, name := r.lookup(attribute)
	if value == "" {
		return fallback
	}
	parsed, err := strconv.ParseBool(value)
	if err != nil {
		r.attributeError(attribute, "Invalid "+attribute, fmt.Sprintf("%s is %q, which is neither true nor false.", name, value))
	}
	return parsed
}

func (r *resolver) number(attribute string, configured types.Int64, fallback, low, high int) int {
	if !configured.IsNull() {
		return int(configured.ValueInt64())
	}
	value, name := r.lookup(attribute)
	if value == "" {
		return fallback
	}
	parsed, err := strconv.Atoi(value)
	if err != nil || parsed < low || parsed > high {
		r.attributeError(attribute, "Invalid "+attribute,
			fmt.Sprintf("%s is %q, which is not a whole number from %d to %d.", name, value, low, high))
	}
	return parsed
}

func (r *resolver) attributeError(attribute, summary, detail string) {
	at := path.Root(attribute)
	if object, name, nested := strings.Cut(attribute, "."); nested {
		at = path.Root(object).AtName(name)
	}
	r.diags.AddAttributeError(at, summary, detail)
}

func (r *resolver) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// missing notes a setting that is needed and not there.
func (r *resolver) missing(attribute, what string) {
	r.problem("%s is missing: set %s, or one of the environment variables %s.", what, attribute, variables(attribute))
}

func variables(attribute string) string { return strings.Join(environment[attribute], ", ") }

// role returns the agency whose rights are to be taken over, if any.
func (r *resolver) role() role {
	configured := r.config.role
	agency := role{
		agencyName: r.text("assume_role.agency_name", configured.AgencyName),
		domainName: r.text("assume_role.domain_name", configured.DomainName),
		domainID:   r.text("assume_role.domain_id", configured.DomainID),
	}
	if agency.agencyName == "" {
		if !r.config.AssumeRole.IsNull() {
			r.missing("assume_role.agency_name", "The name of the agency")
		}
		return role{}
	}
	seconds := r.number("assume_role.duration", configured.Duration, defaultRoleDuration, minRoleDuration, maxRoleDuration)
	agency.duration = time.Duration(seconds) * time.Second
	if agency.domainName == "" && agency.domainID == "" {
		r.problem("The account of the agency is missing: set domain_name or domain_id of assume_role (environment: %s; %s).",
			variables("assume_role.domain_name"), variables("assume_role.domain_id"))
	}
	return agency
}

// home is the person's folder.
func (r *resolver) home() string {
	if home := r.getenv("HOME"); home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}
