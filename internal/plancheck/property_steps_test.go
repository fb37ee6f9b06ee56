// SPDX-License-Identifier: MPL-2.0

package plancheck_test

import (
	"maps"
	"net/http"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"pgregory.net/rapid"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// change is what a plan does with an instance.
type change struct {
	deletes, creates, updates bool
	deletePrivate             []byte
}

// plan reads and plans all instances in a random order, as Terraform does, in a process of its own. It returns the changes and
// the errors.
func (w *world) plan(config map[string]block, replaced map[string]bool) (map[string]change, []string) {
	p := acctest.NewProtocolServer(w.outer, w.mock)
	names := slices.Sorted(maps.Keys(config))
	for name := range w.state {
		if _, configured := config[name]; !configured {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	plans := make(map[string]change)
	var errs []string
	// Of each instance, the read comes before the plan. What others do comes in between.
	steps := rapid.Permutation(slices.Concat(names, names)).Draw(w.T, "order of the plan")
	read := make(map[string]bool)
	for _, name := range steps {
		if !read[name] {
			read[name] = true
			w.refresh(p, name)
			continue
		}
		b, configured := config[name]
		planned, failed := w.planInstance(p.For(typeOf(name)), name, b, configured, replaced[name])
		errs = append(errs, failed...)
		if planned.deletes || planned.creates || planned.updates {
			plans[name] = planned
		}
	}
	return plans, errs
}

// refresh reads an instance of the state, if it is one.
func (w *world) refresh(p *acctest.ProtocolServer, name string) {
	current, ok := w.state[name]
	if !ok {
		return
	}
	p = p.For(typeOf(name))
	resp, err := p.Server.ReadResource(w.outer.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: p.Type, CurrentState: current.state, Private: current.private,
	})
	if err != nil {
		w.Fatal(err)
	}
	w.noErrors("read", resp.Diagnostics)
	if p.Attributes(p.Resource, resp.NewState) == nil {
		delete(w.state, name)
		return
	}
	w.state[name] = &instance{state: resp.NewState, private: resp.Private, tainted: current.tainted}
}

// planInstance plans an instance as Terraform does: a replacement twice, and a tainted instance as if it were new.
func (w *world) planInstance(
	p *acctest.ProtocolServer, name string, b block, configured, replace bool,
) (change, []string) {
	current := w.state[name]
	null := p.Null(p.Resource)
	if !configured {
		if current == nil {
			return change{}, nil
		}
		resp := w.planOnce(p, current.state, null, null, current.private)
		return change{deletes: true, deletePrivate: resp.PlannedPrivate}, errors(resp.Diagnostics)
	}
	configuration := p.ObjectOf(b.attributes(p.Type))
	if current == nil || current.tainted {
		resp := w.planOnce(p, null, configuration, configuration, nil)
		return change{creates: true, deletes: current != nil, deletePrivate: resp.PlannedPrivate}, errors(resp.Diagnostics)
	}
	resp := w.planOnce(p, current.state, p.Proposed(configuration, current.state), configuration, current.private)
	if errs := errors(resp.Diagnostics); len(errs) > 0 {
		return change{}, errs
	}
	if replace || len(resp.RequiresReplace) > 0 {
		second := w.planOnce(p, null, configuration, configuration, resp.PlannedPrivate)
		return change{creates: true, deletes: true, deletePrivate: second.PlannedPrivate}, errors(second.Diagnostics)
	}
	return change{updates: !p.Equal(resp.PlannedState, current.state)}, nil
}

// attributes are those of the configuration.
func (b block) attributes(typeName string) map[string]any {
	attributes := map[string]any{"image_id": b.image}
	if typeName == setType {
		attributes["tags"] = b.tags
	} else {
		for key, value := range b.tags {
			attributes["key"], attributes["value"] = key, value
		}
	}
	if b.exclusive {
		attributes["exclusive"] = true
	}
	return attributes
}

func (w *world) planOnce(
	p *acctest.ProtocolServer, prior, proposed, config *tfprotov6.DynamicValue, private []byte,
) *tfprotov6.PlanResourceChangeResponse {
	resp, err := p.Server.PlanResourceChange(w.outer.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, ProposedNewState: proposed, Config: config, PriorPrivate: private,
	})
	if err != nil {
		w.Fatal(err)
	}
	return resp
}

// operation is a part of the apply of one instance.
type operation struct {
	name   string
	delete *instance // nil to create or update
}

// apply makes all changes in a random order, in a process of its own. An instance is deleted before it is created again, or after
// it with create_before_destroy.
func (w *world) apply(config map[string]block, plans map[string]change) {
	p := acctest.NewProtocolServer(w.outer, w.mock)
	if rapid.Bool().Draw(w.T, "lost answers") {
		lost := imstest.Answer{CarryOut: true, Status: http.StatusBadGateway}
		defer w.mock.Force(imstest.WriteTag, lost)()
		defer w.mock.Force(imstest.DeleteTag, lost)()
		defer w.mock.Force(imstest.BatchTags, lost)()
	}
	queues := make(map[string][]operation)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		planned := plans[name]
		var queue []operation
		if planned.deletes {
			queue = append(queue, operation{name: name, delete: &instance{state: w.state[name].state, private: planned.deletePrivate}})
		}
		if planned.creates || planned.updates {
			queue = append(queue, operation{name: name})
		}
		if config[name].createBeforeDestroy {
			slices.Reverse(queue)
		}
		queues[name] = queue
		names = append(names, slices.Repeat([]string{name}, len(queue))...)
	}
	if len(names) == 0 {
		return
	}
	for _, name := range rapid.Permutation(names).Draw(w.T, "order of the apply") {
		next := queues[name][0]
		queues[name] = queues[name][1:]
		if next.delete != nil {
			w.delete(p.For(typeOf(name)), next, config)
			continue
		}
		w.write(p.For(typeOf(name)), name, config[name], plans[name])
	}
}

