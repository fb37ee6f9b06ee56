package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// passwordSettings are those of a login with user and password, which a case changes.
func passwordSettings(mock *imstest.Server) map[string]string {
	return map[string]string{
		"endpoint": mock.URL(), "auth_url": iamURL(mock), "region": imstest.Region,
		"user_name": imstest.UserName, "password": imstest.Password, "domain_name": imstest.DomainName,
	}
}

// Each failed login says what to check, what IAM said, and no secret.
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
		settings    map[string]string // "" takes one away
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
		"a project that is not there": {
			settings: map[string]string{"project_name": "nowhere"},
			want:     []string{"that the project exists", "HTTP 401"},
		},
		"IAM down": {
			prepare: func(mock *imstest.Server) {
				down := imstest.Answer{Status: 503, Body: "down"}
				mock.Force(imstest.CreateToken, down, down, down, down)
			},
			want: []string{"IAM failed or limits the rate of calls", "HTTP 503 Service Unavailable: down"},
		},
		"a page of a proxy": {
			prepare: func(mock *imstest.Server) { mock.Force(imstest.CreateToken, imstest.HTML(http.StatusMovedPermanently)) },
			want:    []string{"Check auth_url, and whether a proxy or a login page intercepts the calls"},
		},
		"a page of a proxy with the right status": {
			prepare: func(mock *imstest.Server) { mock.Force(imstest.CreateToken, imstest.HTML(http.StatusCreated)) },
			want:    []string{"IAM did not respond as expected"},
		},
		"an address where nobody is": {
			settings: map[string]string{"auth_url": "http://127.0.0.1:1/v3"},
			want:     []string{"Check auth_url", "connection refused"},
		},
		"no image service in the catalog": {
			settings: map[string]string{"endpoint": "", "region": "", "project_name": imstest.Region},
			want:     []string{"the service catalog has no image service", "set endpoint (environment: IMS_ENDPOINT)"},
		},
		"several projects of a name": {
			options: []imstest.Option{imstest.WithNamedProject(imstest.Region, acctest.OtherProject)},
			settings: map[string]string{
				"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
			},
			want: []string{`2 projects are named "mock-1"`, acctest.OtherProject, imstest.ProjectID},
		},
		"no project of a name": {
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
		"a cloud that is not there": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "nowhere"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": "DIR/clouds.yaml"},
			want:        []string{`The cloud "nowhere" (from the provider block) cannot be used`},
		},
		"a clouds.yaml that is none": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": broken},
			want:        []string{`The cloud "mock" (from the provider block) cannot be used: reading clouds.yaml: yaml:`},
		},
		"a cloud without a login": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": bare},
			want:        []string{`The cloud "mock" (from the provider block) cannot be used`, `the entry has no auth section`},
		},
		"a clouds.yaml that is not there": {
			settings:    map[string]string{"user_name": "", "password": "", "cloud": "mock"},
			environment: map[string]string{"OS_CLIENT_CONFIG_FILE": broken + ".gone"},
			want:        []string{"clouds.yaml not found"},
		},
		"a profile that is not there": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": "DIR/config.json", "profile": "nowhere"},
			want:     []string{`has no profile "nowhere". It has the profiles: other, mock`},
		},
		"a profile without keys": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": "DIR/config.json", "profile": "other"},
			want:     []string{"the profile other has no access key and secret key"},
		},
		"a profile file that is not there": {
			settings: map[string]string{"user_name": "", "password": "", "shared_config_file": broken + ".gone"},
			want:     []string{"reading the configuration file of KooCLI", "no such file"},
		},
		"a profile file that is none": {
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

// What IAM fails at for the moment it is asked again, because nothing else would: Terraform configures a provider once.
func TestConfigureOutlivesAPassingFaultOfIAM(t *testing.T) {
	t.Parallel()
	keys := map[string]string{
		"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	}
	cases := map[string]struct {
		call     imstest.Operation
		settings map[string]string // "" takes one away
	}{
		"a login":   {call: imstest.CreateToken},
		"a look-up": {call: imstest.ListProjects, settings: keys},
		"a token": {call: imstest.ShowToken, settings: map[string]string{
			"user_name": "", "password": "", "domain_name": "", "endpoint": "", "token": imstest.Token,
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			settings := passwordSettings(mock)
			for name, value := range c.settings {
				settings[name] = value
				if value == "" {
					delete(settings, name)
				}
			}
			mock.SetCatalog("ims", imstest.Region, mock.URL())
			mock.Force(c.call, imstest.Answer{Status: 503}, imstest.Answer{Drop: true}, imstest.GatewayError(429, "APIGW.0308", "slow down"))
			if diagnostics := tryConfigure(t, acctest.Isolated, settings); len(diagnostics) > 0 {
				t.Errorf("the diagnostics are %q, %q", acctest.Summaries(diagnostics), acctest.Details(diagnostics))
			}
			acctest.ExpectCalls(t, mock, c.call, 4)
		})
	}
}

// configureFails configures a provider and returns the one error of it.
func configureFails(t *testing.T, environment, settings map[string]string) string {
	t.Helper()
	dependencies := acctest.Isolated
	dependencies.Getenv = acctest.EnvironmentOf(environment)
	diagnostics := tryConfigure(t, dependencies, settings)
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("the diagnostics are %q, %q, want one error", acctest.Summaries(diagnostics), acctest.Details(diagnostics))
	}
	return diagnostics[0].Summary + "\n" + diagnostics[0].Detail
}

func tryConfigure(t *testing.T, dependencies provider.Dependencies, settings map[string]string) []*tfprotov6.Diagnostic {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, dependencies)
	resp, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           p.Value(p.Config, settings),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// A nested object that lacks what it is for is not passed over.
func TestAccLoginWithHalfAnObject(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ config, want string }{
		"a role without a name":           {`assume_role = { domain_name = "d" }`, "The name of the agency is missing"},
		"a role without an account":       {`assume_role = { agency_name = "a" }`, "The account of the agency is missing"},
		"a web identity without anything": {`assume_role_with_oidc = {}`, "The identity provider of the web identity is missing"},
		"a web identity with two tokens": {
			`assume_role_with_oidc = { idp_id = "i", id_token = "a", id_token_file = "b" }`, "id_token and id_token_file of assume_role_with_oidc conflict",
		},
		"a role that is too short": {
			`assume_role = { agency_name = "a", domain_name = "d", duration = 60 }`, "must be between 900 and 86400",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, nil, fmt.Sprintf("provider \"ims\" {\n region = \"eu-de\"\n project_id = %q\n %s\n}\n", imstest.ProjectID, c.config)+
				acctest.TagBlock("test", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "k", "v"))
			w.Env = append(w.Env, "HW_ACCESS_KEY=ak", "HW_SECRET_KEY=sk")
			if output := w.Fail("Error:", "plan"); !strings.Contains(acctest.Squeeze(output), c.want) {
				t.Errorf("the error does not say %q:\n%s", c.want, output)
			}
		})
	}
}

