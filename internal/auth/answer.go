package auth

import (
	"io"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

const maxAnswer = 4 << 20 // bytes; IAM's answers are some kilobytes

// capped is a transport that reads no more of an answer than is of use: a page of an error may have any length.
type capped struct{ next http.RoundTripper }

func (c capped) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	limit := int64(maxAnswer)
	if resp.StatusCode >= http.StatusMultipleChoices {
		limit = fault.MaxBody
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, limit), resp.Body}
	return resp, nil
}
