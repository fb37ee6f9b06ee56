// SPDX-License-Identifier: MPL-2.0

package settings_test

import "strings"

var (
	tokenBlock    = set("region", "eu-de", "cloud_domain", "otc.t-systems.com", "project_id", projectA, "token", "t")
	keysEnv       = set("HW_ACCESS_KEY", "ak", "HW_SECRET_KEY", "sk")
	passwordBlock = set("auth_url", "https://iam.eu-de.otc.t-systems.com/v3", "region", "eu-de", "user_name", "u", "password", "pw", "domain_name", "d")
	passcodeBlock = with(passwordBlock, "user_name", "", "domain_name", "", "user_id", "uid", "passcode", "123456")
	everyLogin    = with(keysEnv, "OS_TOKEN", "t", "OS_USERNAME", "u", "OS_PASSWORD", "pw", "OS_USER_DOMAIN_NAME", "d")
)

func methodRows() []row {
	place := set("region", "eu-de", "cloud_domain", "otc.t-systems.com", "project_id", projectA)
	oidc := set("assume_role_with_oidc", "set", "assume_role_with_oidc.idp_id", "i", "assume_role_with_oidc.id_token_file", "~/token")
	both := func(a, b map[string]string) map[string]string {
		result := with(a)
		for name, value := range b {
			result[name] = value
		}
		return result
	}
	return []row{
		{name: "token in the block", block: tokenBlock},
		{name: "token in the environment, the names of Huawei Cloud first", block: place, env: set("HW_AUTH_TOKEN", "h", "OS_TOKEN", "o")},
		{name: "access key in the block", block: with(place, "access_key", "ak", "secret_key", "sk")},
		{name: "access key in the environment", block: place, env: keysEnv},
		{name: "security token in the block, keys in the environment", block: with(place, "security_token", "st"), env: keysEnv},
		{name: "security token exported for another key is not taken", block: with(place, "access_key", "ak", "secret_key", "sk"), env: set("HW_SECURITY_TOKEN", "another")},
		{name: "access key in the block, its secret in the environment", block: with(place, "access_key", "ak"), env: set("OS_SECRET_KEY", "sk")},
		{name: "temporary keys in the environment", block: place, env: with(keysEnv, "OS_SECURITY_TOKEN", "st")},
		{name: "user and password in the block", block: passwordBlock},
		{name: "auth_url in the block, user and password in the environment", block: set("auth_url", "https://iam.eu-de.otc.t-systems.com/v3"), env: set("OS_USERNAME", "u", "OS_PASSWORD", "pw", "OS_USER_DOMAIN_NAME", "d", "OS_PROJECT_NAME", "eu-de_x")},
		{name: "user in the block, password in the environment", block: with(passwordBlock, "password", ""), env: set("OS_PASSWORD", "exported")},
		{name: "second factor", block: passcodeBlock},
		{name: "error: second factor of a user by name", block: with(passwordBlock, "passcode", "123456")},
		{name: "a security token of the key of another cloud", block: place, env: with(keysEnv, "OS_ACCESS_KEY", "o", "OS_SECRET_KEY", "o", "OS_SECURITY_TOKEN", "st")},
		{name: "error: the secret key of the key of another cloud", block: place, env: set("HW_ACCESS_KEY", "ak", "OS_ACCESS_KEY", "o", "OS_SECRET_KEY", "o")},
		{name: "a secret key under another prefix", block: place, env: set("HW_ACCESS_KEY", "ak", "OS_SECRET_KEY", "sk")},
		{name: "a security token under another prefix", block: place, env: with(keysEnv, "OS_SECURITY_TOKEN", "st")},
		{name: "a security token with the same key under two prefixes", block: place, env: with(keysEnv, "OS_ACCESS_KEY", "ak", "OS_SECRET_KEY", "sk", "OS_SECURITY_TOKEN", "st")},
		{name: "second factor in the environment", block: with(passcodeBlock, "passcode", ""), env: set("OS_PASSCODE", "123456")},
		{name: "OS_USER_NAME", block: with(passwordBlock, "user_name", ""), env: set("OS_USER_NAME", "exported")},
		{name: "web identity in the block", block: both(place, oidc)},
		{name: "web identity in the environment wins over exported keys", block: place, env: with(everyLogin, "HW_ASSUME_ROLE_IDP_ID", "i", "HW_ASSUME_ROLE_ID_TOKEN_FILE", "/run/token")},
		{name: "web identity in the block with unused keys in the block", block: with(both(place, oidc), "access_key", "ak", "secret_key", "sk")},
		{name: "metadata in the block wins over exported keys", block: with(place, "use_metadata", "true"), env: everyLogin},
		{name: "metadata that is off selects nothing", block: with(place, "use_metadata", "false"), env: keysEnv},
		{name: "metadata in the environment comes after exported keys", block: place, env: with(keysEnv, "IMS_USE_METADATA", "true")},
		{name: "metadata in the environment", block: place, env: set("IMS_USE_METADATA", "1")},
		{name: "a metadata service with a slash, without encryption", block: place, env: set("IMS_USE_METADATA", "1", "IMS_METADATA_ENDPOINT", "http://metadata.example.com/")},
		{name: "an exported token comes before exported keys and a password", block: place, env: everyLogin},
		{name: "exported keys come before an exported password", block: place, env: with(everyLogin, "OS_TOKEN", "")},
		{name: "an exported password", block: place, env: with(everyLogin, "OS_TOKEN", "", "HW_ACCESS_KEY", "", "HW_SECRET_KEY", "")},
		{name: "keys in the block wins over an exported cloud", block: with(place, "access_key", "ak", "secret_key", "sk"), env: set("OS_CLOUD", "nowhere")},
		{name: "a project id in upper case", block: with(tokenBlock, "project_id", strings.ToUpper(projectA))},
		{name: "a token without a project", block: with(tokenBlock, "project_id", "")},
		{name: "a token with a project by name", block: with(tokenBlock, "project_id", "", "project_name", "eu-de_x")},
		{name: "the project is named after the region", block: with(place, "project_id", ""), env: keysEnv},
	}
}

