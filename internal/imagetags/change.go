// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// grace is the time for the last read of an operation that has ended.
const grace = 5 * time.Second

// changeRequest is what a create, an update or a delete changes. The state is empty for a create, the plan for a delete.
type changeRequest struct {
	verb        explain.Verb
	state, plan model
	private     setPrivate
}

// current is the set that exists, or the one to create.
func (c changeRequest) current() model {
	if c.verb == explain.Create {
		return c.plan
	}
	return c.state
}

// sweeps reports whether tags that are not in the state are to be removed.
func (c changeRequest) sweeps() bool { return c.state.sweeps(c.plan) }

// outcome is what the state has after a change: after an error, the tags that were written or left.
type outcome struct {
	tags   map[string]string
	unsure []string // see setPrivate
}

// change makes the tags of an image those of the plan.
func (r *setResource) change(ctx context.Context, req changeRequest) (outcome, diag.Diagnostics) {
	change, kept := r.difference(req)
	if len(change.Write) == 0 && len(change.Delete) == 0 && !req.sweeps() {
		r.leave(req, kept)
		return outcome{tags: req.plan.tags()}, req.keptDiagnostics(kept)
	}
	subject := req.current().subject(change.Write)
	connection, diags := r.places().Connect(ctx, req.verb, subject, req.current().place())
	if diags.HasError() {
		return outcome{tags: req.state.tags()}, diags
	}
	if req.sweeps() {
		if err := r.addForeign(ctx, connection.Store, req, &change); err != nil {
			return outcome{tags: req.state.tags()}, diag.Diagnostics{explain.Error(req.verb, subject, err)}
		}
	}
	r.leave(req, kept)
	result, err := connection.Store.Change(ctx, req.current().image(), change)
	diags = req.keptDiagnostics(append(kept, result.Kept...))
	if err == nil {
		return outcome{tags: req.plan.tags()}, diags
	}
	var exists *store.ExistsError
	if errors.As(err, &exists) {
		return outcome{tags: req.certain(change, result)}, append(diags, req.existsDiagnostic(exists))
	}
	done, remarks := r.afterFailure(ctx, connection, req, change, result, err)
	return done, append(diags, explain.Error(req.verb, subject, err, append(remarks, deletedRemark(result.Deleted))...))
}

// leave records that an instance leaves tags to other ones, which may wait for that.
func (r *setResource) leave(req changeRequest, keys []string) {
	current := req.current()
	claims := r.claims(current.image(), req.private.Owner)
	for _, key := range keys {
		r.service.Leave(current.place().Connection(), current.image(), claims.of(key))
	}
}

