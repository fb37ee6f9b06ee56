// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

func TestCredentialsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	token := auth.Token{Value: secret}
	key := auth.AccessKey{ID: secret, Secret: secret, SecurityToken: secret}
	values := map[string]any{
		"a token":                    token,
		"a pointer to a token":       &token,
		"a token in a struct":        struct{ Token auth.Token }{token},
		"a token in a list":          []*auth.Token{&token},
		"an access key":              key,
		"a pointer to an access key": &key,
		"a key in a struct":          struct{ Key auth.AccessKey }{key},
		"a key below a token":        auth.Token{Value: secret, Next: &key},
		"a key in a map":             map[string]auth.AccessKey{"key": key},
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{"v", "+v", "#v", "s", "q", "d", "x", "X", "#x", "% x", "T", "t", "5.2f", "z"} {
				text := fmt.Sprintf("%"+verb, value)
				for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), fmt.Sprintf("% x", secret)} {
					if strings.Contains(strings.ToLower(text), form) {
						t.Errorf("%%%s prints %s", verb, text)
					}
				}
			}
			for _, text := range []string{fmt.Sprint(value), fmt.Sprintln(value), fmt.Errorf("failed: %w", errors.New(fmt.Sprint(value))).Error()} {
				if strings.Contains(text, secret) {
					t.Errorf("it prints %s", text)
				}
			}
		})
	}
}

func TestCredentialsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprint(auth.Token{Value: "x"}, &auth.AccessKey{ID: "x"}); got != "token (hidden) access key (hidden)" {
		t.Errorf("it is %q", got)
	}
}