// A clock that is off is the gateway's to notice. It says so, and the advice names the limit.
func TestLoginWithAClockThatIsOff(t *testing.T) {
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

// The machine has no agency, the role is not there, the identity is not accepted: found at the first call.
func TestAccLoginFailuresOfTheFirstCall(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options []imstest.Option
		config  func(*imstest.Server, string) string
		want    string
	}{
		"no agency of the machine": {
			[]imstest.Option{imstest.WithoutAgency()}, lines("use_metadata = true"), `This machine has no agency`,
		},
		"no such agency": {
			nil, lines("auth_url = %q\n token = %q\n "+agencyBlock, "IAM", imstest.Token, "nobody", imstest.DomainName),
			`Check\s+agency_name`,
		},
		"an identity nobody vouches for": {
			nil, lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token = %q }", "IAM", imstest.IdentityProvider, "forged"),
			`IAM rejected the web\s+identity`,
		},
		"an identity whose file is gone": {
			nil, lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token_file = %q }", "IAM", imstest.IdentityProvider, "DIR/gone"),
			`A file that the login needs does not exist`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			image := mock.AddImage("golden")
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(map[string]string{"IMS_METADATA_ENDPOINT": mock.URL()})
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n max_retries = 1\n %s\n}\n",
				mock.URL(), imstest.ProjectID, c.config(mock, t.TempDir()))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
				Steps: []resource.TestStep{{
					Config:      config + acctest.TagBlock("test", image, "k", "v"),
					ExpectError: regexp.MustCompile(c.want),
				}},
			})
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

// Ten tags and a wrong password make one refused login, not ten.
func TestAccLoginIsRefusedOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n auth_url = %q\n user_name = %q\n password = \"wrong\"\n domain_name = %q\n}\n",
		mock.URL(), imstest.ProjectID, iamURL(mock), imstest.UserName, imstest.DomainName)
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config:      config.String(),
			ExpectError: regexp.MustCompile(`IAM rejected the login`),
		}},
	})
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
}

// Tokens and keys that live for two seconds are renewed by one login at a time, and no operation fails.
func TestAccLoginOutlivesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config  func(*imstest.Server, string) string
		login   imstest.Operation
		options []imstest.Option
	}{
		"tokens": {
			lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q", "IAM", imstest.UserName, imstest.Password, imstest.DomainName),
			imstest.CreateToken,
			[]imstest.Option{imstest.WithTokenLife(2 * time.Second)},
		},
		"keys": {
			lines("use_metadata = true"), imstest.SecurityKey,
			[]imstest.Option{imstest.WithKeyLife(2 * time.Second), imstest.WithoutMetadataToken()},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			mock.SetLatency(20 * time.Millisecond)
			var config strings.Builder
			fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n", mock.URL(), imstest.ProjectID, c.config(mock, ""))
			for i := range 20 {
				image := mock.AddImage(fmt.Sprintf("image-%d", i))
				for j := range 10 {
					config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d-%d", i, j), image, fmt.Sprintf("key-%d", j), "v"))
				}
			}
			w := acctest.NewWorkspace(t, mock, config.String())
			// One at a time, so that the apply outlives what the login gives: 200 calls of 20 ms are four seconds.
			w.Env = append(w.Env, "IMS_METADATA_ENDPOINT="+mock.URL())
			begun := time.Now()
			w.Run("apply", "-auto-approve", "-parallelism=1")
			took := time.Since(begun)

			if written := mock.Count(imstest.WriteTag); written < 200 {
				t.Errorf("%d tags were written, want 200", written)
			}
			// Keys are renewed a tenth of their life before they expire.
			if logins, most := mock.Count(c.login), int(took/(1800*time.Millisecond))+1; logins < 2 || logins > most {
				t.Errorf("%d logins were made in %s, want 2 to %d", logins, took, most)
			}
			t.Logf("%d logins in %s", mock.Count(c.login), took)
		})
	}
}
