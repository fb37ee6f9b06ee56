// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Object is a resource in Terraform's state, which a walk reads, plans and changes as Terraform does.
type Object struct {
	T       *testing.T
	State   *tfprotov6.DynamicValue
	Private []byte
	Plan    *tfprotov6.PlanResourceChangeResponse
	Destroy bool // it is no longer configured, or deposed
	Deposed bool // Terraform plans the destroy of a deposed object again when it applies it
}

// CreateObject creates the tag "environment" in an apply of its own.
func CreateObject(t *testing.T, mock *imstest.Server, image string) *Object {
	t.Helper()
	p := NewProtocolServer(t, mock)
	return CreateObjectAs(p, p.Value(p.Resource, TagState(image, "production")))
}

// CreateObjectAs creates an object with a planned state.
func CreateObjectAs(p *ProtocolServer, planned *tfprotov6.DynamicValue) *Object {
	p.T.Helper()
	o := &Object{T: p.T}
	o.Change(p, p.Null(p.Resource), planned, nil)
	return o
}

// Refresh reads the object.
func (o *Object) Refresh(p *ProtocolServer) {
	o.T.Helper()
	resp, err := p.Server.ReadResource(o.T.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: p.Type, CurrentState: o.State, Private: o.Private,
	})
	if err != nil {
		o.T.Fatal(err)
	}
	p.NoErrors(resp.Diagnostics)
	o.State, o.Private = resp.NewState, resp.Private
}

// Planned plans the object, to stay as it is or to be destroyed.
func (o *Object) Planned(p *ProtocolServer) *tfprotov6.PlanResourceChangeResponse {
	o.T.Helper()
	proposed, config := o.State, o.State
	if o.Destroy {
		proposed, config = p.Null(p.Resource), p.Null(p.Resource)
	}
	return p.Plan(o.State, proposed, config, o.Private)
}

// MakePlan plans the object and keeps the plan.
func (o *Object) MakePlan(p *ProtocolServer) {
	o.T.Helper()
	o.Plan = o.Planned(p)
	if len(o.Plan.RequiresReplace) > 0 {
		o.T.Error("the object is to be replaced")
	}
}

// Apply carries the plan out, in another process than the one that made it.
func (o *Object) Apply(p *ProtocolServer) {
	o.T.Helper()
	null := p.Null(p.Resource)
	switch {
	case o.Deposed:
		again := o.Planned(p)
		o.Change(p, o.State, null, again.PlannedPrivate)
	case o.Destroy:
		o.Change(p, o.State, null, o.Plan.PlannedPrivate)
	case !p.Equal(o.Plan.PlannedState, o.State):
		again := o.Planned(p)
		nothing := p.Equal(again.PlannedState, o.State) // what was unknown may turn out to be what it was
		if !nothing && !p.Equal(again.PlannedState, o.Plan.PlannedState) || len(again.RequiresReplace) > 0 {
			o.T.Error("Provider produced inconsistent final plan")
		}
		if !nothing {
			o.Change(p, o.State, again.PlannedState, again.PlannedPrivate)
		}
	}
}

// Change applies a planned change.
func (o *Object) Change(p *ProtocolServer, prior, planned *tfprotov6.DynamicValue, private []byte) {
	o.T.Helper()
	config := planned
	if o.State != nil {
		config = o.State
	}
	resp, err := p.Server.ApplyResourceChange(o.T.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, PlannedState: planned, Config: config, PlannedPrivate: private,
	})
	if err != nil {
		o.T.Fatal(err)
	}
	p.NoErrors(resp.Diagnostics)
	o.State, o.Private = resp.NewState, resp.Private
	if state, err := o.State.Unmarshal(p.Resource); err != nil || !state.IsFullyKnown() {
		o.T.Errorf("the state after the apply is not fully known: %s, %v", state, err)
	}
}

// Equal reports whether two values are the same.
func (p *ProtocolServer) Equal(a, b *tfprotov6.DynamicValue) bool {
	p.T.Helper()
	one, err := a.Unmarshal(p.Resource)
	if err != nil {
		p.T.Fatal(err)
	}
	another, err := b.Unmarshal(p.Resource)
	if err != nil {
		p.T.Fatal(err)
	}
	return one.Equal(another)
}
