// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"fmt"
	"strings"
)

const (
	homeClouds = "/home/me/.config/openstack/clouds.yaml"
	homeSecure = "/home/me/.config/openstack/secure.yaml"
	homePublic = "/home/me/.config/openstack/clouds-public.yaml"
	hcloud     = "/home/me/.hcloud/config.json"

	guideCloud = "clouds:\n  otc:\n    region_name: eu-de\n    auth:\n      auth_url: https://iam.eu-de.otc.t-systems.com/v3\n" +
		"      username: u\n      password: pw\n      user_domain_name: OTC0001\n      project_name: eu-de_x\n"
)

func cloud(auth string) string {
	return "clouds:\n  otc:\n    region_name: eu-de\n    auth:\n      auth_url: https://iam.eu-de.otc.t-systems.com/v3\n" + auth
}

// outside is an entry of a user, with lines outside of auth.
func outside(lines ...string) string {
	return "clouds:\n  otc:\n    region_name: eu-de\n    " + strings.Join(lines, "\n    ") +
		"\n    auth:\n      auth_url: https://iam.eu-de.otc.t-systems.com/v3\n      username: u\n      password: pw\n      domain_name: d\n"
}

// outsideRegions has the projects of regions outside of auth.
var outsideRegions = set(homeClouds, `
clouds:
  otc:
    auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3, username: u, password: pw, user_domain_name: d, project_name: eu-de_x}
    regions:
      - eu-de
      - {name: eu-nl, values: {project_name: eu-nl_x}}
`)

func profiles(fields string) map[string]string {
	return set(hcloud, fmt.Sprintf(`{"current":"work","profiles":[{"name":"work",%s},{"name":"other","mode":"SSO"}]}`, fields))
}

