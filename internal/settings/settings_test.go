// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// Secrets of one or two letters are not redacted, because that would make texts unreadable.
func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	s, _ := settings.Resolve(row{block: with(passwordBlock, "password", "hunter2", "passcode", "a")}.input())
	if got, want := s.Secrets.Redact("a hunter2 and a passcode"), "a *** and a passcode"; got != want {
		t.Errorf("redacted is %q, want %q", got, want)
	}
}

func TestSettingsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	blocks := []map[string]string{
		with(passwordBlock, "password", "hunter2", "passcode", "hunter2"),
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
