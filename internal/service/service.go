// Package service is what the provider's Configure hands to every resource and data source.
package service

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Service is the configured provider as its objects see it. The nil Service is that of a provider that is not configured,
// as during validation.
type Service struct {
	// ProjectID is the project of objects that name none. Empty while it is unknown.
	ProjectID string

	// Store calls the service. It is nil while settings that a call needs are unknown: planning goes on without calls.
	Store *store.Store

	claims store.Claims
}

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
func (s *Service) IsReady() bool { return s != nil && s.Store != nil }

// DefaultProject is the project of objects that name none. Empty while it is unknown.
func (s *Service) DefaultProject() string {
	if s == nil {
		return ""
	}
	return s.ProjectID
}

// Claim returns the claim of an owner to a tag. It registers nothing.
func (s *Service) Claim(image ims.Image, key, owner string) store.Claim {
	if s == nil {
		return new(store.Claims).Of(image, key, owner)
	}
	return s.claims.Of(image, key, owner)
}
