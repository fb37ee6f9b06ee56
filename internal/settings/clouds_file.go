package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// cloudKeys are what an entry may say, by the path of the key, and the attribute that it sets. Of several keys for one
// attribute the first that is set is taken.
var cloudKeys = []struct{ attribute, key string }{
	{"auth_url", "auth.auth_url"},
	{"user_name", "auth.username"},
	{"user_name", "auth.user_name"},
	{"user_id", "auth.user_id"},
	{"password", "auth.password"},
	{"passcode", "auth.passcode"},
	{"domain_name", "auth.user_domain_name"},
	{"domain_name", "auth.domain_name"},
	{"domain_id", "auth.user_domain_id"},
	{"domain_id", "auth.domain_id"},
	{"default_domain", "auth.default_domain"},
	{"project_id", "auth.project_id"},
	{"project_id", "auth.tenant_id"},
	{"project_name", "auth.project_name"},
	{"project_name", "auth.tenant_name"},
	{"project_domain_name", "auth.project_domain_name"},
	{"project_domain_id", "auth.project_domain_id"},
	{"token", "auth.token"},
	{"access_key", "auth.ak"},
	{"access_key", "auth.access_key"},
	{"secret_key", "auth.sk"},
	{"secret_key", "auth.secret_key"},
	{"security_token", "auth.security_token"},
	{"application_credential_id", "auth.application_credential_id"},
	{"application_credential_name", "auth.application_credential_name"},
	{"application_credential_secret", "auth.application_credential_secret"},
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

// tree is YAML that was read.
type tree map[string]any

// readClouds returns what an entry says, by attribute, and what to call it. clouds-public.yaml is below the entry,
// secure.yaml above it.
func (r *resolver) readClouds(name string) (entry map[string]string, origin string, err error) {
	path, clouds, err := r.findClouds()
	if err != nil {
		return nil, "", err
	}
	found, ok := clouds[name].(tree)
	if !ok {
		return nil, "", fmt.Errorf("%s has no cloud %q; it has: %s", path, name, names(clouds))
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
	if _, ok := found["auth"].(tree); !ok {
		return nil, "", fmt.Errorf("the cloud %q has no section auth, or one that cannot be read", name)
	}
	return found.attributes(), path + " (cloud " + name + ")", nil
}

// findClouds reads the first clouds.yaml there is: this folder's, the person's, the machine's; or the one that is named.
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
	return "", nil, fmt.Errorf("clouds file not found; looked for %s", strings.Join(paths, ", "))
}

// cloudsPaths are where the OpenStack tools look for a file.
func (r *resolver) cloudsPaths(name string) []string {
	config := r.in.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(r.in.Home, ".config")
	}
	return []string{name, filepath.Join(config, "openstack", name), filepath.Join("/etc", "openstack", name)}
}

// readTree returns the section of a file. A file that is not there is empty, unless it is required.
func (r *resolver) readTree(path, section string, required bool) (tree, error) {
	content, err := r.in.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return tree{}, nil
	}
	name := filepath.Base(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	var document yaml.Node
	var whole map[string]any
	if err = yaml.Unmarshal(content, &document); err == nil {
		keepDigits(&document)
		err = document.Decode(&whole)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, withoutContent(err))
	}
	found, _ := asTree(whole[section]).(tree)
	return found, nil
}

// keepDigits makes texts of numbers: a password of digits that somebody did not quote would lose a zero at its front.
func keepDigits(node *yaml.Node) {
	switch node.ShortTag() {
	case "!!int", "!!float", "!!timestamp":
		node.Tag = "!!str"
	}
	for _, child := range node.Content {
		keepDigits(child)
	}
}

// withoutContent leaves out of an error what stands in the file, which may be a secret.
func withoutContent(err error) error {
	var mismatch *yaml.TypeError
	if errors.As(err, &mismatch) {
		return errors.New("yaml: it is not a mapping")
	}
	return err
}

// asTree turns maps into trees, all the way down.
func asTree(v any) any {
	switch v := v.(type) {
	case map[string]any:
		result := make(tree, len(v))
		for key, value := range v {
			result[key] = asTree(value)
		}
		return result
	case []any:
		for i := range v {
			v[i] = asTree(v[i])
		}
	}
	return v
}

// withVendor merges an entry with the vendor profile that it names. One that is not known is ignored, as the OpenStack
// tools do for the profiles that they bring along.
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
	return entry, nil
}

// withRegion merges an entry with the values of the region that is chosen, where it lists regions.
func (r *resolver) withRegion(entry tree) (tree, error) {
	regions, _ := entry["regions"].([]any)
	if len(regions) == 0 {
		return entry, nil
	}
	wanted := r.at(block, "region").Text
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
			return merged(merged(entry, values), tree{"region_name": name}), nil
		}
		known = append(known, name)
	}
	return nil, fmt.Errorf("it has no region %q; it has: %s", wanted, strings.Join(known, ", "))
}

// readRegion reads an item of the list of regions: a name, or a name and values.
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

// merged returns a tree with what another one says on top.
func merged(below, above tree) tree {
	result := make(tree, len(below))
	for key, value := range below {
		result[key] = value
	}
	for key, value := range above {
		lower, isTree := result[key].(tree)
		upper, isTreeToo := value.(tree)
		switch {
		case isTree && isTreeToo:
			result[key] = merged(lower, upper)
		case value != nil:
			result[key] = value
		}
	}
	return result
}

// attributes returns what an entry says, by attribute.
func (t tree) attributes() map[string]string {
	result := make(map[string]string)
	for _, known := range cloudKeys {
		if text := t.text(strings.Split(known.key, ".")); text != "" && result[known.attribute] == "" {
			result[known.attribute] = text
		}
	}
	if verify, ok := t["verify"].(bool); ok && !verify {
		result["insecure"] = "true"
	}
	return result
}

// text returns the text at a path.
func (t tree) text(path []string) string {
	switch value := t[path[0]].(type) {
	case tree:
		if len(path) > 1 {
			return value.text(path[1:])
		}
	case string:
		return value
	}
	return ""
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