func cloudRows() []row {
	token := set("project_id", projectA, "token", "t")
	return []row{
		{name: "Huawei Cloud by default", block: with(token, "region", "ap-southeast-3")},
		{name: "Huawei Cloud in Europe", block: with(token, "region", "eu-west-101")},
		{name: "Open Telekom Cloud", block: with(token, "region", "eu-nl", "cloud_domain", "otc.t-systems.com")},
		{name: "Flexible Engine", block: with(token, "region", "eu-west-0", "cloud_domain", "prod-cloud-ocb.orange-business.com")},
		{name: "Cloud.ru Advanced", block: with(token, "region", "ru-moscow-1", "cloud_domain", "hc.sbercloud.ru")},
		{name: "G42 Cloud", block: with(token, "region", "ae-ad-1", "cloud_domain", "g42cloud.com")},
		{name: "Open Telekom Cloud in Switzerland has no documented image service", block: with(token, "region", "eu-ch2", "cloud_domain", "sc.otc.t-systems.com")},
		{name: "Open Telekom Cloud in Switzerland by its IAM", block: with(token, "region", "eu-ch2", "auth_url", "https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3")},
		{name: "Huawei Cloud Stack by its IAM", block: with(token, "region", "r1", "auth_url", "https://iam-apigateway-proxy.stack.example.com")},
		{name: "a private cloud by its domain", block: with(token, "region", "r1", "cloud_domain", "cloud.example.com")},
		{name: "a private cloud by its IAM", block: with(token, "region", "r1", "auth_url", "https://iam.r1.cloud.example.com/v3")},
		{name: "IAM with an unknown host: the catalog has the endpoint", block: with(token, "region", "r1", "auth_url", "https://login.example.com/v3")},
		{name: "IAM with an unknown host wins over an exported domain", block: with(token, "region", "r1", "auth_url", "https://login.example.com/v3"), env: set("HW_CLOUD", "myhuaweicloud.com")},
		{name: "exported auth_url names the cloud", block: with(token, "region", "eu-de"), env: set("OS_AUTH_URL", "https://iam.eu-de.otc.t-systems.com/v3")},
		{name: "exported auth_url of another region of the cloud", block: with(token, "region", "eu-nl"), env: set("OS_AUTH_URL", "https://iam.eu-de.otc.t-systems.com/v3")},
		{name: "an exported auth_url of another cloud than that of the block", block: with(token, "region", "eu-de", "cloud_domain", "otc.t-systems.com"), env: set("OS_AUTH_URL", "https://iam.eu-west-101.myhuaweicloud.eu/v3")},
		{name: "an exported auth_url with an unknown host beside a cloud in the block", block: with(passwordBlock, "auth_url", "", "cloud_domain", "otc.t-systems.com"), env: set("OS_AUTH_URL", "https://keystone.other.example:5000/v3")},
		{name: "error: an exported auth_url with an unknown host beside a cloud in the block, without a region", block: with(passwordBlock, "auth_url", "", "cloud_domain", "otc.t-systems.com", "region", ""), env: set("OS_AUTH_URL", "https://keystone.other.example:5000/v3")},
		{name: "an exported auth_url with an unknown host beside an endpoint in the block", block: with(passwordBlock, "auth_url", "", "endpoint", "https://ims.eu-de.otc.t-systems.com"), env: set("OS_AUTH_URL", "https://keystone.other.example:5000/v3")},
		{name: "an exported auth_url whose host only ends like the domain of the block", block: with(passwordBlock, "auth_url", "", "cloud_domain", "cloud.example.com"), env: set("OS_AUTH_URL", "https://evilcloud.example.com/v3")},
		{name: "an exported auth_url with an unknown host in the domain of the block", block: with(passwordBlock, "auth_url", "", "cloud_domain", "Cloud.example.com"), env: set("OS_AUTH_URL", "https://Keystone.cloud.example.com:5000/v3")},
		{name: "an exported auth_url with an unknown host beside an exported domain", block: with(passwordBlock, "auth_url", ""), env: set("OS_AUTH_URL", "https://login.example.net/v3", "HW_CLOUD", "cloud.example.com")},
		{name: "an exported auth_url of the Huawei Cloud Stack of the block", block: with(passwordBlock, "auth_url", "", "cloud_domain", "stack.example.com"), env: set("OS_AUTH_URL", "https://iam-apigateway-proxy.stack.example.com")},
		{name: "an exported auth_url of another Huawei Cloud Stack than that of the block", block: with(passwordBlock, "auth_url", "", "cloud_domain", "stack.example.com"), env: set("OS_AUTH_URL", "https://iam-apigateway-proxy.stack.example.net")},
		{name: "an exported endpoint with an unknown host beside a cloud in the block", block: tokenBlock, env: set("IMS_ENDPOINT", "https://ims.gateway.example")},
		{name: "an exported endpoint of another cloud than that of the block", block: with(token, "region", "eu-de", "cloud_domain", "otc.t-systems.com"), env: set("IMS_ENDPOINT", "https://ims.eu-west-101.myhuaweicloud.eu")},
		{name: "an endpoint names the cloud of IAM", block: set("endpoint", "https://ims.eu-de.otc.t-systems.com", "region", "eu-de", "access_key", "ak", "secret_key", "sk")},
		{name: "an endpoint with a version", block: with(token, "endpoint", "https://ims.eu-de.otc.t-systems.com/v2")},
		{name: "an endpoint with a version and a slash", block: with(token, "endpoint", "https://ims.example.com/v1/")},
		{name: "an endpoint of this machine without encryption", block: with(token, "endpoint", "http://127.0.0.1:8080")},
		{name: "an endpoint of another machine without encryption", block: with(token, "endpoint", "http://ims.example.com")},
		{name: "an auth_url without a version", block: with(token, "region", "eu-de", "auth_url", "https://iam.eu-de.otc.t-systems.com/")},
		{name: "HW_CLOUD", block: with(token, "region", "eu-de"), env: set("HW_CLOUD", "otc.t-systems.com")},
	}
}

