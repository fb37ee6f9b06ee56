// SPDX-License-Identifier: MPL-2.0

package service

import (
	"context"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// connectTimeout is how long a check waits for the connection to a place.
const connectTimeout = 5 * time.Second

// ChecksPlans reports whether plans are checked. They are not while settings of the provider are unknown.
func (s *Service) ChecksPlans() bool { return s.IsReady() && s.PlanChecks }

// Peek returns the tags of an image for a check that can do without them: see [store.Store.Peek]. A place that cannot be
// connected to in a few seconds is not tried again.
func (s *Service) Peek(ctx context.Context, place Place, image ims.Image) ([]ims.Tag, error) {
	if !s.ChecksPlans() || s.isSilent(place) {
		return nil, store.ErrNoPeek
	}
	within, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	connection, diags := s.At(within, place)
	if diags.HasError() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.silent == nil {
			s.silent = make(map[Place]struct{})
		}
		s.silent[s.canonical(place)] = struct{}{}
		return nil, store.ErrNoPeek
	}
	return connection.Store.Peek(ctx, image)
}

func (s *Service) isSilent(place Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, silent := s.silent[s.canonical(place)]
	return silent
}

// SaysFirst reports whether this is the first call with this text. It is for a remark that many resources would repeat.
func (s *Service) SaysFirst(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, said := s.said[text]; said {
		return false
	}
	if s.said == nil {
		s.said = make(map[string]struct{})
	}
	s.said[text] = struct{}{}
	return true
}
