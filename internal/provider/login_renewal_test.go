// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Temporary failures of IAM are retried, because Terraform configures a provider only once.
func TestConfigureRetriesTemporaryFailuresOfIAM(t *testing.T) {
	t.Parallel()
	keys := map[string]string{
		"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	}
	cases := map[string]struct {
		call     imstest.Operation
		settings map[string]string // "" removes a setting
	}{
		"a login":  {call: imstest.CreateToken},
		"a lookup": {call: imstest.ListProjects, settings: keys},
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

// Tokens and keys with a lifetime of five seconds are renewed, one login at a time, and no operation fails.
func TestAccLoginIsRenewed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config  func(*imstest.Server, string) string
		login   imstest.Operation
		options []imstest.Option
	}{
		"tokens": {
			lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q", "IAM", imstest.UserName, imstest.Password, imstest.DomainName),
			imstest.CreateToken,
			[]imstest.Option{imstest.WithTokenLifetime(5 * time.Second)},
		},
		"keys": {
			lines("use_metadata = true"), imstest.SecurityKey,
			[]imstest.Option{imstest.WithKeyLifetime(5 * time.Second), imstest.WithoutMetadataToken()},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			mock.SetLatency(60 * time.Millisecond)
			var config strings.Builder
			fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n", mock.URL(), imstest.ProjectID, c.config(mock, ""))
			for i := range 20 {
				image := mock.AddImage(fmt.Sprintf("image-%d", i))
				for j := range 10 {
					config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d-%d", i, j), image, fmt.Sprintf("key-%d", j), "v"))
				}
			}
			w := acctest.NewWorkspace(t, mock, config.String())
			// One operation at a time, so that the apply takes longer than the lifetime: 200 calls of 60 ms are twelve seconds.
			w.Env = append(w.Env, "IMS_METADATA_ENDPOINT="+mock.URL())
			w.Run("apply", "-auto-approve", "-parallelism=1")

			writes := mock.Requests(imstest.WriteTag)
			if len(writes) < 200 {
				t.Fatalf("%d tags were written, want 200", len(writes))
			}
			begun := writes[0].Time
			took := writes[len(writes)-1].Time.Sub(begun)
			logins := 0
			for _, login := range mock.Requests(c.login) {
				if login.Time.After(begun) {
					logins++
				}
			}
			// Keys are renewed a tenth of their lifetime before they expire, and the clock of the service has whole seconds.
			if most := int(took/(3500*time.Millisecond)) + 2; logins < 1 || logins > most {
				t.Errorf("%d logins were made during %s of writes, want 1 to %d", logins, took, most)
			}
		})
	}
}

// passcodeSettings change those of a password to a user with a second factor, whose account is known.
var passcodeSettings = map[string]string{
	"user_name": "", "domain_name": "", "user_id": imstest.UserID, "domain_id": imstest.DomainID, "passcode": imstest.Passcode,
}

// A passcode whose response was lost may be used up. It is not sent again, and the error says so.
func TestPasscodeIsNotSentAgainAfterALostResponse(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]imstest.Answer{
		"no response": {CarryOut: true, Drop: true}, "a gateway that gave up": {CarryOut: true, Status: http.StatusBadGateway},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, imstest.WithSecondFactor())
			image := mock.AddImage("golden")
			mock.Force(imstest.CreateToken, answer)
			settings := changed(passwordSettings(mock), passcodeSettings)
			p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
			p.Configure(changed(settings, map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID}))
			diagnostics := p.Read(p.Value(p.Resource, map[string]string{
				"id": imstest.ProjectID + "/" + image + "/k", "project_id": imstest.ProjectID, "image_id": image, "key": "k", "value": "v",
			})).Diagnostics
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "a passcode can only be used once") {
				t.Errorf("the diagnostics are %q, %q", acctest.Summaries(diagnostics), acctest.Details(diagnostics))
			}
			acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
		})
	}
}

// A login with a passcode cannot be renewed, and the error says why.
func TestLoginWithPasscodeIsNotRenewed(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.Configure(changed(passwordSettings(mock), passcodeSettings))
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

// A login takes one call, or two if the first one has to find the account of the user.
func TestNumberOfLogins(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options  []imstest.Option
		settings map[string]string // "" removes a setting
		logins   int
	}{
		"a user by name": {logins: 1},
		"a user by id, the project by the region": {settings: map[string]string{"user_name": "", "domain_name": "", "user_id": imstest.UserID}, logins: 2},
		"a user by id, the account known": {
			settings: map[string]string{"user_name": "", "domain_name": "", "user_id": imstest.UserID, "domain_id": imstest.DomainID}, logins: 1,
		},
		"an account by id and by name": {settings: map[string]string{"domain_id": imstest.DomainID, "domain_name": "of another time"}, logins: 1},
		"a second factor":              {options: []imstest.Option{imstest.WithSecondFactor()}, settings: passcodeSettings, logins: 1},
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
