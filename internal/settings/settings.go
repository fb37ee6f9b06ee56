// Package settings resolves what people configure: it takes the provider block, the environment and the file system, and
// returns settings or problems. It makes no calls and knows nothing of Terraform. Every resolved value knows where it
// was found.
//
// For each attribute the provider block comes first, then the selected entry of a file (clouds.yaml or a profile of the
// vendor's command line tool), then the environment. There is one file for each login method.
package settings

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// Input is what settings are resolved from.
type Input struct {
	// Block holds the attributes that the provider block sets, as text, by name; those of a nested object have its name
	// and a dot before theirs. An object that is written is there under its own name, whatever it holds.
	Block map[string]string

	Getenv   func(name string) string
	ReadFile func(path string) ([]byte, error)
	Home     string // the folder that ~ stands for
}

// Settings is the configuration once files, the environment and the defaults have filled its gaps.
type Settings struct {
	Region      Value
	CloudDomain Value // of the cloud's host names; not set if nothing says which cloud it is and no default is safe
	AuthURL     Value // of IAM, with its version; not set if it is not known
	Endpoint    Value // of the image service, as configured; not set if catalog or region have to tell
	Built       Value // the endpoint by region and cloud domain; not set if the cloud's hosts do not follow the pattern
	STSURL      Value // of the security token service; not set if it is not known
	ProjectID   Value // as configured; not set if the login or a look-up has to tell
	ProjectName Value // to look the project up by; not set with a ProjectID
	Login       Login
	Secrets     *auth.Secrets // may never be shown; logins add what they are given
	Role        Role

	Insecure bool
	CACert   string // a path or PEM text, as are Cert and Key
	Cert     string
	Key      string

	MaxRetries            int
	MaxRequestsPerSecond  float64 // 0 for no limit
	MaxConcurrentRequests int     // 0 for no limit
	BulkReads             bool
}

// Limits of the settings that are numbers.
const (
	MaxMaxRetries       = 100
	MinRoleDuration     = 900   // seconds
	MaxRoleDuration     = 86400 // seconds
	DefaultRoleDuration = 3600  // seconds

	// DefaultMetadataURL is where the clouds' machines find their metadata service.
	DefaultMetadataURL = "http://169.254.169.254"

	defaultMaxRetries = 10
)

// Problem is an error in the configuration, or a warning.
type Problem struct {
	Attribute string // that is to blame, in the form of [Input.Block]; may be empty
	Summary   string
	Detail    string
	Warning   bool
}

// Resolve returns the settings, and what is wrong with them. With an error among the problems the settings are of no use.
func Resolve(in Input) (*Settings, []Problem) {
	r := &resolver{in: in, invalid: make(map[string]bool)}
	s := &Settings{Secrets: auth.NewSecrets()}
	r.chooseLogin(s)
	r.addresses(s)
	s.Role = r.role(s)
	r.project(s)
	r.completeLogin(s)
	r.checkAddress(s)
	r.checkProject(s)
	r.connection(s)
	r.incomplete()
	return s, r.problems
}

// connection resolves how the service is called.
func (r *resolver) connection(s *Settings) {
	s.Insecure = r.boolean("insecure", false)
	s.CACert = r.path("cacert_file").Text
	s.Cert, s.Key = r.path("cert").Text, r.path("key").Text
	if (s.Cert == "") != (s.Key == "") {
		r.lacks(nil, "cert and key belong together, and only one of them is set.")
	}
	s.MaxRetries = r.integer("max_retries", defaultMaxRetries, 0, MaxMaxRetries)
	s.BulkReads = r.boolean("bulk_reads", true)
	s.MaxRequestsPerSecond = r.decimal("max_requests_per_second")
	s.MaxConcurrentRequests = r.integer("max_concurrent_requests", 0, 0, 1<<20)
}

// Summary says in one line what was resolved and where each value comes from. It holds no secret.
func (s *Settings) Summary() string {
	line := "login: " + s.Login.String()
	if s.Role.IsSet() {
		line += "; role: " + s.Role.String()
	}
	return line + "; " + s.Places()
}

// Places says where and for which project the service is called, and where each value comes from.
func (s *Settings) Places() string {
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

// Format hides the secrets, whatever the verb.
func (s Settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "settings (hidden)") }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