func accountRows() []row {
	byID := with(passwordBlock, "user_name", "", "domain_name", "", "user_id", "uid")
	exported := with(passwordBlock, "domain_name", "")
	return []row{
		{name: "user_id with the project named after the region", block: byID},
		{name: "user_id and user_name: the id", block: with(passwordBlock, "user_id", "uid")},
		{name: "user_name in the block wins over an exported user id", block: passwordBlock, env: set("OS_USER_ID", "uid")},
		{name: "domain_id and domain_name: the id", block: with(passwordBlock, "domain_id", "did")},
		{name: "domain_name in the block wins over an exported domain id", block: passwordBlock, env: set("OS_USER_DOMAIN_ID", "did")},
		{name: "project_name in the block wins over an exported project id", block: with(passwordBlock, "project_name", "p"), env: set("OS_PROJECT_ID", projectB)},
		{name: "project_id and project_name: the id", block: with(passwordBlock, "project_name", "p", "project_id", projectA)},
		{name: "OS_PROJECT_DOMAIN_NAME for an exported project", block: passwordBlock, env: set("OS_PROJECT_NAME", "p", "OS_PROJECT_DOMAIN_NAME", "pd")},
		{name: "OS_PROJECT_DOMAIN_ID for an exported project", block: passwordBlock, env: set("OS_PROJECT_NAME", "p", "OS_PROJECT_DOMAIN_ID", "pdid")},
		{name: "OS_DEFAULT_DOMAIN where nothing else names the account", block: exported, env: set("OS_DEFAULT_DOMAIN", "did")},
		{name: "OS_USER_DOMAIN_NAME wins over OS_DEFAULT_DOMAIN", block: exported, env: set("OS_DEFAULT_DOMAIN", "did", "OS_USER_DOMAIN_NAME", "exported")},
		{name: "OS_DOMAIN_NAME", block: exported, env: set("OS_DOMAIN_NAME", "exported")},
		{name: "OS_TENANT_NAME", block: passwordBlock, env: set("OS_TENANT_NAME", "p")},
	}
}

