package store

import (
	"context"
	"errors"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Change is a change of several tags of an image.
type Change struct {
	Write  []ims.Tag
	Delete []Deletion

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
}

// Change changes tags of an image with one call that writes and one that deletes, at most:
// POST /v2/{project_id}/images/{image_id}/tags/action. No other write to the image is made in between. Tags that other owners
// claim by the time the delete would be sent are not deleted. An empty change makes no call. If a call fails, the result says
// what was done before.
func (s *Store) Change(ctx context.Context, image ims.Image, change Change) (Result, error) {
	var result Result
	if len(change.Write) == 0 && len(change.Delete) == 0 {
		return result, nil
	}
	operation := ims.OperationCreateTags
	if len(change.Write) == 0 {
		operation = ims.OperationDeleteTags
	}
	err := s.exclusively(ctx, image, operation, func(lock *fileLock) error {
		create := func() error { return s.createTags(ctx, image, change.Write, lock, &result) }
		remove := func() error { return s.deleteTags(ctx, image, change.Delete, lock, &result) }
		if change.DeleteFirst {
			create, remove = remove, create
		}
		if err := create(); err != nil {
			return err
		}
		return remove()
	})
	return result, err
}

func (s *Store) createTags(ctx context.Context, image ims.Image, tags []ims.Tag, lock *fileLock, result *Result) error {
	if len(tags) == 0 {
		return nil
	}
	err := s.client.CreateTags(ctx, image, tags)
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
	lock.recordWrite(keys...)
	s.forget(image)
	return err
}

func (s *Store) deleteTags(ctx context.Context, image ims.Image, deletions []Deletion, lock *fileLock, result *Result) error {
	var keys []string
	for _, d := range deletions {
		if !d.Claim.WillDelete() || lock.wroteElsewhere(d.Key) {
			result.Kept = append(result.Kept, d.Key)
			continue
		}
		keys = append(keys, d.Key)
	}
	if len(keys) == 0 {
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
	result.Deleted = keys
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
