// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// countingReader counts the bytes that are read from it.
type countingReader struct {
	io.Reader

	read int
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

// Some proxies answer with very long pages. Only the first 64 KiB of an error response are read.
func TestOnlyTheStartOfAnErrorResponseIsRead(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	const secret = "hunter2hunter2"
	style := "<style>" + strings.Repeat("p {color: red}\n", limit) + "</style>"
	cases := map[string]struct{ body, message string }{
		"a long page":                {"<h1>Not allowed</h1>" + style + style, "Not allowed"},
		"an error before spaces":     {`{"error":{"code":"IMG.0026","message":"no right"}}` + strings.Repeat(" ", 10*limit), "no right"},
		"a secret that would be cut": {"<p>no: <!--" + strings.Repeat("-", limit-18) + "--> " + secret, "no:"},
		"a long page without spaces": {strings.Repeat("x", 2*limit), ""},
		"a page of exactly 64 KiB":   {"<p>no</p>" + strings.Repeat("\n", limit-10), "no"},
		"an empty body":              {"", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &countingReader{Reader: strings.NewReader(c.body)}
			f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
				resp := faketransport.Response(403, "")
				resp.Body = io.NopCloser(body)
				return resp, nil
			}}
			redact := func(cfg *ims.Config) {
				cfg.Redact = func(s string) string { return strings.ReplaceAll(s, secret, "***") }
			}
			err := newClient(t, fakeEndpoint, withTransport(f), redact).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
			if e := asError(t, err); e.StatusCode != 403 || e.Message != c.message {
				t.Errorf("the error is %d %q, want %q", e.StatusCode, e.Message, c.message)
			}
			if body.read > limit {
				t.Errorf("%d bytes were read", body.read)
			}
		})
	}
}

// A 403 with a page of 31 MB once needed 2.8 GB of memory.
func TestLongErrorResponseNeedsLittleMemory(t *testing.T) {
	page := "<html>" + strings.Repeat("<p>no</p>\n", 3<<20)
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) { return faketransport.Response(403, page), nil }}
	client := newClient(t, fakeEndpoint, withTransport(f))
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if err := client.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
				b.Fatal("it succeeded")
			}
		}
	})
	if cost := result.AllocedBytesPerOp(); cost > 4<<20 {
		t.Errorf("a page of %d bytes costs %d", len(page), cost)
	}
}
