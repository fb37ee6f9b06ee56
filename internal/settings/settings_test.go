// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// Secrets of one or two letters are not redacted, because that would make texts unreadable.
func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	s, _ := settings.Resolve(row{block: with(passcodeBlock, "password", "hunter2", "passcode", "a")}.input())
	if got, want := s.Secrets.Redact("a hunter2 and a passcode"), "a *** and a passcode"; got != want {
		t.Errorf("redacted is %q, want %q", got, want)
	}
}

func TestSettingsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	blocks := []map[string]string{
		with(passcodeBlock, "password", "hunter2", "passcode", "hunter2"),
		with(tokenBlock, "token", "hunter2"),
		with(tokenBlock, "token", "", "access_key", "hunter2", "secret_key", "hunter2", "security_token", "hunter2"),
		with(tokenBlock, "token", "", "assume_role_with_oidc", "set", "assume_role_with_oidc.idp_id", "i", "assume_role_with_oidc.id_token", "hunter2"),
	}
	for _, block := range blocks {
		s, problems := settings.Resolve(row{block: block}.input())
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		texts := []string{s.Summary(), s.Login.String()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			texts = append(texts, fmt.Sprintf(verb, s), fmt.Sprintf(verb, *s), fmt.Sprintf(verb, s.Login))
		}
		for _, text := range texts {
			if strings.Contains(text, "hunter2") || strings.Contains(text, "68756e74657232") {
				t.Errorf("a secret is shown: %s", text)
			}
		}
		if s.Secrets.Redact("hunter2") == "hunter2" {
			t.Error("the secrets are not known")
		}
	}
}

// What clouds.yaml says about certificates comes before the environment, in each spelling of YAML.
func TestVerifyOfCloudsYAML(t *testing.T) {
	t.Parallel()
	for verify, want := range map[string]bool{
		"": true, "verify: true": false, "verify: yes": false, "verify: On": false, "verify: false": true, "verify: no": true, "verify: off": true,
	} {
		in := row{block: set("cloud", "otc"), env: set("OS_INSECURE", "true"), files: set(homeClouds, guideCloud+"    "+verify+"\n")}
		s, problems := settings.Resolve(in.input())
		if len(problems) > 0 || s.Insecure != want {
			t.Errorf("%q: insecure is %t, %v", verify, s.Insecure, problems)
		}
		in.env = nil
		if s, _ := settings.Resolve(in.input()); s.Insecure != (want && verify != "") {
			t.Errorf("%q alone: insecure is %t", verify, s.Insecure)
		}
	}
}

// How calls are made does not depend on whose login it is.
func TestCertificatesOfTheOtherPrefix(t *testing.T) {
	t.Parallel()
	env := with(keysEnv, "OS_ACCESS_KEY", "o", "OS_SECRET_KEY", "o", "OS_CACERT", "/ca.pem")
	s, problems := settings.Resolve(row{block: with(tokenBlock, "token", ""), env: env}.input())
	if len(problems) > 0 || s.CACert != "/ca.pem" {
		t.Errorf("the certificate authority is %q, %v", s.CACert, problems)
	}
}

// The content of a file, as from file("token"), ends with a line break that is not part of the credential.
func TestLineBreakAtTheEndOfCredentials(t *testing.T) {
	t.Parallel()
	keys := set("HW_ACCESS_KEY", "ak\n", "HW_SECRET_KEY", "sk\r\n", "HW_SECURITY_TOKEN", "st\n\n", "HW_DOMAIN_ID", "did\n")
	withoutToken := with(tokenBlock, "token", "")
	cases := map[string]struct {
		row       row
		want      auth.AccessKey
		wantToken string
	}{
		"token":               {row: row{block: with(tokenBlock, "token", "t\n")}, wantToken: "t"},
		"token in a variable": {row: row{block: withoutToken, env: set("OS_TOKEN", "t\r\n")}, wantToken: "t"},
		"the next variable":   {row: row{block: withoutToken, env: set("HW_AUTH_TOKEN", "\n", "OS_TOKEN", "t")}, wantToken: "t"},
		"token with spaces":   {row: row{block: with(tokenBlock, "token", " t \n")}, wantToken: " t "},
		"keys":                {row: row{block: withoutToken, env: keys}, want: auth.AccessKey{ID: "ak", Secret: "sk", SecurityToken: "st"}},
		"keys of a profile":   {row: row{block: with(withoutToken, "profile", "work"), files: profiles(`"accessKeyId":"ak\n","secretAccessKey":"sk\n","domainId":"did\n"`)}, want: auth.AccessKey{ID: "ak", Secret: "sk"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, problems := settings.Resolve(c.row.input())
			if len(problems) > 0 && !problems[0].Warning {
				t.Fatal(problems)
			}
			switch login := s.Login.Open(s, settings.Dependencies{}).(type) {
			case *auth.ProvidedToken:
				if login.Value != c.wantToken {
					t.Errorf("the token is %q", login.Value)
				}
			case *auth.AccessKey:
				if login.ID != c.want.ID || login.Secret != c.want.Secret || login.SecurityToken != c.want.SecurityToken {
					t.Errorf("the keys are %q, %q and %q", login.ID, login.Secret, login.SecurityToken)
				}
				account, err := s.IAM(nil, settings.Dependencies{}).Account.ID(t.Context(), auth.IAM{})
				if account != "did" || err != nil {
					t.Errorf("the account is %q, %v", account, err)
				}
			default:
				t.Errorf("the login is %T", login)
			}
		})
	}
}

