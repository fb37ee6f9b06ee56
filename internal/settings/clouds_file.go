// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cloudKeys maps the keys of an entry to attributes. If several keys of one attribute are set, the first is used. Keys of the
// section auth can also be outside of it. The order is that of openstacksdk: it prefers auth for some keys, and not for others.
var cloudKeys = []struct{ attribute, key string }{
	{"auth_url", "auth.auth_url"},
	{"auth_url", "auth_url"},
	{"user_name", "auth.username"},
	{"user_name", "auth.user_name"},
	{"user_name", "username"},
	{"user_name", "user_name"},
	{"user_id", "auth.user_id"},
	{"user_id", "user_id"},
	{"password", "auth.password"},
	{"password", "password"},
	{"passcode", "passcode"},
	{"passcode", "auth.passcode"},
	{"domain_name", "user_domain_name"},
	{"domain_name", "auth.user_domain_name"},
	{"domain_name", "domain_name"},
	{"domain_name", "auth.domain_name"},
	{"domain_id", "user_domain_id"},
	{"domain_id", "auth.user_domain_id"},
	{"domain_id", "domain_id"},
	{"domain_id", "auth.domain_id"},
	{"default_domain", "auth.default_domain"},
	{"project_id", "project_id"},
	{"project_id", "auth.project_id"},
	{"project_id", "tenant_id"},
	{"project_id", "auth.tenant_id"},
	{"project_name", "project_name"},
	{"project_name", "auth.project_name"},
	{"project_name", "tenant_name"},
	{"project_name", "auth.tenant_name"},
	{"project_domain_name", "project_domain_name"},
	{"project_domain_name", "auth.project_domain_name"},
	{"project_domain_id", "project_domain_id"},
	{"project_domain_id", "auth.project_domain_id"},
	{"token", "token"},
	{"token", "auth.token"},
	{"token", "auth_token"},
	{"token", "auth.auth_token"},
	{"access_key", "auth.ak"},
	{"access_key", "auth.access_key"},
	{"secret_key", "auth.sk"},
	{"secret_key", "auth.secret_key"},
	{"security_token", "auth.security_token"},
	{"application_credential_id", "auth.application_credential_id"},
	{"application_credential_id", "application_credential_id"},
	{"application_credential_name", "auth.application_credential_name"},
	{"application_credential_name", "application_credential_name"},
	{"application_credential_secret", "auth.application_credential_secret"},
	{"application_credential_secret", "application_credential_secret"},
	{"assume_role.agency_name", "auth.agency_name"},
	{"assume_role.domain_name", "auth.agency_domain_name"},
	{"delegated_project", "auth.delegated_project"},
	{"region", "region_name"},
	{"endpoint", "ims_endpoint_override"},
	{"endpoint", "image_endpoint_override"},
	{"cacert_file", "cacert"},
	{"cert", "cert"},
	{"key", "key"},
}

// readClouds returns the values of an entry by attribute, and the origin to show for them. Values of secure.yaml win over
// the entry, which wins over clouds-public.yaml.
func (r *resolver) readClouds(name string) (entry map[string]string, origin string, err error) {
	path, clouds, err := r.findClouds()
	if err != nil {
		return nil, "", err
	}
	found, ok := clouds[name].(tree)
	if !ok {
		return nil, "", fmt.Errorf("%s has no cloud %q. It has the clouds: %s", path, name, names(clouds))
	}
	secure := r.expand(r.value("secure_file").Text)
	if secure == "" {
		secure = filepath.Join(filepath.Dir(path), "secure.yaml")
	}
	above, err := r.readTree(secure, "clouds", r.value("secure_file").IsSet())
	if err != nil {
		return nil, "", err
	}
	if hidden, ok := above[name].(tree); ok {
		found = merged(found, hidden)
	}
	if found, err = r.withVendor(found, filepath.Dir(path)); err != nil {
		return nil, "", err
	}
	if found, err = r.withRegion(found); err != nil {
		return nil, "", err
	}
	attributes := found.attributes()
	if _, ok := found["auth"].(tree); !ok && (found["auth"] != nil || attributes["auth_url"] == "") {
		return nil, "", errors.New("the entry has no auth section, or the section is not a mapping")
	}
	return attributes, path + " (cloud " + name + ")", nil
}

