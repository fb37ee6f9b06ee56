package auth

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// shortestSecret is how long a secret has to be, in bytes, to be hidden: texts without shorter ones cannot be read.
const shortestSecret = 3

// Secrets knows what may never be shown: the settings of a person, and what logins have given since. It is safe for
// concurrent use. A nil one knows nothing, and learns nothing.
type Secrets struct {
	mu       sync.RWMutex
	known    []string // the longest first: one may be part of another
	replacer *strings.Replacer
}

// NewSecrets returns what knows the given secrets.
func NewSecrets(secrets ...string) *Secrets {
	s := &Secrets{}
	s.Add(secrets...)
	return s
}

// Add makes secrets known.
func (s *Secrets) Add(secrets ...string) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= shortestSecret && !slices.Contains(s.known, secret) {
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

// Redact hides the known secrets in a text.
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

// Format hides the secrets, whatever the verb.
func (s *Secrets) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "secrets (hidden)") }
