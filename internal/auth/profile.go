package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Profile is what a profile of the vendor's command line tool (hcloud) holds.
type Profile struct {
	Name          string `json:"name"`
	Mode          string `json:"mode"` // AKSK, or another that has no keys in the file
	AccessKey     string `json:"accessKeyId"`
	SecretKey     string `json:"secretAccessKey"`
	SecurityToken string `json:"securityToken"`
	Region        string `json:"region"`
	ProjectID     string `json:"projectId"`
}

// Format hides the keys, whatever the verb.
func (p Profile) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "profile (hidden)") }

// ReadProfile reads a profile of the tool's file. An empty name is the one that the file says is current; an empty path
// is .hcloud/config.json in home.
func ReadProfile(path, home, name string) (Profile, error) {
	if path == "" {
		path = filepath.Join(home, ".hcloud", "config.json")
	}
	if rest, found := strings.CutPrefix(path, "~/"); found {
		path = filepath.Join(home, rest)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the path is the person's own
	if err != nil {
		return Profile{}, fmt.Errorf("reading the profiles: %w", err)
	}
	var file struct {
		Current  string    `json:"current"`
		Profiles []Profile `json:"profiles"`
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return Profile{}, fmt.Errorf("%s is not the JSON that the command line tool writes", path)
	}
	if name == "" {
		name = file.Current
	}
	names := make([]string, len(file.Profiles))
	for i, profile := range file.Profiles {
		if profile.Name == name {
			return profile.check()
		}
		names[i] = profile.Name
	}
	return Profile{}, fmt.Errorf("%s has no profile %q; it has: %s", path, name, strings.Join(names, ", "))
}

func (p Profile) check() (Profile, error) {
	if p.AccessKey == "" || p.SecretKey == "" {
		return Profile{}, errors.New("the profile " + p.Name + " has no access key and secret key; only profiles of the mode AKSK do")
	}
	return p, nil
}