func fileRows() []row {
	otc := set("cloud", "otc")
	guide := set(homeClouds, guideCloud)
	vendor := "clouds:\n  otc:\n    profile: otc\n    region_name: eu-de\n    auth: {username: u, password: pw, user_domain_name: d}\n"
	keys := `"mode":"AKSK","accessKeyId":"ak","secretAccessKey":"sk","region":"eu-west-101"`
	return []row{
		{name: "clouds.yaml as the guides write it", block: otc, files: guide},
		{name: "clouds.yaml of the environment wins over exported keys", env: with(everyLogin, "OS_CLOUD", "otc"), files: guide},
		{name: "clouds.yaml with secure.yaml", block: otc, files: set(homeClouds, cloud("      username: u\n      user_domain_name: d\n"), homeSecure, "clouds:\n  otc:\n    auth:\n      password: hidden\n")},
		{name: "OS_CLIENT_CONFIG_FILE and OS_CLIENT_SECURE_FILE", block: otc, env: set("OS_CLIENT_CONFIG_FILE", "~/ci/clouds.yaml", "OS_CLIENT_SECURE_FILE", "~/ci/other.yaml"), files: set("/home/me/ci/clouds.yaml", cloud("      username: u\n      user_domain_name: d\n"), "/home/me/ci/other.yaml", "clouds:\n  otc:\n    auth:\n      password: hidden\n")},
		{name: "clouds.yaml of this folder comes first", block: otc, files: set("clouds.yaml", cloud("      username: here\n      password: pw\n      user_domain_name: d\n"), homeClouds, guideCloud)},
		{name: "a password in secure.yaml is missing and exported", block: otc, env: set("OS_PASSWORD", "exported"), files: set(homeClouds, cloud("      username: u\n      user_domain_name: d\n"))},
		{name: "the environment never overrides the entry", block: otc, env: set("OS_USERNAME", "other", "OS_AUTH_URL", "https://iam.eu-west-101.myhuaweicloud.eu", "OS_PROJECT_ID", projectB, "OS_REGION_NAME", "eu-nl"), files: guide},
		{name: "project_name in the block wins over the entry", block: with(otc, "project_name", "eu-de_other"), files: guide},
		{name: "project_id in the block wins over the entry", block: with(otc, "project_id", projectB), files: guide},
		{name: "keys in the block with the region and URLs of the entry", block: with(otc, "access_key", "ak", "secret_key", "sk"), files: guide},
		{name: "a vendor profile that is not known is ignored", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    profile: otc\n    region_name: eu-de\n    auth:\n      auth_url: https://iam.eu-de.otc.t-systems.com/v3\n      username: u\n      password: pw\n      user_domain_name: d\n")},
		{name: "error: a vendor profile that is not known, and no auth_url", block: otc, files: set(homeClouds, vendor)},
		{name: "error: a vendor profile that is not known, and an exported auth_url", block: otc, env: set("OS_AUTH_URL", "https://keystone.corp.example:5000/v3"), files: set(homeClouds, vendor, homePublic, "public-clouds: {other: {auth: {auth_url: https://iam.eu-nl.otc.t-systems.com/v3}}}")},
		{name: "error: a vendor profile that is not known, and an exported domain", block: otc, env: set("HW_CLOUD", "myhuaweicloud.com"), files: set(homeClouds, vendor)},
		{name: "a vendor profile that is not known, and a domain in the block", block: with(otc, "cloud_domain", "otc.t-systems.com"), files: set(homeClouds, vendor)},
		{name: "a vendor profile that is not known, and the auth_url of the region", block: otc, files: set(homeClouds, vendor+"    regions: [{name: eu-de, values: {auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3}}}]\n")},
		{name: "a vendor profile of clouds-public.yaml", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    profile: telekom\n    auth:\n      username: u\n      password: pw\n      user_domain_name: d\n", homePublic, "public-clouds:\n  telekom:\n    region_name: eu-nl\n    auth:\n      auth_url: https://iam.eu-nl.otc.t-systems.com/v3\n")},
		{name: "auth inside regions", block: with(otc, "region", "eu-nl"), files: set(homeClouds, "clouds:\n  otc:\n    auth:\n      username: u\n      password: pw\n      user_domain_name: d\n    regions:\n      - name: eu-de\n        values:\n          auth:\n            auth_url: https://iam.eu-de.otc.t-systems.com/v3\n            project_name: eu-de_x\n      - name: eu-nl\n        values:\n          auth:\n            auth_url: https://iam.eu-nl.otc.t-systems.com/v3\n            project_name: eu-nl_x\n")},
		{name: "the first of the regions", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    auth: {username: u, password: pw, user_domain_name: d, auth_url: https://iam.eu-de.otc.t-systems.com/v3}\n    regions: [eu-de, eu-nl]\n")},
		{name: "error: a region that is not among the entry's", block: with(otc, "region", "eu-ch"), files: set(homeClouds, "clouds:\n  otc:\n    auth: {username: u, password: pw, user_domain_name: d, auth_url: https://iam.eu-de.otc.t-systems.com/v3}\n    regions: [eu-de, eu-nl]\n")},
		{name: "keys of an entry", block: otc, files: set(homeClouds, cloud("      ak: ak\n      sk: sk\n      security_token: st\n      project_name: eu-de_x\n"))},
		{name: "a security token that is exported for another key than the entry's", block: otc, env: set("OS_SECURITY_TOKEN", "another"), files: set(homeClouds, cloud("      ak: ak\n      sk: sk\n"))},
		{name: "the project outside of auth", block: otc, files: set(homeClouds, outside("project_name: eu-de_team"))},
		{name: "a project id outside of auth", block: otc, files: set(homeClouds, outside("project_id: "+projectB))},
		{name: "a project and an account outside of auth win over those in it", block: otc, files: set(homeClouds, outside("tenant_name: tenant", "project_name: outside", "user_domain_name: outside")+"      project_name: inside\n      user_domain_name: inside\n")},
		{name: "a tenant outside of auth does not win over a project in it", block: otc, files: set(homeClouds, outside("tenant_name: outside")+"      project_name: inside\n")},
		{name: "a user in auth wins over one outside of it", block: otc, files: set(homeClouds, outside("username: outside", "auth_url: https://iam.eu-nl.otc.t-systems.com/v3"))},
		{name: "a token outside of auth", block: otc, files: set(homeClouds, outside("token: t"))},
		{name: "a password outside of auth, in secure.yaml", block: otc, files: set(homeClouds, cloud("      username: u\n      user_domain_name: d\n"), homeSecure, "clouds: {otc: {password: hidden}}")},
		{name: "an entry without a section auth, with its keys", block: otc, files: set(homeClouds, "clouds: {otc: {region_name: eu-de, auth_url: https://iam.eu-de.otc.t-systems.com/v3, username: u, password: pw, user_domain_name: d}}")},
		{name: "error: a section auth that is a text, with its keys outside", block: otc, files: set(homeClouds, "clouds: {otc: {auth: text, auth_url: https://iam.eu-de.otc.t-systems.com/v3, username: u, password: pw, user_domain_name: d}}")},
		{name: "keys outside of auth inside regions", block: with(otc, "region", "eu-nl"), files: outsideRegions},
		{name: "the user of an entry by id", block: otc, files: set(homeClouds, cloud("      user_id: uid\n      password: pw\n"))},
		{name: "a password of digits", block: otc, files: set(homeClouds, cloud("      username: u\n      password: 0123\n      user_domain_name: 42\n"))},
		{name: "an application credential", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    auth_type: v3applicationcredential\n    region_name: eu-de\n    auth:\n      auth_url: https://iam.eu-de.otc.t-systems.com/v3\n      application_credential_id: acid\n      application_credential_secret: secret\n")},
		{name: "error: an application credential without its secret", block: otc, files: set(homeClouds, cloud("      application_credential_id: acid\n"))},
		{name: "error: an application credential by its name, without a user", block: otc, files: set(homeClouds, cloud("      application_credential_name: acn\n      application_credential_secret: secret\n"))},
		{name: "error: an application credential by its name, without the account of the user", block: otc, files: set(homeClouds, cloud("      application_credential_name: acn\n      application_credential_secret: secret\n      username: u\n"))},
		{name: "error: a key that is set twice", block: otc, files: set(homeClouds, cloud("      username: u\n      password: hunter2\n      password: hunter3\n"))},
		{name: "an application credential with a project in the block", block: with(otc, "project_name", "p"), files: set(homeClouds, cloud("      application_credential_id: acid\n      application_credential_secret: secret\n"))},
		{name: "a token of an entry", block: otc, files: set(homeClouds, cloud("      token: t\n"))},
		{name: "a role over clouds.yaml", block: with(otc, "assume_role", "set", "assume_role.agency_name", "a", "assume_role.domain_name", "other", "project_name", "eu-de_other"), files: guide},
		{name: "project_domain_name of an entry", block: otc, files: set(homeClouds, cloud("      username: u\n      password: pw\n      user_domain_name: d\n      project_domain_name: pd\n      project_name: p\n"))},
		{name: "error: an entry without auth_url", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    region_name: eu-de\n    auth: {username: u, password: pw, user_domain_name: d}\n")},
		{name: "an entry without auth_url, which is exported", block: otc, env: set("OS_AUTH_URL", "https://iam.eu-de.otc.t-systems.com/v3"), files: set(homeClouds, "clouds:\n  otc:\n    auth: {username: u, password: pw, user_domain_name: d, project_name: p}\n")},
		{name: "error: an entry without a section auth", block: otc, files: set(homeClouds, "clouds:\n  otc:\n    region_name: eu-de\n")},
		{name: "error: an entry without a login", block: otc, files: set(homeClouds, cloud("      project_name: p\n"))},
		{name: "error: a cloud that is a domain, even beside keys", block: set("cloud", "myhuaweicloud.eu", "region", "eu-west-101"), env: keysEnv},
		{name: "error: a cloud that clouds.yaml does not have", block: set("cloud", "otx"), files: guide},
		{name: "error: a clouds.yaml that is not YAML", block: otc, files: set(homeClouds, "clouds:\n\t- no")},
		{name: "error: a clouds.yaml that is a list does not show what it holds", block: otc, files: set(homeClouds, "- hunter2\n")},
		{name: "error: a password that is an unknown alias is not shown", block: otc, files: set(homeClouds, cloud("      username: u\n"), homeSecure, "clouds:\n  otc:\n    auth:\n      password: *Geheim-2026\n")},
		{name: "error: a password that does not fit its tag is not shown", block: otc, files: set(homeClouds, cloud("      username: u\n      password: !!bool Geheim-2026\n"))},
		{name: "error: a password that begins a list has the line of its error", block: otc, files: set(homeClouds, cloud("      username: u\n      password: [Geheim-2026\n"))},
		{name: "error: a secure.yaml that does not exist", block: otc, env: set("OS_CLIENT_SECURE_FILE", "/gone.yaml"), files: guide},

		{name: "the current profile", block: set("shared_config_file", "~/.hcloud/config.json"), files: profiles(keys)},
		{name: "a profile by name wins over exported keys", env: with(everyLogin, "HW_PROFILE", "work"), files: profiles(keys)},
		{name: "the agency of a profile", block: set("profile", "work"), files: profiles(keys + `,"agencyName":"a","agencyDomainName":"other"`)},
		{name: "the project of a profile", block: set("profile", "work"), files: profiles(keys + `,"projectId":"` + projectA + `","domainId":"did"`)},
		{name: "an SSO profile after a login", block: set("profile", "work"), files: profiles(`"mode":"SSO","region":"eu-west-101","ssoAuth":{"stsToken":{"accessKeyId":"ak","secretAccessKey":"sk","securityToken":"st"}}`)},
		{name: "error: a profile without keys", block: set("profile", "other"), files: profiles(keys)},
		{name: "error: a profile that does not exist", block: set("profile", "nowhere"), files: profiles(keys)},
		{name: "error: a profile file that does not exist", block: set("profile", "work")},
		{name: "error: a profile file that is not JSON", block: set("profile", "work"), files: set(hcloud, "no")},
	}
}

// originRows returns a row for each pair of origins, for each group of settings that are resolved together.
func originRows() []row {
	groups := []struct {
		name                   string
		block, entry, exported string // a pair each: name=value
	}{
		{"project", "project_name=block", "project_name: entry", "OS_PROJECT_ID=" + projectB},
		{"project id", "project_id=" + projectA, "project_id: " + projectB, "OS_PROJECT_NAME=env"},
		{"account", "domain_name=block", "user_domain_name: entry", "OS_USER_DOMAIN_ID=env"},
		{"account id", "domain_id=block", "user_domain_id: entry", "OS_USER_DOMAIN_NAME=env"},
		{"user", "user_name=block", "username: entry", "OS_USER_ID=env"},
		{"user id", "user_id=block", "user_id: entry", "OS_USERNAME=env"},
		{"password", "password=block", "password: entry", "OS_PASSWORD=env"},
		{"auth_url", "auth_url=https://iam.eu-de.otc.t-systems.com/v3", "auth_url: https://iam.eu-nl.otc.t-systems.com/v3", "OS_AUTH_URL=https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3"},
	}
	base := map[string]string{"auth_url": "https://iam.eu-nl.otc.t-systems.com/v3", "username": "u", "password": "pw", "user_domain_name": "d"}
	var rows []row
	for _, g := range groups {
		for _, pair := range [][2]string{{"block", "entry"}, {"block", "environment"}, {"entry", "environment"}} {
			r := row{
				name:  fmt.Sprintf("%s: %s and %s", g.name, pair[0], pair[1]),
				block: set("cloud", "otc", "region", "eu-nl"), env: set(),
			}
			auth := with(base)
			if _, isBase := base[keyOf(g.entry, ": ")]; isBase || g.name == "user id" || g.name == "account id" {
				delete(auth, map[string]string{"user id": "username", "account id": "user_domain_name"}[g.name])
				delete(auth, keyOf(g.entry, ": "))
			}
			for _, origin := range pair {
				switch origin {
				case "block":
					r.block[keyOf(g.block, "=")] = valueOf(g.block, "=")
				case "entry":
					auth[keyOf(g.entry, ": ")] = valueOf(g.entry, ": ")
				case "environment":
					r.env[keyOf(g.exported, "=")] = valueOf(g.exported, "=")
				}
			}
			r.files = set(homeClouds, "clouds:\n  otc:\n    auth:\n"+yamlOf(auth))
			rows = append(rows, r)
		}
	}
	return rows
}