func TestLineBreakAtTheEndOfWebIdentity(t *testing.T) {
	t.Parallel()
	s, problems := settings.Resolve(row{
		block: with(tokenBlock, "token", "", "assume_role_with_oidc", "set", "assume_role_with_oidc.idp_id", "i\n", "assume_role_with_oidc.id_token", "id-token\n"),
	}.input())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	sent := false
	iam := roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = true
		body, _ := io.ReadAll(r.Body)
		if got := r.Header.Get("X-Idp-Id"); got != "i" || !strings.Contains(string(body), `"id-token"`) {
			t.Errorf("the identity provider is %q, the body is %s", got, body)
		}
		return &http.Response{StatusCode: http.StatusForbidden, Body: http.NoBody}, nil
	})
	login := s.Login.Open(s, settings.Dependencies{Base: iam, Now: time.Now})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://ims.eu-de.otc.t-systems.com", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := login.RoundTrip(r); err == nil || !sent {
		t.Errorf("it ended with %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A password may contain and end with any character.
func TestPasswordIsNotTrimmed(t *testing.T) {
	t.Parallel()
	s, problems := settings.Resolve(row{block: with(passwordBlock, "password", "hunter2\n")}.input())
	if got := s.Secrets.Redact("hunter2\n"); len(problems) > 0 || got != "***" {
		t.Errorf("it is redacted to %q, %v", got, problems)
	}
}

// A control character in a header is an error of the settings. The network would only refuse to send it.
func TestControlCharactersInCredentials(t *testing.T) {
	t.Parallel()
	withoutToken := with(tokenBlock, "token", "")
	oidc := with(withoutToken, "assume_role_with_oidc", "set", "assume_role_with_oidc.idp_id", "i", "assume_role_with_oidc.id_token", "id")
	keys := with(withoutToken, "access_key", "ak", "secret_key", "sk", "security_token", "st")
	cases := map[string]row{
		"token":                          {block: with(tokenBlock, "token", "hunter\n2")},
		"access_key":                     {block: with(keys, "access_key", "hunter\x002")},
		"secret_key":                     {block: with(keys, "secret_key", "\nhunter2")},
		"security_token":                 {block: with(keys, "security_token", "hunter\r\n2")},
		"assume_role_with_oidc.idp_id":   {block: with(oidc, "assume_role_with_oidc.idp_id", "hunter\n2")},
		"assume_role_with_oidc.id_token": {block: with(oidc, "assume_role_with_oidc.id_token", "hunter\n2")},
		"domain_id":                      {block: with(keys, "domain_id", "hunter\n2")},
	}
	for attribute, r := range cases {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			_, problems := settings.Resolve(r.input())
			if len(problems) != 1 || problems[0].Warning || problems[0].Attribute != attribute {
				t.Fatalf("the problems are %v", problems)
			}
			detail := problems[0].Detail
			if !strings.Contains(detail, attribute+" (from the provider block)") || strings.Contains(detail, "hunter") {
				t.Errorf("the error is %s", detail)
			}
		})
	}
}

// The error of a file that is not valid YAML contains no value, because it may be a password.
func TestInvalidYAMLIsNotPrinted(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"*Geheim-2026", "*Geheim-2026 x", "&Geheim-2026 *Geheim-2026", "!!bool Geheim-2026", "!!null Geheim-2026", "!!binary Geheim-2026",
		"!!map Geheim-2026", "!Geheim-2026! x", "@Geheim-2026", "%Geheim-2026", "`Geheim-2026", "[Geheim-2026", "{Geheim-2026",
		`"Geheim-2026`, `"\Geheim-2026"`, "'Geheim-2026", "{<<: Geheim-2026}", "{[Geheim-2026]: 1}", "{{Geheim-2026: 1}: 1}", "Geheim-2026: x",
		"{Geheim-2026: 1, Geheim-2026: 2}", "\x00Geheim-2026",
	} {
		r := row{block: set("cloud", "otc"), files: set(homeClouds, guideCloud, homeSecure, "clouds:\n  otc:\n    auth:\n      password: "+password+"\n")}
		_, problems := settings.Resolve(r.input())
		for _, p := range problems {
			if strings.Contains(p.Detail, "2026") || strings.Contains(p.Detail, "eheim") {
				t.Errorf("%s: it is shown: %s", password, p.Detail)
			}
		}
	}
}
