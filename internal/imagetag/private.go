package imagetag

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const privateKey = "claim"

// tagPrivate is the private data of an instance, which Terraform stores in the state and does not show. Read sets the fields
// that a plan needs, because a plan passes nothing else to the ModifyPlan of the apply and to the Delete of a deposed object.
type tagPrivate struct {
	Owner   string `json:"owner"`
	Keep    bool   `json:"keep,omitempty"`    // another instance owns the tag: Delete must not delete it
	Rewrite bool   `json:"rewrite,omitempty"` // another instance may delete the tag: plan an update that writes it again

	// Key is the key as the service spells it, if it differs from the key in Terraform.
	Key string `json:"key,omitempty"`

	PlaceUnknown bool `json:"project_unknown,omitempty"` // the provider's region or project was unknown during the last read
	Elsewhere    bool `json:"elsewhere,omitempty"`       // the tag was imported from another project than the provider's
}

func newOwner() string { return rand.Text() }

// isNew reports whether the instance does not exist yet, and replaces none. A tainted instance looks new.
func (p tagPrivate) isNew() bool { return p.Owner == "" || store.IsProvisional(p.Owner) }

// sentKey is the key to send to the service.
func (p tagPrivate) sentKey(address tagAddress) string {
	if p.Key != "" {
		return p.Key
	}
	return address.key
}

// privateData is the private data of a request or response of the framework.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// loadTagPrivate returns the private data of an instance, empty if there is none.
func loadTagPrivate(ctx context.Context, data privateData) (private tagPrivate, diags diag.Diagnostics) {
	content, diags := data.GetKey(ctx, privateKey)
	if len(content) == 0 {
		return tagPrivate{}, diags
	}
	if err := json.Unmarshal(content, &private); err != nil {
		diags.AddError("Cannot read private data of image tag", "The state contains private data that this version of the "+
			"provider cannot read: "+err.Error())
	}
	return private, diags
}

func (p tagPrivate) save(ctx context.Context, data privateData) diag.Diagnostics {
	content, err := json.Marshal(p)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot write private data of image tag", err.Error())}
	}
	return data.SetKey(ctx, privateKey, content)
}
