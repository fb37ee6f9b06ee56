// SPDX-License-Identifier: MPL-2.0

package settings_test

import "github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"

// regionalCloud has a project and an endpoint for each region.
var regionalCloud = set("clouds.yaml", `
clouds:
  c:
    auth: {username: u, password: pw, user_domain_name: d}
    regions:
      - name: eu-de
        values: {auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3, project_name: eu-de_x}, ims_endpoint_override: https://ims.internal.de}
      - name: eu-nl
        values: {auth: {auth_url: https://iam.eu-nl.otc.t-systems.com/v3, project_name: eu-nl_x}, ims_endpoint_override: https://ims.internal.nl}
`)

// targetRows are configurations as a resource sees them that names a region or a project of its own.
func targetRows() []row {
	keys := set("region", "eu-de", "cloud_domain", "otc.t-systems.com", "project_id", projectA, "access_key", "ak", "secret_key", "sk")
	custom := set("endpoint", "https://ims.example.com", "project_id", projectA, "token", "t")
	agency := with(keys, "assume_role", "set", "assume_role.agency_name", "a", "assume_role.domain_name", "d")
	europe := settings.Target{Region: "eu-west-101"}
	nl, other := settings.Target{Region: "eu-nl"}, settings.Target{Region: "eu-nl", ProjectID: projectB}
	return []row{
		{name: "another region, access key", block: keys, target: nl},
		{name: "another region and its project, access key", block: keys, target: other},
		{name: "another project, access key", block: keys, target: settings.Target{ProjectID: projectB}},
		{name: "another region, password", block: passwordBlock, target: nl},
		{name: "another region, password with a project of the default region", block: with(passwordBlock, "project_id", projectA), target: nl},
		{name: "another project, password", block: with(passwordBlock, "project_name", "p"), target: settings.Target{ProjectID: projectB}},
		{name: "another region, password with a passcode", block: passcodeBlock, target: nl},
		{name: "another project, password with a passcode", block: with(passcodeBlock, "project_name", "p"), target: settings.Target{ProjectID: projectB}},
		{name: "another region, an agency over a password with a passcode", block: with(passcodeBlock, "domain_name", "d", "assume_role", "set", "assume_role.agency_name", "a", "assume_role.domain_name", "d"), target: nl},
		{name: "another region, project in the environment", block: passwordBlock, env: set("HW_PROJECT_ID", projectA), target: nl},
		{name: "another region, agency", block: agency, target: nl},
		{name: "another region, agency with a delegated project", block: agency, env: set("OS_DELEGATED_PROJECT", "p"), target: nl},
		{name: "another region, its endpoint in endpoints", block: with(keys, "endpoints.eu-nl", "https://ims.example.com/nl/v2/"), target: nl},
		{name: "the default region in endpoints", block: with(keys, "endpoints.eu-de", "https://ims.example.com/de")},
		{name: "the implied region in endpoints", block: with(passwordBlock, "region", "", "endpoints.eu-de", "https://ims.example.com/de")},
		{name: "endpoints name the cloud", block: with(passwordBlock, "auth_url", "", "domain_name", "d", "region", "eu-de", "endpoints.eu-de", "https://ims.eu-de.otc.t-systems.com")},
		{name: "another region, endpoints name the cloud", block: with(passwordBlock, "auth_url", "", "domain_name", "d", "region", "eu-de", "endpoints.eu-de", "https://ims.eu-de.otc.t-systems.com"), target: nl},
		{name: "error: endpoints name an unknown cloud", block: with(passwordBlock, "auth_url", "", "domain_name", "d", "region", "eu-de", "endpoints.eu-de", "https://ims.example.com")},
		{name: "an exported endpoint of another cloud, and endpoints", block: with(keys, "endpoints.eu-de", "https://ims.example.com/de"), env: set("IMS_ENDPOINT", "https://ims.eu-de.myhuaweicloud.com")},
		{name: "endpoint comes before endpoints", block: with(keys, "endpoint", "https://ims.example.com", "endpoints.eu-de", "https://ims.example.com/de")},
		{name: "another region, endpoint of the default region", block: with(keys, "endpoint", "https://ims.example.com"), target: nl},
		{name: "another region, endpoint of an unknown cloud", block: with(custom, "token", "", "access_key", "ak", "secret_key", "sk"), target: nl},
		{name: "another region, endpoints of an unknown cloud that are invalid", block: with(keys, "endpoints.eu-nl", "nowhere"), target: nl},
		{name: "another region, endpoint of a known cloud", block: set("endpoint", "https://ims.eu-de.otc.t-systems.com", "region", "eu-de", "access_key", "ak", "secret_key", "sk", "project_id", projectA), target: nl},
		{name: "another region, an IAM that has none", block: with(keys, "cloud_domain", "", "auth_url", "https://iam-apigateway-proxy.example.com"), target: nl},
		{name: "error: another region that cannot be part of a host name", block: with(passwordBlock, "endpoint", "https://ims.eu-de.otc.t-systems.com"), target: settings.Target{Region: "attacker.example/x"}},
		{name: "another region of Huawei Cloud by default", block: with(keys, "cloud_domain", "", "region", "ap-southeast-3"), target: settings.Target{Region: "af-south-1"}},
		{name: "another region of Huawei Cloud in Europe by default", block: with(keys, "cloud_domain", "", "region", "eu-west-101"), target: settings.Target{Region: "eu-west-109"}},
		{name: "error: another region whose default cloud is another", block: with(keys, "cloud_domain", "", "region", "ap-southeast-3"), target: europe},
		{name: "error: another region whose default cloud is another, and its project", block: with(keys, "cloud_domain", "", "region", "eu-west-101"), target: settings.Target{Region: "ap-southeast-3", ProjectID: projectB}},
		{name: "error: another region whose default cloud is another, password", block: with(passwordBlock, "auth_url", "", "region", ""), env: set("OS_REGION_NAME", "ap-southeast-3"), target: europe},
		{name: "error: another region whose default cloud is another, profile", block: set("profile", "work"), target: nl, files: profiles(`"accessKeyId":"ak","secretAccessKey":"sk","region":"eu-west-101"`)},
		{name: "another region whose default cloud is another, beside cloud_domain", block: with(keys, "cloud_domain", "myhuaweicloud.com", "region", "ap-southeast-3"), target: europe},
		{name: "another region whose default cloud is another, beside auth_url", block: with(passwordBlock, "auth_url", "https://iam.ap-southeast-3.myhuaweicloud.com/v3", "region", "ap-southeast-3"), target: europe},
		{name: "another region whose default cloud is another, beside its endpoint", block: with(keys, "cloud_domain", "", "region", "ap-southeast-3", "endpoints.eu-west-101", "https://ims.eu-west-101.myhuaweicloud.eu"), target: europe},
		{name: "error: another region whose default cloud is another, beside an endpoint of no cloud", block: with(keys, "cloud_domain", "", "region", "ap-southeast-3", "endpoints.eu-west-101", "https://ims.example.com"), target: europe},
		{name: "another region, token", block: tokenBlock, target: nl},
		{name: "another project, token", block: tokenBlock, target: settings.Target{ProjectID: projectB}},
		{name: "another region, an agency over a token", block: with(tokenBlock, "assume_role", "set", "assume_role.agency_name", "a", "assume_role.domain_name", "d"), target: nl},
		{
			name: "another region, clouds.yaml", block: set("cloud", "c"), target: nl,
			files: map[string]string{"clouds.yaml": `
clouds:
  c:
    auth: {username: u, password: pw, user_domain_name: d, project_name: eu-de_team}
    regions:
      - name: eu-de
        values: {auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3}}
      - name: eu-nl
        values: {auth: {auth_url: https://iam.eu-nl.otc.t-systems.com/v3}}
`},
		},
		{name: "another region, its project and endpoint in clouds.yaml", block: set("cloud", "c"), target: nl, files: regionalCloud},
		{name: "another region, its project outside of auth in clouds.yaml", block: set("cloud", "otc"), target: nl, files: outsideRegions},
		{name: "another region and a project, its project in clouds.yaml", block: set("cloud", "c"), target: other, files: regionalCloud},
		{name: "another region, endpoints before clouds.yaml", block: set("cloud", "c", "endpoints.eu-nl", "https://ims.example.com/nl"), target: nl, files: regionalCloud},
		{name: "another region, its project before that of the block", block: set("cloud", "c", "project_name", "p", "endpoint", "https://ims.example.com"), target: nl, files: regionalCloud},
		{
			name: "another region, its project under another name", block: set("cloud", "c"), target: nl,
			files: map[string]string{"clouds.yaml": `
clouds:
  c:
    auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3, username: u, password: pw, user_domain_name: d, project_name: eu-de_x}
    regions:
      - eu-de
      - {name: eu-nl, values: {auth: {tenant_name: eu-nl_x}}}
`},
		},
		{
			name: "another region, an application credential", block: set("cloud", "c"), target: nl,
			files: map[string]string{"clouds.yaml": `
clouds:
  c:
    region_name: eu-de
    auth: {auth_url: https://iam.eu-de.otc.t-systems.com/v3, application_credential_id: i, application_credential_secret: s}
`},
		},
	}
}
