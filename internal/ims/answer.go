package ims

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// answer is a response that was read, once, for all who judge it.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// readAnswer reads a response. Of one that is no success the beginning is enough.
func readAnswer(resp *http.Response, success int) (*answer, error) {
	defer func() { _ = resp.Body.Close() }() // all that is wanted of it is read
	most := fault.MaxBody
	if resp.StatusCode == success {
		most = maxAnswerBytes + 1
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(most)))
	if err != nil {
		return nil, fmt.Errorf("reading the response: %w", err)
	}
	if len(body) > maxAnswerBytes {
		return nil, errAnswerTooLarge
	}
	return &answer{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// notAPage reports an answer that its header calls a page: what it holds is not the service's, even if it reads as if it
// were. Any other type is left to the body.
func (a *answer) notAPage() error {
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")) // it is read even if its parameters cannot be
	if media == "text/html" || strings.HasSuffix(media, "xml") {
		return fmt.Errorf("HTTP %d with %s instead of JSON", a.status, media)
	}
	return nil
}

// notASuccess says what is wrong with a response that reads like a success, but is not the documented one.
func (a *answer) notASuccess(success int) error {
	if a.status >= http.StatusMultipleChoices {
		return nil
	}
	if err := a.notAPage(); err != nil {
		return err
	}
	return fmt.Errorf("HTTP %d instead of %d", a.status, success)
}
