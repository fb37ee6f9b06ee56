// SPDX-License-Identifier: MPL-2.0

// Package service is what the provider's Configure hands to every resource and data source.
package service

import (
	"context"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Place is a region and a project. An empty part is that of the provider configuration. The project of another region is
// looked up if it is empty.
type Place struct{ Region, ProjectID string }

// normalized returns the place with its project in lower case, since project IDs are not case-sensitive.
func (p Place) normalized() Place {
	p.ProjectID = strings.ToLower(p.ProjectID)
	return p
}

// Connection is a connection to the image service of a region.
type Connection struct {
	ProjectID string // the project of objects in this place that name none
	Store     *store.Store

	// HasProjectNamed reports whether the login of the connection is valid for the project with a name. It may log in. Nil if
	// the login is valid for all projects.
	HasProjectNamed func(ctx context.Context, name string) bool
}

// Connect makes a connection to a place that is not that of the provider configuration.
type Connect func(ctx context.Context, place Place) (*Connection, diag.Diagnostics)

// Service is the configured provider as its objects see it. The nil Service is that of a provider that is not configured,
// as during validation.
type Service struct {
	// PlanChecks says whether plans are checked: see [Service.Peek]. It is set before the service is used.
	PlanChecks bool

	own     Place       // of the provider configuration; empty parts are unknown or not set
	main    *Connection // nil while settings that a call needs are unknown: planning goes on without calls
	connect Connect

	isRegionUnknown bool

	claims store.Claims

	mu     sync.Mutex
	places map[Place]*attempt
	silent map[Place]struct{} // places that could not be connected to for a check
	said   map[string]struct{}
}

// New returns the service of a configured provider. Own is the place of the provider configuration, and main the connection
// to it.
func New(own Place, main *Connection, connect Connect) *Service {
	return &Service{own: own.normalized(), main: main, connect: connect, places: make(map[Place]*attempt)}
}

// Unknown returns the service of a provider whose settings are not fully known. The known parts of its place are set.
func Unknown(own Place, isRegionUnknown bool) *Service {
	return &Service{own: own.normalized(), isRegionUnknown: isRegionUnknown}
}

// IsApply reports whether ModifyPlan is called in an apply. Terraform announces this capability in every apply, and in plans that
// may defer changes, which are not checked. With a version that does not announce it, an apply looks like a plan, and reads the
// tags of an image once more before its first write.
func IsApply(req resource.ModifyPlanRequest) bool { return req.ClientCapabilities.DeferralAllowed }

// From returns the service that Configure of an object was given. It is nil while the provider is not configured.
func From(providerData any) (*Service, diag.Diagnostics) {
	if providerData == nil {
		return nil, nil
	}
	service, ok := providerData.(*Service)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected provider data",
			"The provider passed data of another provider to one of its objects. This is a bug in the provider. Please report it.")}
	}
	return service, nil
}

// IsReady reports whether the service can be called.
func (s *Service) IsReady() bool { return s != nil && s.main != nil }

// DefaultProject is the project of objects in the default region that name none, in lower case. Empty while it is unknown.
func (s *Service) DefaultProject() string {
	if s == nil {
		return ""
	}
	return s.own.ProjectID
}

// DefaultRegion is the region of objects that name none. Empty while it is unknown, or if the provider configuration has none.
func (s *Service) DefaultRegion() string {
	if s == nil {
		return ""
	}
	return s.own.Region
}

// IsRegionUnknown reports whether the region of objects that name none is unknown.
func (s *Service) IsRegionUnknown() bool { return s != nil && s.isRegionUnknown }

// IsDefaultRegion reports whether a region is that of the provider configuration. An empty one is.
func (s *Service) IsDefaultRegion(region string) bool {
	return region == "" || region == s.DefaultRegion()
}

// At returns the connection to a place. It is made when it is first asked for, and kept. A failure is kept as well, so that
// rejected credentials are sent once. The service must be ready.
func (s *Service) At(ctx context.Context, place Place) (*Connection, diag.Diagnostics) {
	place = s.canonical(place)
	if place == (Place{}) {
		return s.main, nil
	}
	return s.attempt(place).get(ctx, s.connect)
}

// Leave records that an owner was destroyed and leaves its tag to another one: see [store.Store.Leave]. It opens no connection,
// since nobody can be waiting for the tag over one that does not exist.
func (s *Service) Leave(place Place, image ims.Image, claim store.Claim) {
	if connection := s.opened(place); connection != nil {
		connection.Store.Leave(image, claim)
		return
	}
	claim.InState()
}

// opened returns the connection to a place if it was made already. Nil if it was not.
func (s *Service) opened(place Place) *Connection {
	if !s.IsReady() {
		return nil
	}
	place = s.canonical(place)
	if place == (Place{}) {
		return s.main
	}
	s.mu.Lock()
	known, ok := s.places[place]
	s.mu.Unlock()
	if !ok {
		return nil
	}
	return known.opened()
}

// attempt returns the attempt to connect to a place.
func (s *Service) attempt(place Place) *attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.places[place]
	if ok {
		return known
	}
	a := newAttempt(place)
	for _, earlier := range s.places {
		if a.canShareWith(earlier) {
			a.earlier = append(a.earlier, earlier)
		}
	}
	s.places[place] = a
	return a
}

// canonical leaves the parts of a place empty that are those of the provider configuration.
func (s *Service) canonical(place Place) Place {
	place = place.normalized()
	if s.IsDefaultRegion(place.Region) {
		place.Region = ""
	}
	if place.Region == "" && place.ProjectID == s.own.ProjectID {
		place.ProjectID = ""
	}
	return place
}

// Claim returns the claim of an owner to a tag. It registers nothing.
func (s *Service) Claim(image ims.Image, key, owner string) store.Claim {
	return s.Claims().Of(image, key, owner)
}

// Claims are the claims of all owners. The provider configuration has one set of them.
func (s *Service) Claims() *store.Claims {
	if s == nil {
		return new(store.Claims)
	}
	return &s.claims
}
