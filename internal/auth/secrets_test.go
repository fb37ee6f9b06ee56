// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		secrets    []string
		text, want string
	}{
		"none":                         {nil, "a token", "a token"},
		"one, wherever it is":          {[]string{"tok"}, "tok, a tok and a token", "***, a *** and a ***en"},
		"several":                      {[]string{"tok", "hunter2"}, "tok hunter2", "*** ***"},
		"one that is part of another":  {[]string{"hunter", "hunter2"}, "hunter2 hunter", "*** ***"},
		"one that another begins with": {[]string{"hunter2", "hunter"}, "hunter2 hunter", "*** ***"},
		"one that comes twice":         {[]string{"tok", "tok"}, "tok", "***"},
		"none at all":                  {[]string{""}, "a token", "a token"},
		"one that is too short":        {[]string{"to", "ken"}, "to ken", "to ***"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := auth.NewSecrets(c.secrets...).Redact(c.text); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestNilSecrets(t *testing.T) {
	t.Parallel()
	var none *auth.Secrets
	none.Add("hunter2")
	if got := none.Redact("hunter2"); got != "hunter2" {
		t.Errorf("it is %q", got)
	}
	if got := (&auth.Secrets{}).Redact("hunter2"); got != "hunter2" {
		t.Errorf("it is %q", got)
	}
}

// A secret that is added concurrently is redacted from then on.
func TestSecretsAreAddedConcurrently(t *testing.T) {
	t.Parallel()
	secrets := auth.NewSecrets()
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			secret := fmt.Sprintf("secret-%d", i)
			secrets.Add(secret)
			if got := secrets.Redact("a " + secret); got != "a ***" {
				t.Errorf("it is %q", got)
			}
		})
	}
	all.Wait()
	if printed := fmt.Sprintf("%v %+v %#v %s", secrets, secrets, secrets, secrets); strings.Contains(printed, "secret-") {
		t.Errorf("it prints %s", printed)
	}
}
