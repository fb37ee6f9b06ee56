// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"strings"
)

// profileMethod signs requests with the access key of a profile of the vendor's command line tool (KooCLI, hcloud).
func profileMethod() method {
	selectors := []string{"profile", "shared_config_file"}
	return method{
		name:       "profile of the command line tool",
		attributes: append([]string{"access_key", "secret_key", "security_token"}, selectors...),
		selectedBy: selectors,
		exportedAs: selectors,
		readFile:   readProfile,
		resolve:    resolveProfile,
	}
}

func resolveProfile(r *resolver, s *Settings) Login {
	if r.invalid["profile"] {
		return Login{}
	}
	login := resolveAccessKey(r, s)
	login.advice = "The access key of the profile was rejected. KooCLI encrypts keys by default, and the provider cannot decrypt them: " +
		"run \"hcloud configure set --cli-auth-encrypt=false\" and set the keys again. Also check that the keys are still valid, and " +
		"that the clock of this machine is correct to within 15 minutes."
	return login
}

// profile is a profile in the configuration file of KooCLI.
type profile struct {
	Name string `json:"name"`
	keys
	Region           string `json:"region"`
	ProjectID        string `json:"projectId"`
	DomainID         string `json:"domainId"`
	AgencyName       string `json:"agencyName"`
	AgencyDomainID   string `json:"agencyDomainId"`
	AgencyDomainName string `json:"agencyDomainName"`
	SSO              struct {
		Token keys `json:"stsToken"`
	} `json:"ssoAuth"`
}

type keys struct {
	AccessKey     string `json:"accessKeyId"`
	SecretKey     string `json:"secretAccessKey"`
	SecurityToken string `json:"securityToken"`
}

// readProfile reads the selected profile, or the current profile of the file if no name is set.
func readProfile(r *resolver) {
	path := r.path("shared_config_file").Text
	if path == "" {
		path = filepath.Join(r.in.Home, ".hcloud", "config.json")
	}
	content, err := r.in.ReadFile(path)
	if err != nil {
		r.failProfile("reading the configuration file of KooCLI: %s", err)
		return
	}
	var saved struct {
		Current  string    `json:"current"`
		Profiles []profile `json:"profiles"`
	}
	if json.Unmarshal(content, &saved) != nil {
		r.failProfile("%s is not a configuration file of KooCLI (invalid JSON)", path)
		return
	}
	name := cmp.Or(r.value("profile").Text, saved.Current)
	names := make([]string, len(saved.Profiles))
	for i, candidate := range saved.Profiles {
		if candidate.Name == name {
			r.useProfile(path, candidate)
			return
		}
		names[i] = candidate.Name
	}
	r.failProfile("%s has no profile %q. It has the profiles: %s", path, name, strings.Join(names, ", "))
}

func (r *resolver) failProfile(format string, args ...any) {
	r.fail("profile", "Invalid profile", "The profile cannot be used: "+format+".", args...)
}

func (r *resolver) useProfile(path string, p profile) {
	if p.AccessKey == "" && p.SecretKey == "" {
		p.keys = p.SSO.Token
	}
	if p.AccessKey == "" || p.SecretKey == "" {
		r.failProfile("the profile %s has no access key and secret key. Use a profile of mode AKSK, or of mode SSO after a login", p.Name)
		return
	}
	r.entryOrigin = path + " (profile " + p.Name + ")"
	r.entry = map[string]string{
		"access_key": p.AccessKey, "secret_key": p.SecretKey, "security_token": p.SecurityToken,
		"region": p.Region, "project_id": p.ProjectID, "domain_id": p.DomainID,
		"assume_role.agency_name": p.AgencyName,
		"assume_role.domain_id":   p.AgencyDomainID, "assume_role.domain_name": p.AgencyDomainName,
	}
}
