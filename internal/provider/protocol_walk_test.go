package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// object is an image tag in Terraform's state, which a walk reads, plans and changes as Terraform does.
type object struct {
	t       *testing.T
	state   *tfprotov6.DynamicValue
	private []byte
	plan    *tfprotov6.PlanResourceChangeResponse
	destroy bool // it is no longer configured, or deposed
	deposed bool // Terraform plans the destroy of a deposed object again when it applies it
}

// createObject creates the tag "environment" in an apply of its own.
func createObject(t *testing.T, mock *imstest.Server, image string) *object {
	t.Helper()
	p := newProtocolServer(t, mock)
	o := &object{t: t}
	o.change(p, p.null(p.resource), p.value(p.resource, tagState(image, "production")), nil)
	return o
}

func (o *object) refresh(p *protocolServer) {
	o.t.Helper()
	resp, err := p.server.ReadResource(o.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: tagType, CurrentState: o.state, Private: o.private,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	p.noErrors(resp.Diagnostics)
	o.state, o.private = resp.NewState, resp.Private
}

// planned plans the object, to stay as it is or to be destroyed.
func (o *object) planned(p *protocolServer) *tfprotov6.PlanResourceChangeResponse {
	o.t.Helper()
	proposed, config := o.state, o.state
	if o.destroy {
		proposed, config = p.null(p.resource), p.null(p.resource)
	}
	resp, err := p.server.PlanResourceChange(o.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: tagType, PriorState: o.state, ProposedNewState: proposed, Config: config, PriorPrivate: o.private,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	p.noErrors(resp.Diagnostics)
	return resp
}

func (o *object) makePlan(p *protocolServer) {
	o.t.Helper()
	o.plan = o.planned(p)
	if len(o.plan.RequiresReplace) > 0 {
		o.t.Error("the object is to be replaced")
	}
}

// apply carries the plan out, in another process than the one that made it.
func (o *object) apply(p *protocolServer) {
	o.t.Helper()
	null := p.null(p.resource)
	switch {
	case o.deposed:
		again := o.planned(p)
		o.change(p, o.state, null, again.PlannedPrivate)
	case o.destroy:
		o.change(p, o.state, null, o.plan.PlannedPrivate)
	case !p.equal(o.plan.PlannedState, o.state):
		again := o.planned(p)
		nothing := p.equal(again.PlannedState, o.state) // what was unknown may turn out to be what it was
		if !nothing && !p.equal(again.PlannedState, o.plan.PlannedState) || len(again.RequiresReplace) > 0 {
			o.t.Error("Provider produced inconsistent final plan")
		}
		if !nothing {
			o.change(p, o.state, again.PlannedState, again.PlannedPrivate)
		}
	}
}

func (o *object) change(p *protocolServer, prior, planned *tfprotov6.DynamicValue, private []byte) {
	o.t.Helper()
	config := planned
	if o.state != nil {
		config = o.state
	}
	resp, err := p.server.ApplyResourceChange(o.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: tagType, PriorState: prior, PlannedState: planned, Config: config, PlannedPrivate: private,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	p.noErrors(resp.Diagnostics)
	o.state, o.private = resp.NewState, resp.Private
}

func (p *protocolServer) equal(a, b *tfprotov6.DynamicValue) bool {
	p.t.Helper()
	one, err := a.Unmarshal(p.resource)
	if err != nil {
		p.t.Fatal(err)
	}
	another, err := b.Unmarshal(p.resource)
	if err != nil {
		p.t.Fatal(err)
	}
	return one.Equal(another)
}
