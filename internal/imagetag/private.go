package imagetag

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

const privateKey = "claim"

// plannedOwner claims a tag for an instance that has no name of its own yet, because it is still to be created.
const plannedOwner = "planned"

// tagPrivate is what Terraform keeps for an instance without showing it. Read decides what concerns a plan, because what it
// leaves in the state is all that a plan passes on to both the apply's ModifyPlan and a deposed object's Delete.
type tagPrivate struct {
	Owner   string `json:"owner"`
	Keep    bool   `json:"keep,omitempty"`    // another instance has the tag: this one must not delete it
	Rewrite bool   `json:"rewrite,omitempty"` // another instance may delete the tag: this one is updated, to write it again if need be

	// Key is how the service spells the key; empty if that is as Terraform does.
	Key string `json:"key,omitempty"`

	ProjectUnknown bool `json:"project_unknown,omitempty"` // the provider's project was unknown when the tag was read
	Elsewhere      bool `json:"elsewhere,omitempty"`       // the tag was imported from another project than the provider's
}

func newOwner() string { return rand.Text() }

// sentKey is the key of a tag as the service spells it.
func (p tagPrivate) sentKey(address tagAddress) string {
	if p.Key != "" {
		return p.Key
	}
	return address.key
}

// privateData is the private data of a request or a response.
type privateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// loadTagPrivate returns what is kept; nothing where nothing is.
func loadTagPrivate(ctx context.Context, data privateData) (private tagPrivate, diags diag.Diagnostics) {
	content, diags := data.GetKey(ctx, privateKey)
	if len(content) == 0 {
		return tagPrivate{}, diags
	}
	if err := json.Unmarshal(content, &private); err != nil {
		diags.AddError("Cannot read the private data of an image tag", "The state holds private data that this version of the "+
			"provider did not write: "+err.Error())
	}
	return private, diags
}

func (p tagPrivate) save(ctx context.Context, data privateData) diag.Diagnostics {
	content, err := json.Marshal(p)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot write the private data of an image tag", err.Error())}
	}
	return data.SetKey(ctx, privateKey, content)
}
