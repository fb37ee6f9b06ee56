// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Change is a change of several tags of an image.
type Change struct {
	Owner  string // of the tags to write
	Write  []ims.Tag
	Delete []Deletion

	// New are the claims of tags to write that must not overwrite the value of somebody else: see [Store.WriteNew].
	New []Claim

	// DeleteFirst says that the image cannot have the tags to write and those to delete at the same time. Otherwise the
	// deletes come last: a change that fails in between has removed nothing yet.
	DeleteFirst bool
}

// Deletion is a tag to delete.
type Deletion struct {
	Key   string
	Claim Claim // of the owner that deletes it
}

// Result is what a [Change] has done.
type Result struct {
	Written bool     // all tags to write were written
	Deleted []string // keys that were deleted
	Kept    []string // keys that were not deleted, because other owners claim them
	Unsure  bool     // a call failed that may have been carried out, in whole or in part

	// MayBeWritten says that a call that writes tags may have been carried out. It is false if the service rejected each.
	MayBeWritten bool
}

// Change changes tags of an image with one call that writes and one that deletes, at most:
// POST /v2/{project_id}/images/{image_id}/tags/action. No other write to the image is made in between. Tags that other owners
// claim by the time the delete would be sent are not deleted. An empty change makes no call. If a call fails, the result says
// what was done before. A write that fails because the image has the maximum of tags is made again after the deletes of the
// change, and after those that this process makes otherwise.
func (s *Store) Change(ctx context.Context, image ims.Image, change Change) (Result, error) {
	var result Result
	defer s.deletes.touch()
	for len(change.Write) > 0 || len(change.Delete) > 0 {
		ended := s.deletes.countEnded(image)
		if len(change.Delete) > 0 {
			ended++ // its own
		}
		err := s.changeOnce(ctx, image, &change, &result)
		if err != nil && (!mayHaveRoomLater(err) || !s.deletes.await(ctx, image, ended)) {
			return result, err
		}
	}
	return result, nil
}

// changeOnce makes a change, and removes from it what was done.
func (s *Store) changeOnce(ctx context.Context, image ims.Image, change *Change, result *Result) error {
	operation := ims.OperationCreateTags
	if len(change.Write) == 0 {
		operation = ims.OperationDeleteTags
	}
	if len(change.Delete) > 0 {
		defer s.deletes.begin(image)()
	}
	return s.exclusively(ctx, image, operation, func(lock *fileLock) error {
		// A change that is refused has deleted nothing.
		if err := s.checkNew(ctx, image, change.Write, change.New); err != nil {
			return err
		}
		create := func() error { return s.createTags(ctx, image, change, lock, result) }
		remove := func() error { return s.deleteTags(ctx, image, change, lock, result) }
		if change.DeleteFirst {
			return inOrder(remove, create)
		}
		err := create()
		if ims.IsTooManyTags(err) && len(change.Delete) > 0 {
			return inOrder(remove, create)
		}
		if err != nil {
			return err
		}
		return remove()
	})
}

func inOrder(first, second func() error) error {
	if err := first(); err != nil {
		return err
	}
	return second()
}

func (s *Store) createTags(ctx context.Context, image ims.Image, change *Change, lock *fileLock, result *Result) error {
	tags := change.Write
	if len(tags) == 0 {
		return nil
	}
	err := s.client.CreateTags(ctx, image, tags)
	result.MayBeWritten = result.MayBeWritten || !ims.IsNotCarriedOut(err)
	if batchChangedNothing(err, len(tags)) {
		return err
	}
	result.Written, result.Unsure = err == nil, err != nil
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = tag.Key
		if err == nil {
			s.recent.addWrite(image, tag)
		} else {
			s.recent.forget(image, tag.Key)
		}
	}
	lock.recordWrite(change.Owner, keys...)
	s.forget(image)
	if err == nil {
		change.Write = nil
	}
	return err
}

// checkNew returns an [*ExistsError] if the image has one of the tags with these claims with another value. It reads the tags of
// the image unless other owners in this process have, or had, all of them.
func (s *Store) checkNew(ctx context.Context, image ims.Image, tags []ims.Tag, claims []Claim) error {
	claims = slices.DeleteFunc(slices.Clone(claims), Claim.IsOwned)
	if len(claims) == 0 {
		return nil
	}
	present, err := s.client.ListTags(ctx, image)
	if err != nil {
		return err
	}
	present = s.recent.apply(image, present, s.now(), s.now())
	for _, tag := range tags {
		isNew := slices.ContainsFunc(claims, func(c Claim) bool { return c.tag.key == tag.Key })
		other := slices.IndexFunc(present, func(p ims.Tag) bool { return p.Key == tag.Key && p.Value != tag.Value })
		if isNew && other >= 0 {
			return &ExistsError{Tag: present[other]}
		}
	}
	return nil
}

func (s *Store) deleteTags(ctx context.Context, image ims.Image, change *Change, lock *fileLock, result *Result) error {
	var keys []string
	for _, d := range change.Delete {
		if !d.Claim.WillDelete() || lock.wroteElsewhere(d.Key, d.Claim.owner) {
			result.Kept = append(result.Kept, d.Key)
			continue
		}
		keys = append(keys, d.Key)
	}
	if len(keys) == 0 {
		change.Delete = nil
		return nil
	}
	err := s.client.DeleteTags(ctx, image, keys)
	if batchChangedNothing(err, len(keys)) {
		return err
	}
	for _, key := range keys {
		if err == nil {
			s.recent.addDelete(image, key)
		} else {
			s.recent.forget(image, key)
		}
	}
	s.forget(image)
	if err != nil {
		result.Unsure = true
		return err
	}
	lock.recordDelete(keys...)
	result.Deleted, change.Delete = keys, nil
	return nil
}

// batchChangedNothing reports whether a call for several tags that failed has certainly changed nothing. It is not documented
// whether the service carries out a part of a call that it rejects.
func batchChangedNothing(err error, tags int) bool {
	var e *ims.Error
	if !ims.IsNotCarriedOut(err) || !errors.As(err, &e) {
		return false
	}
	return tags == 1 || e.Attempts == 0 || ims.IsImageNotFound(err)
}
