package ims

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// ErrClaimed says that a tag was not deleted, because another owner has a claim to it.
var ErrClaimed = errors.New("another owner claims the tag")

// Writer writes and deletes tags, to one image one at a time and to different images in parallel, and keeps a
// [Reader] from serving what is older than its writes.
type Writer struct {
	client *Client
	reader *Reader
	shared *Turns // nil if nothing is shared

	mu    sync.Mutex
	turns map[Image]chan struct{} // each holds an element while a write is on its way
}

// NewWriter returns a writer that has written nothing.
func NewWriter(client *Client, reader *Reader) *Writer {
	return &Writer{client: client, reader: reader, turns: make(map[Image]chan struct{})}
}

// Share makes the writer take turns with other processes, and returns it.
func (w *Writer) Share(turns *Turns) *Writer {
	w.shared = turns
	return w
}

// Write adds a tag to an image or overwrites its value, with one call.
func (w *Writer) Write(ctx context.Context, image Image, tag Tag) error {
	return w.alone(ctx, image, tag.Key, OperationWriteTag, func(shared *sharedTurn) error {
		err := w.client.WriteTag(ctx, image, tag)
		if !changedNothing(err) {
			shared.note(tag.Key)
		}
		if err != nil {
			return err
		}
		w.reader.recent.wrote(image, tag)
		return nil
	})
}

// Delete removes a tag from an image, with one call. A tag that another owner claims by the time of the call is kept, and
// the error is [ErrClaimed].
func (w *Writer) Delete(ctx context.Context, image Image, key string, claim Claim) error {
	return w.alone(ctx, image, key, OperationDeleteTag, func(shared *sharedTurn) error {
		if !claim.Leave() || shared.wroteElsewhere(key) {
			return ErrClaimed
		}
		if err := w.client.DeleteTag(ctx, image, key); err != nil {
			return err
		}
		shared.forget(key)
		w.reader.recent.deleted(image, key)
		return nil
	})
}

// alone runs a write of a tag when no other write to the image is on its way.
func (w *Writer) alone(ctx context.Context, image Image, key string, op Operation, write func(*sharedTurn) error) error {
	turn := w.turn(image)
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return &Error{Operation: op, Err: ctx.Err()}
	}
	defer func() { <-turn }()
	shared, err := w.shared.take(ctx, w.client.endpoint, image)
	if err != nil {
		return &Error{Operation: op, Err: err}
	}
	defer shared.end()
	err = write(shared)
	if changedNothing(err) {
		return err
	}
	if err != nil {
		w.reader.recent.unsure(image, key)
	}
	w.reader.Forget(image)
	return err
}

// changedNothing reports whether err says for sure that a write was not carried out: it was not sent, or the service
// refused it. One that was not answered, or was sent again, may have been carried out.
func changedNothing(err error) bool {
	if errors.Is(err, ErrClaimed) {
		return true
	}
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	refused := e.isOfService() && e.StatusCode >= http.StatusBadRequest && e.StatusCode < http.StatusInternalServerError
	return e.Attempts == 0 || e.Attempts == 1 && refused
}

func (w *Writer) turn(image Image) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	turn, ok := w.turns[image]
	if !ok {
		turn = make(chan struct{}, 1)
		w.turns[image] = turn
	}
	return turn
}
