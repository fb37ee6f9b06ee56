// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// minSecretLength is the length in bytes from which a secret is redacted. Redacting shorter ones would make texts
// unreadable.
const minSecretLength = 3

// Secrets are the secrets to redact: credentials from the settings, and credentials that logins have received. It is safe
// for concurrent use. A nil *Secrets redacts nothing and ignores Add.
type Secrets struct {
	mu       sync.RWMutex
	known    []string // the longest first, because one can be part of another
	replacer *strings.Replacer
}

// NewSecrets returns the given secrets.
func NewSecrets(secrets ...string) *Secrets {
	s := &Secrets{}
	s.Add(secrets...)
	return s
}

// Add adds secrets. Secrets of less than three bytes are ignored.
func (s *Secrets) Add(secrets ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= minSecretLength && !slices.Contains(s.known, secret) {
			s.known = append(s.known, secret)
		}
	}
	slices.SortStableFunc(s.known, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	pairs := make([]string, 0, 2*len(s.known))
	for _, secret := range s.known {
		pairs = append(pairs, secret, "***")
	}
	s.replacer = strings.NewReplacer(pairs...)
}

// Redact replaces the secrets in a text with ***.
func (s *Secrets) Redact(text string) string {
	if s == nil {
		return text
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.replacer == nil {
		return text
	}
	return s.replacer.Replace(text)
}

// Format prints no secret, with any verb.
func (s *Secrets) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "secrets (hidden)") }
