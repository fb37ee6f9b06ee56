package store

import (
	"context"
	"errors"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// ErrClaimed says that a tag was not deleted, because another owner claims it.
var ErrClaimed = errors.New("another owner claims the tag")

// Write adds a tag to an image, or overwrites its value: POST /v2/{project_id}/images/{image_id}/tags. Writes to one image
// are made one at a time.
func (s *Store) Write(ctx context.Context, image ims.Image, tag ims.Tag) error {
	return s.writeExclusively(ctx, image, tag.Key, ims.OperationWriteTag, func(lock *fileLock) error {
		err := s.client.WriteTag(ctx, image, tag)
		if !changedNothing(err) {
			lock.recordWrite(tag.Key)
		}
		if err != nil {
			return err
		}
		s.recent.addWrite(image, tag)
		return nil
	})
}

// Delete removes a tag from an image: DELETE /v2/{project_id}/images/{image_id}/tags/{key}. It succeeds if the tag does not
// exist. It sends nothing and fails with [ErrClaimed] if another owner claims the tag by the time it would be sent.
func (s *Store) Delete(ctx context.Context, image ims.Image, key string, claim Claim) error {
	return s.writeExclusively(ctx, image, key, ims.OperationDeleteTag, func(lock *fileLock) error {
		if !claim.WillDelete() || lock.wroteElsewhere(key) {
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
func changedNothing(err error) bool { return errors.Is(err, ErrClaimed) || ims.IsNotCarriedOut(err) }

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