func roleRows() []row {
	agency := set("assume_role", "set", "assume_role.agency_name", "a", "assume_role.domain_name", "other")
	urn := set("assume_role", "set", "assume_role.agency_urn", "iam::0123:agency:a")
	over := func(login, role map[string]string) map[string]string {
		result := with(login)
		for name, value := range role {
			result[name] = value
		}
		return result
	}
	return []row{
		{name: "a role over a token", block: over(tokenBlock, agency)},
		{name: "a role over a password, with the other account's project", block: over(with(passwordBlock, "project_id", projectB), agency)},
		{name: "a role without a project", block: over(with(tokenBlock, "project_id", ""), agency)},
		{name: "the agency of Open Telekom Cloud's variables", block: with(tokenBlock, "project_id", ""), env: set("OS_AGENCY_NAME", "a", "OS_AGENCY_DOMAIN_NAME", "other", "OS_DELEGATED_PROJECT", "eu-de_other", "OS_PROJECT_NAME", "eu-de_own")},
		{name: "a project in the block wins over OS_DELEGATED_PROJECT", block: tokenBlock, env: set("OS_AGENCY_NAME", "a", "OS_AGENCY_DOMAIN_NAME", "other", "OS_DELEGATED_PROJECT", "eu-de_other")},
		{name: "OS_DELEGATED_PROJECT without an agency is not read", block: with(tokenBlock, "project_id", ""), env: set("OS_DELEGATED_PROJECT", "eu-de_other")},
		{name: "the agency of Huawei Cloud's variables", block: tokenBlock, env: set("HW_ASSUME_ROLE_AGENCY_NAME", "a", "HW_ASSUME_ROLE_DOMAIN_NAME", "other")},
		{name: "an agency by the account's id", block: over(tokenBlock, with(agency, "assume_role.domain_id", "otherid", "assume_role.domain_name", ""))},
		{name: "an agency in the block wins over an exported trust agency", block: over(tokenBlock, agency), env: set("HW_ASSUME_ROLE_AGENCY_URN", "iam::0123:agency:a")},
		{name: "a trust agency", block: over(tokenBlock, urn)},
		{name: "a trust agency of Huawei Cloud in Europe", block: over(set("region", "eu-west-101", "project_id", projectA), urn), env: keysEnv},
		{name: "a trust agency of a configured security token service", block: over(tokenBlock, urn), env: set("IMS_STS_ENDPOINT", "https://sts.example.com")},
		{name: "error: an invalid trust agency", block: over(tokenBlock, with(urn, "assume_role.agency_urn", "a"))},
		{name: "error: an agency and a trust agency", block: over(over(tokenBlock, agency), urn)},
		{name: "error: a role without a name", block: with(tokenBlock, "assume_role", "set")},
		{name: "error: an agency without its account", block: tokenBlock, env: set("OS_AGENCY_NAME", "a")},
	}
}

