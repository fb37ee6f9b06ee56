// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The error of a failed login says what to check and contains the message of IAM. It contains no secret.
func TestLoginFailures(t *testing.T) {
	t.Parallel()
	broken, bare := filepath.Join(t.TempDir(), "clouds.yaml"), filepath.Join(t.TempDir(), "clouds.yaml")
	for name, content := range map[string]string{broken: "clouds:\n\t- not yaml", bare: "clouds:\n  mock:\n    region_name: r\n"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		options     []imstest.Option
		prepare     func(*imstest.Server)
		settings    map[string]string // "" removes a setting
		environment map[string]string
		want        []string
	}{
		"a wrong password": {
			settings: map[string]string{"password": "hunter2"},
			want: []string{
				"Check user_name, password and domain_name", "HTTP 401 Unauthorized 401: The username or password is wrong.",
				"Login:    user name and password from the provider block", "/v3/auth/tokens",
			},
		},
		"a wrong account": {
			settings: map[string]string{"domain_name": "other"},
			want:     []string{"Check user_name, password and domain_name"},
		},
		"a project that does not exist": {
			settings: map[string]string{"project_name": "nowhere"},
			want:     []string{"that the project exists", "HTTP 401"},
		},
		"IAM is unavailable": {
			prepare: func(mock *imstest.Server) {
				down := imstest.Answer{Status: 503, Body: "down"}
				mock.Force(imstest.CreateToken, down, down, down, down)
			},
			want: []string{"IAM failed or limits the rate of calls", "HTTP 503 Service Unavailable: down"},
		},
		"a redirect of a proxy": {
			prepare: func(mock *imstest.Server) { mock.Force(imstest.CreateToken, imstest.HTML(http.StatusMovedPermanently)) },
			want:    []string{"Check auth_url, and whether a proxy or a login page intercepts the calls"},
		},
		"an HTML page of a proxy with the documented status": {
			prepare: func(mock *imstest.Server) { mock.Force(imstest.CreateToken, imstest.HTML(http.StatusCreated)) },
			want:    []string{"whether a proxy or a login page intercepts the calls", "HTTP 201 Created: the response is not the documented JSON"},
		},
		"a port without a server": {
			settings: map[string]string{"auth_url": "http://127.0.0.1:1/v3"},
			want:     []string{"Check auth_url", "connection refused"},
		},
		"no image service in the catalog": {
			settings: map[string]string{"endpoint": "", "region": "", "project_name": imstest.Region},
			want:     []string{"the service catalog has no image service", "set endpoint (environment: IMS_ENDPOINT)"},
		},
		"several projects with the name": {
			options: []imstest.Option{imstest.WithNamedProject(imstest.Region, acctest.OtherProject)},
			settings: map[string]string{
				"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
			},
			want: []string{`2 projects are named "mock-1"`, acctest.OtherProject, imstest.ProjectID},
		},
		"no project with the name": {
			settings: map[string]string{
				"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
				"project_name": "nowhere",
			},
			want: []string{`project "nowhere" not found`},
		},
		"a wrong secret key": {
			settings: map[string]string{
				"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": "hunter2",
			},
			want: []string{"access_key and secret_key belong together", "within 15 minutes"},
		},
		"a cloud that does not exist": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "nowhere"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": "DIR/clouds.yaml"},
			want:        []string{`The cloud "nowhere" (from the provider block) cannot be used`},
		},
		"a clouds.yaml that is not YAML": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": broken},
			want:        []string{`The cloud "mock" (from the provider block) cannot be used: reading clouds.yaml: yaml:`},
		},
		"a cloud without an auth section": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": bare},
			want:        []string{`The cloud "mock" (from the provider block) cannot be used`, `the entry has no auth section`},
		},
		"a clouds.yaml that does not exist": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": broken + ".gone"},
			want:        []string{"clouds.yaml not found"},
		},
		"a profile that does not exist": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": "DIR/config.json", "profile": "nowhere"},
			want:     []string{`has no profile "nowhere". It has the profiles: other, mock`},
		},
		"a profile without keys": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": "DIR/config.json", "profile": "other"},
			want:     []string{"the profile other has no access key and secret key"},
		},
		"a profile file that does not exist": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": broken + ".gone"},
			want:     []string{"reading the configuration file of KooCLI", "no such file"},
		},
		"a profile file that is not JSON": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": broken},
			want:     []string{"is not a configuration file of KooCLI"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			dir := writeLoginFiles(t, mock)
			if c.prepare != nil {
				c.prepare(mock)
			}
			settings := passwordSettings(mock)
			for name, value := range c.settings {
				settings[name] = strings.ReplaceAll(value, "DIR", dir)
				if value == "" {
					delete(settings, name)
				}
			}
			environment := make(map[string]string)
			for name, value := range c.environment {
				environment[name] = strings.ReplaceAll(value, "DIR", dir)
			}
			detail := configureFails(t, environment, settings)
			for _, want := range c.want {
				if !strings.Contains(detail, want) {
					t.Errorf("the error does not say %q:\n%s", want, detail)
				}
			}
			for _, secret := range []string{"hunter2", imstest.Password, imstest.SecretKey} {
				if strings.Contains(detail, secret) {
					t.Errorf("the error holds the secret %q:\n%s", secret, detail)
				}
			}
		})
	}
}

// The summary names the login only if IAM rejected it.
func TestTitlesOfConfigurationErrors(t *testing.T) {
	t.Parallel()
	keys := map[string]string{
		"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	}
	with := func(name, value string) map[string]string {
		settings := map[string]string{name: value}
		for key, text := range keys {
			settings[key] = text
		}
		return settings
	}
	cases := map[string]struct {
		settings map[string]string
		want     []string
	}{
		"a file that does not exist": {map[string]string{"cacert_file": "/nowhere/ca.pem"}, []string{"Cannot configure the provider"}},
		"a project that does not exist": {
			with("project_name", "nowhere"),
			[]string{"Cannot configure the provider", `project "nowhere" not found; existing projects: mock-1 (` + imstest.ProjectID + ")"},
		},
		"no service in the catalog": {with("endpoint", ""), []string{"Cannot configure the provider", "set endpoint (environment: IMS_ENDPOINT)"}},
		"a wrong password":          {map[string]string{"password": "hunter2"}, []string{"Cannot log in to the cloud"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			detail := configureFails(t, nil, changed(passwordSettings(mock), c.settings))
			for _, want := range c.want {
				if !strings.Contains(detail, want) {
					t.Errorf("the error does not say %q:\n%s", want, detail)
				}
			}
		})
	}
}

// If the clock of the machine is wrong, the gateway rejects the signature. The advice names the limit.
func TestLoginWithWrongClock(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithClock(func() time.Time { return time.Now().Add(16 * time.Minute) }))
	settings := passwordSettings(mock)
	for _, name := range []string{"user_name", "password", "domain_name"} {
		delete(settings, name)
	}
	settings["access_key"], settings["secret_key"] = imstest.AccessKey, imstest.SecretKey
	if detail := configureFails(t, nil, settings); !strings.Contains(detail, "within 15 minutes") {
		t.Errorf("the error does not name the limit:\n%s", detail)
	}
}
