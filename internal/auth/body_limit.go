// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"io"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
)

const maxResponse = 4 << 20 // bytes; a response of IAM has some kilobytes

// bodyLimiter is a transport that limits the size of a response body, because an error page can have any length.
type bodyLimiter struct{ next http.RoundTripper }

func (c bodyLimiter) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	limit := int64(maxResponse)
	if resp.StatusCode >= http.StatusMultipleChoices {
		limit = apierror.MaxBody
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, limit), resp.Body}
	return resp, nil
}
