// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// instantTransport answers at once.
type instantTransport struct{ body string }

func (i instantTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return faketransport.Response(http.StatusOK, i.body), nil
	}
	return faketransport.Response(http.StatusNoContent, ""), nil
}

// benchClient returns a client of a service where each image has ten tags.
func benchClient(b *testing.B) *ims.Client {
	b.Helper()
	body := `{"tags":[`
	for i := range 10 {
		if i > 0 {
			body += ","
		}
		body += fmt.Sprintf(`{"key":"key-%d","value":"value-%d"}`, i, i)
	}
	return newClient(b, fakeEndpoint, withTransport(instantTransport{body + "]}"}))
}

// The cost of a read without the network and the login.
func BenchmarkClientListTags(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.ListTags(context.Background(), image); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClientWriteTag(b *testing.B) {
	client := benchClient(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := client.WriteTag(context.Background(), image, ims.Tag{Key: "key", Value: "value"}); err != nil {
			b.Fatal(err)
		}
	}
}
