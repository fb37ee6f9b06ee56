// SPDX-License-Identifier: MPL-2.0

// Package instance is what the resource instances of all types have: private data, which Terraform stores in the state and
// does not show, and an owner ID in it, by which the claims of tags tell the instances apart.
package instance

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const privateKey = "claim"

// NewOwner returns the owner ID of a new instance.
func NewOwner() string { return rand.Text() }

// IsNew reports whether the instance with an owner ID does not exist yet, and replaces none. A tainted instance looks new.
func IsNew(owner string) bool { return owner == "" || store.IsProvisional(owner) }

// SetIdentity sets the identity of an instance that has none. The framework rejects any change of an identity.
func SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, value any) diag.Diagnostics {
	if !identity.Raw.IsFullyNull() {
		return nil
	}
	return identity.Set(ctx, value)
}

// PrivateData is the private data of a request or response of the framework.
type PrivateData interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// LoadPrivate returns the private data of an instance, which is zero if there is none. Title is the resource in diagnostics,
// such as "image tag".
func LoadPrivate[T any](ctx context.Context, title string, data PrivateData) (private T, diags diag.Diagnostics) {
	content, diags := data.GetKey(ctx, privateKey)
	if len(content) == 0 {
		return private, diags
	}
	if err := json.Unmarshal(content, &private); err != nil {
		diags.AddError("Cannot read private data of "+title, "The state contains private data that this version of the "+
			"provider cannot read: "+err.Error())
	}
	return private, diags
}

// SavePrivate writes the private data of an instance.
func SavePrivate(ctx context.Context, title string, data PrivateData, private any) diag.Diagnostics {
	content, err := json.Marshal(private)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot write private data of "+title, err.Error())}
	}
	return data.SetKey(ctx, privateKey, content)
}
