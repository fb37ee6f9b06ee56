// SPDX-License-Identifier: MPL-2.0

// Package settings resolves the configuration of the provider from the provider block, files and the environment. It
// returns settings, or problems to show to the user. It makes no API calls and does not depend on Terraform. Every value
// has its origin.
//
// For each attribute, the provider block wins over the selected entry of a file (clouds.yaml, or a profile of the
// vendor's command line tool), which wins over the environment. Each login method is in a file of its own.
package settings

import (
	"fmt"
	"io"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Input is the source of the settings.
type Input struct {
	// Block holds the attributes that the provider block sets, as text, by name. The name of an attribute in a nested
	// object is "object.attribute". An object that is set also has an entry with its own name and any text.
	Block map[string]string

	Getenv   func(name string) string
	ReadFile func(path string) ([]byte, error)
	Home     string // the folder that replaces ~

	// Target is a region or project that replaces those of the provider configuration. The zero value replaces nothing.
	Target Target

	// Secrets receives the secrets to redact. The default is an empty set.
	Secrets *auth.Secrets
}

// Settings is the resolved configuration of the provider.
type Settings struct {
	Region           Value
	CloudDomain      Value // domain in the host names of the cloud; not set if the cloud is not known and has no safe default
	AuthURL          Value // URL of IAM, with the API version; not set if it is not known
	Endpoint         Value // URL of the image service that the user configured
	RegionalEndpoint Value // URL of the image service by region and cloud domain; not set if it does not follow from them
	STSURL           Value // URL of the security token service; not set if it is not known
	ProjectID        Value // project that the user configured; if it is not set, the login or a lookup in IAM returns it
	ProjectName      Value // name to look up the project by; not set with ProjectID
	Login            Login
	Secrets          *auth.Secrets // secrets to redact; logins add the secrets that they receive
	Role             Role

	// HasRegionalProject says that a file names the project of the region of the target, which then need not be called like the region.
	HasRegionalProject bool

	Insecure bool
	CACert   string // a path or PEM text, as are Cert and Key
	Cert     string
	Key      string

	MaxRetries            int
	MaxRequestsPerSecond  float64 // 0 for no limit
	MaxConcurrentRequests int     // 0 for no limit
	BulkReads             bool
	PlanChecks            bool
}

// Limits of the settings that are numbers.
const (
	MaxMaxRetries          = 100
	MinRoleDuration        = 900   // seconds
	MaxRoleDuration        = 86400 // seconds
	MaxTrustAgencyDuration = 43200 // seconds
	DefaultRoleDuration    = 3600  // seconds

	// DefaultMetadataURL is the URL of the metadata service on the machines of the clouds.
	DefaultMetadataURL = "http://169.254.169.254"
)

// Problem is an error in the configuration, or a warning.
type Problem struct {
	Attribute string // the attribute that caused the problem, named as in [Input.Block]; may be empty
	Summary   string
	Detail    string
	Warning   bool
}

// Resolve returns the settings and the problems found. If one of the problems is an error, the settings are unusable.
func Resolve(in Input) (*Settings, []Problem) {
	r := &resolver{in: in, invalid: make(map[string]bool)}
	s := &Settings{Secrets: in.Secrets}
	if s.Secrets == nil {
		s.Secrets = auth.NewSecrets()
	}
	r.chooseLogin(s)
	r.addresses(s)
	s.Role = r.role(s)
	r.project(s)
	r.completeLogin(s)
	r.checkTarget(s)
	r.checkAddress(s)
	r.checkProject(s)
	r.connection(s)
	r.reportIncomplete()
	return s, r.problems
}

// connection resolves the settings of TLS, retries and rate limits.
func (r *resolver) connection(s *Settings) {
	s.Insecure = r.boolean("insecure", false)
	s.CACert = r.path("cacert_file").Text
	s.Cert, s.Key = r.path("cert").Text, r.path("key").Text
	if (s.Cert == "") != (s.Key == "") {
		r.addIncomplete(nil, "Only one of cert and key is set: set both, or remove the one that is set.")
	}
	s.MaxRetries = r.integer("max_retries", ims.DefaultMaxRetries, 0, MaxMaxRetries)
	s.BulkReads = r.boolean("bulk_reads", true)
	s.PlanChecks = r.boolean("plan_checks", !r.value("passcode").IsSet()) // a check would use the passcode of the apply up
	s.MaxRequestsPerSecond = r.decimal("max_requests_per_second")
	s.MaxConcurrentRequests = r.integer("max_concurrent_requests", 0, 0, 1<<20)
}

// Summary returns the resolved settings and their origins on one line. It contains no secret.
func (s *Settings) Summary() string {
	line := "login: " + s.Login.String()
	if s.Role.IsSet() {
		line += "; role: " + s.Role.String()
	}
	return line + "; " + s.Target()
}

// Target returns the region, the URLs and the project that requests are sent to, with their origins, on one line.
func (s *Settings) Target() string {
	var parts []string
	for _, shown := range []struct {
		name  string
		value Value
	}{
		{"region", s.Region},
		{"cloud_domain", s.CloudDomain},
		{"auth_url", s.AuthURL},
		{"endpoint", s.Endpoint},
		{"project_id", s.ProjectID},
		{"project_name", s.ProjectName},
	} {
		if shown.value.IsSet() {
			parts = append(parts, shown.name+" "+shown.value.String())
		}
	}
	return strings.Join(parts, "; ")
}

// Format prints no secret, with any verb.
func (s Settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "settings (hidden)") }
