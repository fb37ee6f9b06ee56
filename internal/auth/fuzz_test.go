package auth_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// Whatever clouds.yaml and secure.yaml hold, they are read without a panic, and what fails gives nothing.
func FuzzReadCloud(f *testing.F) {
	const whole = "clouds:\n  mock:\n    region_name: mock-1\n    auth:\n      auth_url: https://iam.example.com/v3\n" +
		"      username: u\n      password: p\n      user_domain_name: d\n      project_name: mock-1\n"
	for _, seed := range [][2]string{
		{whole, ""},
		{whole, "clouds:\n  mock:\n    auth:\n      password: secret\n"},
		{whole, "clouds:\n  mock:\n"},
		{whole, "clouds: []"},
		{"", ""},
		{"clouds:", ""},
		{"clouds:\n  mock:", ""},
		{"clouds:\n  mock:\n    auth:", "clouds:\n  mock:\n    auth:"},
		{"clouds:\n  mock:\n    auth: text", ""},
		{"clouds:\n  mock:\n    auth_type: v3applicationcredential\n    auth:\n      application_credential_id: i\n      application_credential_secret: s\n", ""},
		{"clouds:\n  mock:\n    regions: [{name: a}]\n    cacert: missing.pem\n    verify: false\n", ""},
		{"a: &a [*a]", "\xff"},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, clouds, secure []byte) {
		folder := t.TempDir()
		path := filepath.Join(folder, "clouds.yaml")
		for name, content := range map[string][]byte{path: clouds, filepath.Join(folder, "secure.yaml"): secure} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cloud, err := auth.ReadCloud(path, "mock")
		if err != nil && (cloud.AuthURL != "" || cloud.Options.Password != "") {
			t.Errorf("it failed with %v, and still gave a cloud", err)
		}
		if err == nil && cloud.TLS == nil {
			t.Error("a cloud has no TLS settings")
		}
	})
}
