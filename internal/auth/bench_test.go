// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// BenchmarkAuthentication compares a signed request with one that has a token.
func BenchmarkAuthentication(b *testing.B) {
	service := roundTripFunc(func(*http.Request) (*http.Response, error) { return status(http.StatusNoContent) })
	transports := map[string]http.RoundTripper{
		"access key": &auth.AccessKey{ID: "AK", Secret: "SK", Now: time.Now, Next: service},
		"token":      &auth.Token{Value: "token", Next: service},
	}
	for name, transport := range transports {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				req, err := http.NewRequestWithContext(context.Background(), http.MethodPost,
					"https://ims.example.com/v2/0123456789abcdef0123456789abcdef/images/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/tags",
					strings.NewReader(`{"tag":{"key":"environment","value":"production"}}`))
				if err != nil {
					b.Fatal(err)
				}
				resp, err := transport.RoundTrip(req)
				if err != nil || resp.Body.Close() != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