// findClouds reads the clouds.yaml that is configured, or else the first that exists in the current folder, in the
// configuration folder of the user, and in /etc.
func (r *resolver) findClouds() (path string, clouds tree, err error) {
	paths := r.cloudsPaths("clouds.yaml")
	if named := r.value("clouds_file"); named.IsSet() {
		paths = []string{r.expand(named.Text)}
	}
	for _, path := range paths {
		clouds, err = r.readTree(path, "clouds", true)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return path, clouds, err
	}
	return "", nil, fmt.Errorf("clouds.yaml not found at %s", strings.Join(paths, ", "))
}

// cloudsPaths returns the paths where the OpenStack tools look for a file.
func (r *resolver) cloudsPaths(name string) []string {
	config := r.in.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(r.in.Home, ".config")
	}
	return []string{name, filepath.Join(config, "openstack", name), filepath.Join("/etc", "openstack", name)}
}

// withVendor merges an entry with the vendor profile in clouds-public.yaml that it names. An unknown vendor profile can be one of
// those that are built into the OpenStack tools. The entry then has to contain auth_url.
func (r *resolver) withVendor(entry tree, folder string) (tree, error) {
	vendor, _ := entry["profile"].(string)
	if vendor == "" {
		vendor, _ = entry["cloud"].(string)
	}
	if vendor == "" {
		return entry, nil
	}
	paths := append([]string{filepath.Join(folder, "clouds-public.yaml")}, r.cloudsPaths("clouds-public.yaml")...)
	for _, path := range paths {
		known, err := r.readTree(path, "public-clouds", true)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if public, ok := known[vendor].(tree); ok {
			return merged(public, entry), nil
		}
	}
	r.unknownVendor = vendor
	return entry, nil
}

// withRegion merges an entry that lists regions with the values of the selected region, or of the first region.
func (r *resolver) withRegion(entry tree) (tree, error) {
	regions, _ := entry["regions"].([]any)
	if len(regions) == 0 {
		return entry, nil
	}
	wanted := r.at(object, "region").or(r.at(block, "region")).Text
	if wanted == "" {
		wanted, _ = entry["region_name"].(string)
	}
	if wanted == "" {
		wanted = r.at(environment, "region").Text
	}
	var known []string
	for _, region := range regions {
		name, values := readRegion(region)
		if wanted == "" || name == wanted {
			r.regional = values.attributes()
			return merged(merged(entry, values), tree{"region_name": name}), nil
		}
		known = append(known, name)
	}
	return nil, fmt.Errorf("the entry has no region %q. It has the regions: %s", wanted, strings.Join(known, ", "))
}

// readRegion returns the name and the values of an item in the list of regions. An item can be a name only.
func readRegion(region any) (name string, values tree) {
	switch region := region.(type) {
	case string:
		return region, tree{}
	case tree:
		name, _ = region["name"].(string)
		values, _ = region["values"].(tree)
	}
	return name, values
}

// attributes returns the values of an entry by attribute.
func (t tree) attributes() map[string]string {
	result := make(map[string]string)
	for _, known := range cloudKeys {
		if text := t.text(strings.Split(known.key, ".")); text != "" && result[known.attribute] == "" {
			result[known.attribute] = text
		}
	}
	if verify, ok := asBool(t["verify"]); ok {
		result["insecure"] = strconv.FormatBool(!verify)
	}
	return result
}

// asBool reads a boolean, also in the spelling of YAML 1.1, which the OpenStack tools accept.
func asBool(value any) (isTrue, ok bool) {
	switch value := value.(type) {
	case bool:
		return value, true
	case string:
		switch strings.ToLower(value) {
		case "yes", "on":
			return true, true
		case "no", "off":
			return false, true
		}
	}
	return false, false
}

func names(clouds tree) string {
	all := make([]string, 0, len(clouds))
	for name := range clouds {
		all = append(all, name)
	}
	slices.Sort(all)
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