func errorRows() []row {
	metadata := with(tokenBlock, "token", "", "use_metadata", "true")
	return []row{
		{name: "error: no settings"},
		{name: "error: an access key without its secret", block: with(tokenBlock, "token", "", "access_key", "ak")},
		{name: "error: a secret without its access key", block: with(tokenBlock, "token", "", "secret_key", "sk")},
		{name: "error: a user without a password and an account", block: with(tokenBlock, "token", "", "user_name", "u")},
		{name: "error: a password without a user", block: with(tokenBlock, "token", "", "password", "pw")},
		{name: "error: a web identity without its attributes", block: with(tokenBlock, "token", "", "assume_role_with_oidc", "set")},
		{name: "error: a web identity with two tokens", block: with(tokenBlock, "token", "", "assume_role_with_oidc", "set", "assume_role_with_oidc.idp_id", "i", "assume_role_with_oidc.id_token", "a", "assume_role_with_oidc.id_token_file", "b")},
		{name: "error: a client certificate without its key", block: with(tokenBlock, "cert", "/cert.pem")},
		{name: "error: a project id that is a name", block: with(tokenBlock, "project_id", "eu-de")},
		{name: "error: a region that cannot be part of a host name", block: with(tokenBlock, "region", "eu/de")},
		{name: "a region that cannot be part of a host name beside an endpoint", block: set("endpoint", "https://ims.eu-de.otc.t-systems.com", "region", "attacker.example/x", "project_id", projectA, "access_key", "ak", "secret_key", "sk")},
		{name: "error: a region that cannot be part of the host name of IAM", block: set("endpoint", "https://ims.eu-de.otc.t-systems.com", "region", "attacker.example/x", "user_name", "u", "password", "pw", "domain_name", "d")},
		{name: "error: a region that cannot be part of the host name of the security token service", block: set("endpoint", "https://ims.eu-de.otc.t-systems.com", "region", "attacker.example/x", "project_id", projectA, "access_key", "ak", "secret_key", "sk", "assume_role", "set", "assume_role.agency_urn", "iam::0123:agency:a")},
		{name: "error: a cloud domain that is a URL", block: with(tokenBlock, "cloud_domain", "https://otc.t-systems.com")},
		{name: "error: an auth_url that is not a URL", block: with(tokenBlock, "auth_url", "iam.example.com")},
		{name: "error: an exported auth_url that is not a URL", block: with(tokenBlock, "project_id", "", "cloud_domain", ""), env: set("OS_AUTH_URL", "iam.example.com")},
		{name: "error: an STS URL that is not a URL", block: tokenBlock, env: set("IMS_STS_ENDPOINT", "sts.example.com")},
		{name: "error: a metadata service with a password", block: metadata, env: set("IMS_METADATA_ENDPOINT", "http://u:hunter2@metadata.example.com")},
		{name: "error: a metadata service that is not a URL", block: metadata, env: set("IMS_METADATA_ENDPOINT", "169.254.169.254")},
		{name: "error: an endpoint with a password", block: with(tokenBlock, "endpoint", "https://u:hunter2@ims.example.com")},
		{name: "error: max_retries that is not a number", block: tokenBlock, env: set("HW_MAX_RETRIES", "many")},
		{name: "error: insecure that is neither true nor false", block: tokenBlock, env: set("OS_INSECURE", "maybe")},
		{name: "error: a token and an endpoint, and no IAM to ask for the project", block: set("token", "t", "endpoint", "https://ims.example.com")},
		{name: "error: a password, an endpoint that names no cloud, and no IAM", block: set("user_name", "u", "password", "pw", "domain_name", "d", "region", "eu-de", "endpoint", "https://10.0.0.1")},
	}
}
