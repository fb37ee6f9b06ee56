// SPDX-License-Identifier: MPL-2.0

package settings_test

import "maps"

// prefixRows are configurations with variables of two prefixes, which can be those of two clouds.
func prefixRows() []row {
	both := func(a, b map[string]string) map[string]string {
		result := with(a)
		maps.Copy(result, b)
		return result
	}
	openrc := set("OS_AUTH_URL", "https://iam.eu-de.otc.t-systems.com/v3", "OS_USERNAME", "o", "OS_PASSWORD", "opw", "OS_USER_DOMAIN_NAME", "od", "OS_PROJECT_NAME", "eu-de_o")
	withoutPassword := with(openrc, "OS_PASSWORD", "")
	place := set("HW_CLOUD", "myhuaweicloud.com", "HW_REGION_NAME", "ap-southeast-3", "HW_PROJECT_ID", projectA)
	user := with(place, "HW_USER_NAME", "h", "HW_USER_PASSWORD", "hpw", "HW_DOMAIN_NAME", "hd")
	keys := both(place, keysEnv)
	oidc := with(place, "HW_ASSUME_ROLE_IDP_ID", "i", "HW_ASSUME_ROLE_ID_TOKEN", "id")
	ids := set("OS_USER_ID", "oid", "OS_USER_DOMAIN_ID", "odid", "OS_PROJECT_ID", projectB, "OS_PASSCODE", "123456")
	application := with(withoutPassword, "OS_APPLICATION_CREDENTIAL_ID", "i", "OS_APPLICATION_CREDENTIAL_SECRET", "s")
	entry := set(homeClouds, "clouds: {otc: {auth: {username: u, password: pw, user_domain_name: d}}}")
	exact := with(tokenBlock, "token", "")
	block := set("user_name", "u", "domain_name", "d")
	return []row{
		{name: "users of two clouds: HW_", env: both(openrc, user)},
		{name: "users of two clouds, with ids of OS_: HW_", env: both(both(openrc, ids), with(user, "HW_PROJECT_ID", "", "HW_PROJECT_NAME", "hp", "HW_AUTH_URL", "https://iam.ap-southeast-3.myhuaweicloud.com/v3"))},
		{name: "users of two clouds, without a cloud and a project of HW_", env: both(openrc, with(user, "HW_CLOUD", "", "HW_PROJECT_ID", ""))},
		{name: "keys of HW_ and a user of OS_: HW_", env: both(openrc, keys)},
		{name: "keys of HW_ and an application credential of OS_: HW_", env: both(application, keys)},
		{name: "a user of HW_ and a token of OS_: OS_", env: both(with(openrc, "OS_TOKEN", "t"), user)},
		{name: "a user of HW_ and keys of OS_: OS_", env: both(with(openrc, "OS_ACCESS_KEY", "o", "OS_SECRET_KEY", "o"), user)},
		{name: "a web identity of HW_ and a user of OS_: HW_", env: both(openrc, oidc)},
		{name: "a profile of HW_ and a user of OS_: HW_", env: with(openrc, "HW_PROFILE", "work"), files: profiles(`"accessKeyId":"ak","secretAccessKey":"sk","region":"eu-west-101"`)},
		{name: "a clouds.yaml of OS_ and users of two clouds: OS_", env: with(both(openrc, user), "OS_CLOUD", "otc", "HW_AUTH_URL", "https://iam.ap-southeast-3.myhuaweicloud.com/v3"), files: entry},
		{name: "a user in the block and passwords of two clouds: HW_", block: block, env: with(both(openrc, user), "OS_USERNAME", "", "HW_USER_NAME", "")},
		{name: "error: users of two clouds, the account of one", env: both(openrc, with(user, "HW_DOMAIN_NAME", ""))},
		{name: "error: users of two clouds, the cloud of one", env: both(openrc, with(user, "HW_CLOUD", "", "HW_REGION_NAME", ""))},
		{name: "one access key under both prefixes", env: with(openrc, "OS_ACCESS_KEY", "ak", "HW_ACCESS_KEY", "ak", "HW_SECRET_KEY", "sk", "OS_PASSWORD", "")},
		{name: "one user under both prefixes", env: with(openrc, "HW_USER_NAME", "o", "HW_USER_PASSWORD", "opw")},
		{name: "two users with one password", env: both(openrc, with(user, "HW_USER_PASSWORD", "opw"))},
		{name: "keys of HW_, the rest of OS_", env: both(with(withoutPassword, "OS_REGION_NAME", "eu-de"), keysEnv)},
		{name: "a user of HW_ by name, ids of OS_", env: both(with(ids, "OS_PASSCODE", ""), with(user, "HW_PROJECT_ID", "", "HW_PROJECT_NAME", "hp"))},
		{name: "a user of OS_, names and a region of HW_", env: with(openrc, "OS_REGION_NAME", "eu-de", "HW_REGION_NAME", "ap-southeast-3", "HW_USER_NAME", "h", "HW_DOMAIN_ID", "hdid")},
		{name: "keys of HW_, an auth_url of OS_ outside HW_CLOUD", env: both(withoutPassword, keys)},
		{name: "keys of HW_, an auth_url of OS_ in HW_CLOUD", env: with(both(withoutPassword, keys), "HW_CLOUD", "OTC.t-systems.com", "HW_REGION_NAME", "")},
		{name: "a user of OS_ and its auth_url, another HW_CLOUD", env: both(openrc, place)},
		{name: "a user in the block, an auth_url of OS_ outside HW_CLOUD", block: with(block, "password", "pw"), env: both(withoutPassword, place)},
		{name: "error: an access key in the block, the secret key of another", block: with(exact, "access_key", "ak"), env: set("HW_ACCESS_KEY", "other", "HW_SECRET_KEY", "sk")},
		{name: "error: an access key in the block, the secret key of another in OS_", block: with(exact, "access_key", "ak"), env: set("OS_ACCESS_KEY", "other", "OS_SECRET_KEY", "sk")},
		{name: "an access key in the block, also exported with its secret key", block: with(exact, "access_key", "ak"), env: keysEnv},
		{name: "an access key in the block, another and the secret key under another prefix", block: with(exact, "access_key", "ak"), env: set("HW_ACCESS_KEY", "other", "OS_SECRET_KEY", "sk")},
		{name: "error: an access key of an entry, the secret key of another", env: set("OS_CLOUD", "otc", "OS_ACCESS_KEY", "other", "OS_SECRET_KEY", "sk"), files: set(homeClouds, cloud("      ak: ak\n"))},
		{name: "error: a user in the block, the password of another", block: with(passwordBlock, "password", ""), env: set("HW_USER_NAME", "other", "HW_USER_PASSWORD", "hpw")},
		{name: "error: a user in the block, the password of another by id", block: with(passwordBlock, "password", ""), env: set("OS_USER_ID", "other", "OS_PASSWORD", "opw")},
		{name: "error: a user in the block by id, the password of another", block: with(passwordBlock, "password", "", "user_name", "", "user_id", "uid"), env: set("OS_USERNAME", "other", "OS_PASSWORD", "opw")},
		{name: "error: a user of an entry, the password of another", env: set("OS_CLOUD", "otc", "OS_USERNAME", "other", "OS_PASSWORD", "opw"), files: set(homeClouds, cloud("      username: u\n      user_domain_name: d\n"))},
		{name: "a user in the block, also exported with the password", block: with(passwordBlock, "password", ""), env: set("OS_USER_ID", "uid", "OS_USER_NAME", "u", "OS_PASSWORD", "opw")},
		{name: "a user in the block, another and the password under another prefix", block: with(passwordBlock, "password", ""), env: set("HW_USER_NAME", "other", "OS_PASSWORD", "opw")},
		{name: "an auth_url of HW_ outside HW_CLOUD", env: with(user, "HW_AUTH_URL", "https://login.example.com/v3")},
	}
}
