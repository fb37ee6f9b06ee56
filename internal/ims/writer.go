package ims

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// ErrWrittenHere says that a tag was not deleted, because the same [Writer] wrote it.
var ErrWrittenHere = errors.New("this process wrote the tag itself")

// Writer writes and deletes tags, to one image one at a time and to different images in parallel, and keeps a
// [Reader] from serving what is older than its writes.
type Writer struct {
	client *Client
	reader *Reader

	mu     sync.Mutex
	images map[Image]*imageWrites
}

// imageWrites is what the writer knows of an image.
type imageWrites struct {
	turn    chan struct{}       // holds an element while a write is on its way
	written map[string]struct{} // keys this writer wrote; guarded by turn
}

// NewWriter returns a writer that has written nothing.
func NewWriter(client *Client, reader *Reader) *Writer {
	return &Writer{client: client, reader: reader, images: make(map[Image]*imageWrites)}
}

// Write adds a tag to an image or overwrites its value, with one call.
func (w *Writer) Write(ctx context.Context, image Image, tag Tag) error {
	return w.alone(ctx, image, tag.Key, OperationWriteTag, func(writes *imageWrites) error {
		if err := w.client.WriteTag(ctx, image, tag); err != nil {
			return err
		}
		writes.written[tag.Key] = struct{}{}
		w.reader.recent.wrote(image, tag)
		return nil
	})
}

// Delete removes a tag from an image, with one call. A tag that this writer wrote is another instance's by now (the
// new one of a replacement with create_before_destroy): it is kept, and the error is [ErrWrittenHere].
func (w *Writer) Delete(ctx context.Context, image Image, key string) error {
	return w.alone(ctx, image, key, OperationDeleteTag, func(writes *imageWrites) error {
		if _, ours := writes.written[key]; ours {
			return ErrWrittenHere
		}
		if err := w.client.DeleteTag(ctx, image, key); err != nil {
			return err
		}
		w.reader.recent.deleted(image, key)
		return nil
	})
}

// alone runs a write of a tag when no other write to the image is on its way.
func (w *Writer) alone(ctx context.Context, image Image, key string, op Operation, write func(*imageWrites) error) error {
	writes := w.of(image)
	select {
	case writes.turn <- struct{}{}:
	case <-ctx.Done():
		return &Error{Operation: op, Err: ctx.Err()}
	}
	defer func() { <-writes.turn }()
	err := write(writes)
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
	if errors.Is(err, ErrWrittenHere) {
		return true
	}
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	refused := e.isOfService() && e.StatusCode >= http.StatusBadRequest && e.StatusCode < http.StatusInternalServerError
	return e.Attempts == 0 || e.Attempts == 1 && refused
}

func (w *Writer) of(image Image) *imageWrites {
	w.mu.Lock()
	defer w.mu.Unlock()
	writes, ok := w.images[image]
	if !ok {
		writes = &imageWrites{turn: make(chan struct{}, 1), written: make(map[string]struct{})}
		w.images[image] = writes
	}
	return writes
}
