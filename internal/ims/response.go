// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
)

const (
	maxResponseBytes = 32 << 20        // of a success
	maxRetryAfter    = 5 * time.Minute // the longest time over which the service limits the rate of calls
)

var errResponseTooLarge = errors.New("the response is larger than any response of this API can be")

// response is a response whose body has been read.
type response struct {
	status int
	header http.Header
	body   []byte // of a response that is not a success, only the first [apierror.MaxBody] bytes
}

// readResponse reads a response and closes its body.
func readResponse(resp *http.Response, successStatus int) (*response, error) {
	defer func() { _ = resp.Body.Close() }() // everything of use has been read
	limit := apierror.MaxBody
	if resp.StatusCode == successStatus {
		limit = maxResponseBytes + 1
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("reading the response: %w", err)
	}
	if len(body) > maxResponseBytes {
		return nil, errResponseTooLarge
	}
	return &response{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// checkMediaType returns an error if the Content-Type header says that the response is a web page. A page is not from the
// service, even if its text is valid JSON. With any other type, the body decides.
func (r *response) checkMediaType() error {
	media, _, _ := mime.ParseMediaType(r.header.Get("Content-Type")) // returns the type even if the parameters are invalid
	if media == "text/html" || strings.HasSuffix(media, "xml") {
		return fmt.Errorf("HTTP %d with %s instead of JSON", r.status, media)
	}
	return nil
}

// checkStatus returns an error if the status is one of success, but not the documented one.
func (r *response) checkStatus(successStatus int) error {
	if r.status >= http.StatusMultipleChoices {
		return nil
	}
	if err := r.checkMediaType(); err != nil {
		return err
	}
	return fmt.Errorf("HTTP %d instead of %d", r.status, successStatus)
}

// retryAfter returns the wait that the Retry-After header asks for, in seconds or as a date. It is 0 if the header asks for
// no wait, and at most [maxRetryAfter].
func (r *response) retryAfter(now time.Time) time.Duration {
	text := r.header.Get("Retry-After")
	if text == "" {
		return 0
	}
	seconds, err := strconv.Atoi(text)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		limit := int(maxRetryAfter / time.Second)
		return time.Duration(max(0, min(seconds, limit))) * time.Second
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, min(date.Sub(now), maxRetryAfter))
}
