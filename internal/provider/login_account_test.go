package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A login takes one call, and two where only a first one can tell the account of the user.
func TestLoginsThatAConfigurationTakes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options  []imstest.Option
		settings map[string]string // "" takes one away
		logins   int
	}{
		"a user by name": {logins: 1},
		"a user by id, the project by the region": {settings: map[string]string{"user_name": "", "domain_name": "", "user_id": imstest.UserID}, logins: 2},
		"a user by id, the account known": {
			settings: map[string]string{"user_name": "", "domain_name": "", "user_id": imstest.UserID, "domain_id": imstest.DomainID}, logins: 1,
		},
		"an account by id and by name": {settings: map[string]string{"domain_id": imstest.DomainID, "domain_name": "of another time"}, logins: 1},
		"a second factor": {
			options: []imstest.Option{imstest.WithSecondFactor()}, settings: map[string]string{"passcode": imstest.Passcode}, logins: 1,
		},
		"a second factor of a user by id: the passcode is used once": {
			options:  []imstest.Option{imstest.WithSecondFactor()},
			settings: map[string]string{"user_name": "", "domain_name": "", "user_id": imstest.UserID, "passcode": imstest.Passcode}, logins: 2,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			diagnostics := tryConfigure(t, acctest.Isolated, changed(passwordSettings(mock), c.settings))
			if len(diagnostics) > 0 {
				t.Fatal(acctest.Summaries(diagnostics), acctest.Details(diagnostics))
			}
			acctest.ExpectCalls(t, mock, imstest.CreateToken, c.logins)
		})
	}
}

// changed returns settings with others on top. An empty text takes one away.
func changed(settings, by map[string]string) map[string]string {
	for name, value := range by {
		settings[name] = value
		if value == "" {
			delete(settings, name)
		}
	}
	return settings
}

// A wrong password ends the run after one login, also where the login is made for something else; the error says who
// logged in, and where each part comes from.
func TestARefusedLoginIsRecognisedThroughARole(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	environment := map[string]string{
		"HW_ASSUME_ROLE_AGENCY_NAME": imstest.AgencyName, "HW_ASSUME_ROLE_DOMAIN_NAME": imstest.OtherDomainName, "OS_PASSWORD": "hunter2",
	}
	detail := configureFails(t, environment, changed(passwordSettings(mock), map[string]string{"password": ""}))
	for _, want := range []string{
		"Cannot log in to the cloud", "Check user_name, password and domain_name", "user mock-user from the provider block",
		"account MOCK-DOMAIN from the provider block", "password from OS_PASSWORD", "region mock-1 from the provider block",
	} {
		if !strings.Contains(detail, want) {
			t.Errorf("the error does not say %q:\n%s", want, detail)
		}
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
	acctest.ExpectCalls(t, mock, imstest.AssumeRole, 0)
}

// The same at the first call of the service: one login, and ten tags that fail at once.
func TestAccARefusedLoginUnderARoleEndsTheRun(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n auth_url = %q\n user_name = %q\n password = \"wrong\"\n domain_name = %q\n "+agencyBlock+"\n}\n",
		mock.URL(), imstest.ProjectID, iamURL(mock), imstest.UserName, imstest.DomainName, imstest.AgencyName, imstest.DomainName)
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	w := acctest.NewWorkspace(t, mock, config.String())
	output := acctest.Squeeze(w.Fail("Cannot create image tag", "apply", "-auto-approve"))
	if !strings.Contains(output, "IAM rejected the login") || !strings.Contains(output, "user mock-user") {
		t.Errorf("the error does not say who was refused:\n%s", output)
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
	acctest.ExpectCalls(t, mock, imstest.AssumeRole, 0)
}

// A token that took a passcode cannot be renewed, and the error says why.
func TestALoginWithAPasscodeIsNotRenewed(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.Configure(changed(passwordSettings(mock), map[string]string{"passcode": imstest.Passcode}))
	state := p.Value(p.Resource, map[string]string{
		"id": imstest.ProjectID + "/" + image + "/k", "project_id": imstest.ProjectID, "image_id": image, "key": "k", "value": "v",
	})
	mock.SetTag(image, "k", "v")
	p.NoErrors(p.Read(state).Diagnostics)

	mock.RevokeTokens()
	mock.SetTag(image, "other", "v")
	second := mock.AddImage("second")
	state = p.Value(p.Resource, map[string]string{
		"id": imstest.ProjectID + "/" + second + "/k", "project_id": imstest.ProjectID, "image_id": second, "key": "k", "value": "v",
	})
	diagnostics := p.Read(state).Diagnostics
	if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "a passcode can only be used once") {
		t.Errorf("the diagnostics are %q, %q", acctest.Summaries(diagnostics), acctest.Details(diagnostics))
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
}

// What goes wrong before anybody was refused is not called a login.
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
		"a file that is not there": {map[string]string{"cacert_file": "/nowhere/ca.pem"}, []string{"Cannot configure the provider"}},
		"a project that is not there": {
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

// The project of an agency is looked up in its account, also by the name that Open Telekom Cloud's tools use.
func TestProjectsOfAnAgency(t *testing.T) {
	t.Parallel()
	agency := map[string]string{"OS_AGENCY_NAME": imstest.AgencyName, "OS_AGENCY_DOMAIN_NAME": imstest.OtherDomainName}
	cases := map[string]map[string]string{
		"named after the region":   {},
		"by OS_DELEGATED_PROJECT":  {"OS_DELEGATED_PROJECT": imstest.Region, "OS_PROJECT_NAME": "own"},
		"by the account's own id":  {"HW_ASSUME_ROLE_DOMAIN_ID": imstest.OtherDomainID},
		"by OS_PROJECT_NAME alone": {"OS_PROJECT_NAME": imstest.Region},
	}
	for name, more := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			image := addImageTo(mock, imstest.OtherProjectID)
			mock.SetTag(image, "k", "v")
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(changed(changed(map[string]string{}, agency), more))
			p := acctest.NewUnconfiguredServer(t, dependencies)
			p.Configure(passwordSettings(mock))
			imported := p.ImportState(image+"/k", nil)
			p.NoErrors(imported.Diagnostics)
			if got := p.Strings(p.Resource, imported.ImportedResources[0].State)["project_id"]; got != imstest.OtherProjectID {
				t.Errorf("the project is %q", got)
			}
			for _, r := range mock.Requests(imstest.ListProjects) {
				if got := r.Header.Get("X-Domain-Id"); got != imstest.OtherDomainID {
					t.Errorf("the projects of the account %q were listed", got)
				}
			}
		})
	}
}
