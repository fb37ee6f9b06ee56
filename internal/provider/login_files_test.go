// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func iamURL(mock *imstest.Server) string { return mock.URL() + "/v3" }

// writeLoginFiles writes the configuration files of the command line tools to a folder.
func writeLoginFiles(t *testing.T, mock *imstest.Server) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files := map[string]string{
		"clouds.yaml": fmt.Sprintf(`clouds:
  mock: {region_name: %[1]s, auth: {auth_url: %[2]q, username: %[3]s, user_domain_name: %[4]s}}
  keys: {region_name: %[1]s, auth: {auth_url: %[2]q, ak: %[5]s}}
  application: {region_name: %[1]s, auth: {auth_url: %[2]q, application_credential_id: %[6]s}}
`, imstest.Region, iamURL(mock), imstest.UserName, imstest.DomainName, imstest.AccessKey, imstest.ApplicationCredentialID),
		"secure.yaml": fmt.Sprintf(`clouds:
  mock: {auth: {password: %s}}
  keys: {auth: {sk: %s}}
  application: {auth: {application_credential_secret: %s}}
`, imstest.Password, imstest.SecretKey, imstest.ApplicationCredentialSecret),
		"config.json": fmt.Sprintf(`{"current":"mock","profiles":[{"name":"other","mode":"SSO"},
			{"name":"mock","mode":"AKSK","accessKeyId":%[1]q,"secretAccessKey":%[2]q,"region":%[3]q},
			{"name":"agency","mode":"AKSK","accessKeyId":%[1]q,"secretAccessKey":%[2]q,"region":%[3]q,"agencyName":%[4]q,"agencyDomainName":%[5]q},
			{"name":"sso","mode":"SSO","region":%[3]q,"ssoAuth":{"stsToken":{"accessKeyId":%[6]q,"secretAccessKey":%[7]q,"securityToken":%[8]q}}}]}`,
			imstest.AccessKey, imstest.SecretKey, imstest.Region, imstest.AgencyName, imstest.OtherDomainName,
			imstest.TempAccessKey, imstest.TempSecretKey, imstest.TempSecurityToken),
		"id-token": imstest.IDToken + "\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// addImageTo adds an image to a project and returns its id.
func addImageTo(mock *imstest.Server, project string) string {
	const id = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	mock.PutImage(imstest.Image{ID: id, ProjectID: project, Name: "golden"})
	return id
}
