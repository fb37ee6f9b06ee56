package service_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	configured := service.Unknown(service.Place{ProjectID: "p"})
	if got, diags := service.From(configured); got != configured || diags.HasError() {
		t.Errorf("a configured provider: %v, %v", got, diags)
	}
	if got, diags := service.From(nil); got != nil || diags.HasError() {
		t.Errorf("a provider that is not configured: %v, %v", got, diags)
	}
	if _, diags := service.From("something else"); !diags.HasError() {
		t.Error("data of another provider is accepted")
	}
}

// Validation runs before the provider is configured, and asks the same questions.
func TestAProviderThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	var none *service.Service
	if none.IsReady() || none.DefaultProject() != "" {
		t.Errorf("ready: %t, project: %q", none.IsReady(), none.DefaultProject())
	}
	if claim := none.Claim(ims.Image{}, "k", "owner"); !claim.WillDelete() {
		t.Error("somebody else claims a tag")
	}
}

func TestClaimsAreShared(t *testing.T) {
	t.Parallel()
	configured := &service.Service{}
	configured.Claim(ims.Image{ID: "i"}, "k", "one").Hold()
	if configured.Claim(ims.Image{ID: "i"}, "k", "another").WillDelete() {
		t.Error("a tag that another owner holds may be deleted")
	}
}