// difference returns the change from the state to the plan, and the keys that it leaves although the plan has them no longer,
// because others own them, or may own them.
func (r *setResource) difference(req changeRequest) (change store.Change, kept []string) {
	claims := r.claims(req.current().image(), req.private.Owner)
	change.Owner = req.private.Owner
	before, after := req.state.tags(), req.plan.tags()
	for _, key := range slices.Sorted(maps.Keys(after)) {
		value, exists := before[key]
		claim := claims.of(key)
		if !exists && req.plan.refusesToOverwrite() {
			change.New = append(change.New, claim)
		}
		if !exists || value != after[key] || claim.Threatened() {
			change.Write = append(change.Write, ims.Tag{Key: req.private.sentKey(key), Value: after[key]})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		_, stays := after[key]
		switch {
		case stays, req.leaves(key):
		case req.private.keeps(key), req.leavesUnsure(key):
			kept = append(kept, key)
		default:
			change.Delete = append(change.Delete, r.deletion(req, key, req.private.sentKey(key)))
		}
	}
	all := maps.Clone(before)
	maps.Copy(all, after)
	change.DeleteFirst = len(all)+req.private.Others > attribute.MaxTags
	return change, kept
}

// leaves reports whether a key of the state is not deleted, because it never was in the configuration and the plan does not
// own it.
func (c changeRequest) leaves(key string) bool {
	if c.verb == explain.Delete {
		return slices.Contains(c.private.Leave, key)
	}
	return c.private.isForeign(key) && (!c.plan.Exclusive.ValueBool() || c.plan.ignores(key))
}

// leavesUnsure reports whether a key of the state is not deleted, because the tag may be somebody else's and the plan does not
// own it.
func (c changeRequest) leavesUnsure(key string) bool {
	return c.private.isUnsure(key) && (!c.plan.Exclusive.ValueBool() || c.plan.ignores(key))
}

func (r *setResource) deletion(req changeRequest, key, sent string) store.Deletion {
	return store.Deletion{Key: sent, Claim: r.claims(req.current().image(), req.private.Owner).of(key)}
}

// addForeign adds the deletes of the tags that an exclusive set removes although its state does not have them.
func (r *setResource) addForeign(ctx context.Context, from *store.Store, req changeRequest, change *store.Change) error {
	tags, err := from.Tags(ctx, req.plan.image())
	if err != nil {
		return err
	}
	before := req.state.Tags.Elements()
	for _, tag := range req.plan.foreign(tags) {
		if key := norm.NFC.String(tag.Key); before[key] == nil {
			change.Delete = append(change.Delete, r.deletion(req, key, tag.Key))
		}
	}
	added := 0
	for _, tag := range change.Write {
		if !slices.ContainsFunc(tags, func(t ims.Tag) bool { return t.Key == tag.Key }) {
			added++
		}
	}
	change.DeleteFirst = len(tags)+added > attribute.MaxTags
	return nil
}

// afterFailure returns the tags that the state has after a change that failed, and remarks for the error. If the change may
// have been carried out in part, or the image has too many tags, it reads the tags once. Tags that a create may not have
// written are not in the state: Terraform would destroy them before it creates the set again.
func (r *setResource) afterFailure(
	ctx context.Context, connection *service.Connection, req changeRequest, change store.Change, result store.Result, err error,
) (done outcome, remarks []string) {
	var tags []ims.Tag
	readErr := err
	if result.Unsure || ims.IsTooManyTags(err) {
		ctx, cancel := withGrace(ctx)
		defer cancel()
		tags, readErr = connection.Store.Tags(ctx, req.current().image())
	}
	if readErr != nil {
		return outcome{tags: req.certain(change, result)}, nil
	}
	if ims.IsTooManyTags(err) {
		remarks = append(remarks, explain.Keys(tags))
	}
	done.tags = req.found(tags)
	if result.MayBeWritten {
		return done, remarks
	}
	done.unsure = req.added(done.tags)
	if req.verb == explain.Create {
		return outcome{}, append(remarks, equalRemark(done.unsure))
	}
	return done, remarks
}

// withGrace returns a context in which an operation that was cancelled or timed out can still find out what it has done.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// certain returns the tags of the state with the changes that were certainly carried out.
func (c changeRequest) certain(change store.Change, result store.Result) map[string]string {
	tags := c.state.tags()
	if result.Written {
		maps.Copy(tags, c.plan.tags())
	}
	for _, deletion := range change.Delete {
		if slices.Contains(result.Deleted, deletion.Key) {
			maps.DeleteFunc(tags, func(key, _ string) bool { return c.private.sentKey(key) == deletion.Key })
		}
	}
	return tags
}

// found returns the tags of the state as an image has them now, with those that were written. One that was to be written and
// has another value is somebody else's.
func (c changeRequest) found(tags []ims.Tag) map[string]string {
	found := make(map[string]string)
	for key := range c.state.tags() {
		if tag, ok := store.Find(key, tags); ok {
			found[key] = tag.Value
		}
	}
	for key, value := range c.plan.tags() {
		if tag, ok := store.Find(key, tags); ok && tag.Value == value {
			found[key] = value
		}
	}
	return found
}

// added returns the keys of tags that are not in the state, sorted.
func (c changeRequest) added(tags map[string]string) []string {
	before := c.state.tags()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(tags)), func(key string) bool {
		_, known := before[key]
		return known
	})
}
