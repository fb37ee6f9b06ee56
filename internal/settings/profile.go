package settings

import (
	"cmp"
	"encoding/json"
	"path/filepath"
	"strings"
)

// profileMethod signs calls with the keys of a profile of the vendor's command line tool (KooCLI, hcloud).
func profileMethod() method {
	selectors := []string{"profile", "shared_config_file"}
	return method{
		name:       "profile of the command line tool",
		attributes: append([]string{"access_key", "secret_key", "security_token"}, selectors...),
		selectedBy: selectors,
		exportedAs: selectors,
		choose:     readProfile,
		resolve:    resolveProfile,
	}
}

func resolveProfile(r *resolver, s *Settings) Login {
	if r.invalid["profile"] {
		return Login{}
	}
	login := resolveAccessKey(r, s)
	login.advice = "IAM does not accept the keys of the profile. The tool encrypts them by default, and encrypted keys are of no use " +
		"here: run \"hcloud configure set --cli-auth-encrypt=false\" and set the keys again. Check also that they are still valid, and " +
		"that the clock of this machine is right to within 15 minutes."
	return login
}

// profile is what a profile of the tool's file holds.
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

// readProfile reads the selected profile. Without a name it is the one that the file says is current.
func readProfile(r *resolver) {
	path := r.path("shared_config_file").Text
	if path == "" {
		path = filepath.Join(r.in.Home, ".hcloud", "config.json")
	}
	content, err := r.in.ReadFile(path)
	if err != nil {
		r.failProfile("reading the profiles: %s", err)
		return
	}
	var saved struct {
		Current  string    `json:"current"`
		Profiles []profile `json:"profiles"`
	}
	if json.Unmarshal(content, &saved) != nil {
		r.failProfile("%s is not the JSON that the command line tool writes", path)
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
	r.failProfile("%s has no profile %q; it has: %s", path, name, strings.Join(names, ", "))
}

func (r *resolver) failProfile(format string, args ...any) {
	r.fail("profile", "Invalid profile", "The profile cannot be used: "+format+".", args...)
}

func (r *resolver) useProfile(path string, p profile) {
	if p.AccessKey == "" && p.SecretKey == "" {
		p.keys = p.SSO.Token
	}
	if p.AccessKey == "" || p.SecretKey == "" {
		r.failProfile("the profile %s has no access key and secret key; only profiles of the mode AKSK, and of the mode SSO after a "+
			"login, do", p.Name)
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
