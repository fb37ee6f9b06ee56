package store

import (
	"context"
	"errors"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// ErrClaimed says that a tag was not deleted because another owner claims it.
var ErrClaimed = errors.New("another owner claims the tag")

// Write adds a tag to an image or overwrites its value, with one call. Writes to one image are made one at a time.
func (s *Store) Write(ctx context.Context, image ims.Image, tag ims.Tag) error {
	return s.exclusively(ctx, image, tag.Key, ims.OperationWriteTag, func(lock *fileLock) error {
		err := s.client.WriteTag(ctx, image, tag)
		if !changedNothing(err) {
			lock.note(tag.Key)
		}
		if err != nil {
			return err
		}
		s.recent.wrote(image, tag)
		return nil
	})
}

// Delete removes a tag from an image, with one call. If another owner claims the tag by the time of the call, the tag is
// kept, and the error is [ErrClaimed].
func (s *Store) Delete(ctx context.Context, image ims.Image, key string, claim Claim) error {
	return s.exclusively(ctx, image, key, ims.OperationDeleteTag, func(lock *fileLock) error {
		if !claim.WillDelete() || lock.wroteElsewhere(key) {
			return ErrClaimed
		}
		if err := s.client.DeleteTag(ctx, image, key); err != nil {
			return err
		}
		lock.forget(key)
		s.recent.deleted(image, key)
		return nil
	})
}

// exclusively runs a write of a tag while no other write to the image is in progress.
func (s *Store) exclusively(ctx context.Context, image ims.Image, key string, op ims.Operation, write func(*fileLock) error) error {
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
	err = write(lock)
	if changedNothing(err) {
		return err
	}
	if err != nil {
		s.recent.unsure(image, key)
	}
	s.forget(image)
	return err
}

// changedNothing reports whether a write has certainly not been carried out.
func changedNothing(err error) bool { return errors.Is(err, ErrClaimed) || ims.IsNotCarriedOut(err) }

// writingTo returns a channel that holds an element while a write to the image is in progress.
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