func (w *world) delete(p *acctest.ProtocolServer, o operation, config map[string]block) {
	w.change(p, o.delete.state, p.Null(p.Resource), p.Null(p.Resource), o.delete.private)
	if _, configured := config[o.name]; !configured {
		delete(w.state, o.name)
	}
}

// write plans an instance again, as Terraform does before it applies it, and creates or updates it.
func (w *world) write(p *acctest.ProtocolServer, name string, b block, planned change) {
	configuration := p.ObjectOf(b.attributes(p.Type))
	prior, proposed, private := p.Null(p.Resource), configuration, []byte(nil)
	if current := w.state[name]; planned.updates {
		prior, proposed, private = current.state, p.Proposed(configuration, current.state), current.private
	}
	again := w.planOnce(p, prior, proposed, configuration, private)
	w.noErrors("plan in the apply", again.Diagnostics)
	resp := w.change(p, prior, again.PlannedState, configuration, again.PlannedPrivate)
	w.state[name] = &instance{state: resp.NewState, private: resp.Private}
}

func (w *world) change(
	p *acctest.ProtocolServer, prior, planned, config *tfprotov6.DynamicValue, private []byte,
) *tfprotov6.ApplyResourceChangeResponse {
	resp, err := p.Server.ApplyResourceChange(w.outer.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, PlannedState: planned, Config: config, PlannedPrivate: private,
	})
	if err != nil {
		w.Fatal(err)
	}
	w.noErrors("apply", resp.Diagnostics)
	return resp
}

func (w *world) noErrors(step string, diagnostics []*tfprotov6.Diagnostic) {
	if errs := errors(diagnostics); len(errs) > 0 {
		w.Fatalf("%s: %q", step, errs)
	}
}

// errors returns the errors among diagnostics.
func errors(diagnostics []*tfprotov6.Diagnostic) []string {
	var errs []string
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, d.Summary+": "+d.Detail)
		}
	}
	return errs
}
