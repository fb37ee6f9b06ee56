// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// ErrClaimed says that a tag was not deleted, because another owner claims it.
var ErrClaimed = errors.New("another owner claims the tag")

// ExistsError says that a tag was not written, because the image has the key with another value.
type ExistsError struct{ Tag ims.Tag }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("the image has the tag %q with the value %q", e.Tag.Key, e.Tag.Value)
}

// Write adds a tag to an image, or overwrites its value: POST /v2/{project_id}/images/{image_id}/tags. Writes to one image
// are made one at a time. A write that fails because the image has the maximum of tags is made again after the deletes of
// the same image that this process makes. The claim is that of the owner of the tag.
func (s *Store) Write(ctx context.Context, image ims.Image, tag ims.Tag, claim Claim) error {
	return s.write(ctx, image, tag, claim, func() error { return nil })
}

// WriteNew is like [Store.Write], and fails with an [*ExistsError] if the image has the key with another value. It reads the
// tags of the image right before the first POST, while no other write of this process to the image is in progress. It does
// not read them again for retries of the POST, which would find the tag that the POST has written. A tag that another owner
// in this process has, or had, may be overwritten, and is not read.
func (s *Store) WriteNew(ctx context.Context, image ims.Image, tag ims.Tag, claim Claim) error {
	return s.write(ctx, image, tag, claim, func() error { return s.checkNew(ctx, image, []ims.Tag{tag}, []Claim{claim}) })
}

// write writes a tag after a check, again after each delete that may have made room for it.
func (s *Store) write(ctx context.Context, image ims.Image, tag ims.Tag, claim Claim, check func() error) error {
	defer s.deletes.touch()
	for {
		ended := s.deletes.countEnded(image)
		err := s.writeOnce(ctx, image, tag, claim, check)
		if err == nil || !mayHaveRoomLater(err) || !s.deletes.await(ctx, image, ended) {
			return err
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, image ims.Image, tag ims.Tag, claim Claim, check func() error) error {
	return s.writeExclusively(ctx, image, tag.Key, ims.OperationWriteTag, func(lock *fileLock) error {
		if err := check(); err != nil {
			return err
		}
		err := s.client.WriteTag(ctx, image, tag)
		if !changedNothing(err) {
			lock.recordWrite(claim.owner, tag.Key)
		}
		if err != nil {
			return err
		}
		s.recent.addWrite(image, tag)
		return nil
	})
}

// mayHaveRoomLater reports whether a write with this error may succeed after a delete.
func mayHaveRoomLater(err error) bool {
	var exists *ExistsError
	return ims.IsTooManyTags(err) || errors.As(err, &exists)
}

// Delete removes a tag from an image: DELETE /v2/{project_id}/images/{image_id}/tags/{key}. It succeeds if the tag does not
// exist. It sends nothing and fails with [ErrClaimed] if another owner claims the tag by the time it would be sent.
func (s *Store) Delete(ctx context.Context, image ims.Image, key string, claim Claim) error {
	defer s.deletes.begin(image)()
	return s.writeExclusively(ctx, image, key, ims.OperationDeleteTag, func(lock *fileLock) error {
		if !claim.WillDelete() || lock.wroteElsewhere(key, claim.owner) {
			return ErrClaimed
		}
		if err := s.client.DeleteTag(ctx, image, key); err != nil {
			return err
		}
		lock.recordDelete(key)
		s.recent.addDelete(image, key)
		return nil
	})
}

// Leave records that an owner was destroyed and leaves its tag to another one, which may wait for it.
func (s *Store) Leave(image ims.Image, claim Claim) {
	claim.InState()
	s.deletes.begin(image)()
}

// writeExclusively runs a write of a tag while no other write to the image is in progress.
func (s *Store) writeExclusively(ctx context.Context, image ims.Image, key string, op ims.Operation, write func(*fileLock) error) error {
	return s.exclusively(ctx, image, op, func(lock *fileLock) error {
		err := write(lock)
		if changedNothing(err) {
			return err
		}
		if err != nil {
			s.recent.forget(image, key)
		}
		s.forget(image)
		return err
	})
}

// exclusively runs writes to an image while no other write to it is in progress.
func (s *Store) exclusively(ctx context.Context, image ims.Image, op ims.Operation, write func(*fileLock) error) error {
	writing := s.writingTo(image)
	select {
	case writing <- struct{}{}:
	case <-ctx.Done():
		return &ims.Error{Operation: op, Err: ctx.Err()}
	}
	defer func() { <-writing }()
	lock, err := s.locks.acquire(ctx, s.client.Endpoint(), image)
	if err != nil {
		return &ims.Error{Operation: op, Err: err}
	}
	defer lock.release()
	return write(lock)
}

// changedNothing reports whether a write with this error has certainly changed nothing.
func changedNothing(err error) bool {
	var exists *ExistsError
	return errors.Is(err, ErrClaimed) || errors.As(err, &exists) || ims.IsNotCarriedOut(err)
}

// writingTo returns the channel that holds an element during a write to the image.
func (s *Store) writingTo(image ims.Image) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	writing, ok := s.writing[image]
	if !ok {
		writing = make(chan struct{}, 1)
		s.writing[image] = writing
	}
	return writing
}
