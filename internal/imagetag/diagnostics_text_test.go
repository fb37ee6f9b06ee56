// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

var update = flag.Bool("update", false, "write testdata/diagnostics.txt")

const pinnedImage = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"

// texts reads testdata/diagnostics.txt: what a person sees, each text under a line "=== name".
func texts(t *testing.T) map[string]string {
	t.Helper()
	content, err := os.ReadFile("testdata/diagnostics.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	for section := range strings.SplitSeq("\n"+string(content), "\n=== ") {
		name, text, _ := strings.Cut(section, "\n")
		found[name] = strings.TrimSpace(text)
	}
	delete(found, "")
	return found
}

func writeTexts(t *testing.T, texts map[string]string) {
	t.Helper()
	var content strings.Builder
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(&content, "=== %s\n%s\n\n", name, texts[name])
	}
	if err := os.WriteFile("testdata/diagnostics.txt", []byte(strings.TrimSuffix(content.String(), "\n")), 0o600); err != nil {
		t.Error(err)
	}
}

// The whole text of each error that the service or its gateway is known to answer, and of what can happen on the way.
func TestWholeTextOfEachError(t *testing.T) {
	t.Parallel()
	ims, gateway := imstest.IMSError, imstest.GatewayError
	cases := map[string]struct {
		operation imstest.Operation
		answer    imstest.Answer
	}{
		"create: the image is not there, 404":            {imstest.WriteTag, ims(404, "IMG.0027", "The image does not exist.")},
		"create: the image is not there, 400 IMG.0144":   {imstest.WriteTag, ims(400, "IMG.0144", "The image does not exist.")},
		"create: the image is not there, 400 IMG.0027":   {imstest.WriteTag, ims(400, "IMG.0027", "The image does not exist.")},
		"create: the image id is malformed":              {imstest.WriteTag, ims(400, "IMG.0066", "The image ID is malformed.")},
		"create: the tag is invalid":                     {imstest.WriteTag, ims(400, "IMG.0115", "Invalid tag.")},
		"create: the image has its maximum of tags":      {imstest.WriteTag, ims(400, "IMG.0116", "The number of tags exceeds the limit.")},
		"create: the project does not fit the token":     {imstest.WriteTag, ims(400, "IMG.0030", "The project ID does not match the token.")},
		"create: no right":                               {imstest.WriteTag, ims(403, "IMG.0026", "No permission.")},
		"create: only the owner may":                     {imstest.WriteTag, ims(400, "IMG.0047", "The image is not yours.")},
		"create: the image is protected":                 {imstest.WriteTag, ims(400, "IMG.0028", "The image is protected.")},
		"create: throttled by the gateway":               {imstest.WriteTag, gateway(429, "APIGW.0308", "policy user over ratelimit,limit:200,time:5 minute")},
		"create: throttled by the service":               {imstest.WriteTag, ims(400, "IMG.0060", "wait up to one minute")},
		"create: not authenticated":                      {imstest.WriteTag, gateway(401, "APIGW.0301", "Incorrect IAM authentication information")},
		"create: the token has expired":                  {imstest.WriteTag, gateway(401, "APIGW.0307", "The token must be updated")},
		"create: no such API":                            {imstest.WriteTag, gateway(404, "APIGW.0101", "The API does not exist")},
		"create: no backend":                             {imstest.WriteTag, gateway(404, "APIG.0103", "The backend does not exist")},
		"create: a fault that does not pass":             {imstest.WriteTag, gateway(503, "APIGW.0201", "Backend unavailable")},
		"create: never an answer":                        {imstest.WriteTag, imstest.Answer{Drop: true}},
		"create: a page":                                 {imstest.WriteTag, imstest.HTML(200)},
		"read: no right":                                 {imstest.ListTags, ims(403, "IMG.0026", "No permission.")},
		"read: no such API":                              {imstest.ListTags, gateway(404, "APIGW.0101", "The API does not exist")},
		"read: a page":                                   {imstest.ListTags, imstest.HTML(200)},
		"read: half an answer":                           {imstest.ListTags, imstest.Answer{Status: 200, Body: `{"tags":[{"key":"envi`}},
		"read: a redirect":                               {imstest.ListTags, imstest.Answer{Status: 302, Header: http.Header{"Location": {"https://login.example.com/"}}}},
		"delete: the image is protected":                 {imstest.DeleteTag, ims(400, "IMG.0028", "The image is protected.")},
		"delete: a fault of another kind, no request id": {imstest.DeleteTag, imstest.Answer{Status: 418, Header: http.Header{"X-Request-Id": nil}}},
	}

	want, seen := texts(t), make(map[string]string)
	var mu sync.Mutex
	if *update {
		want = nil
		t.Cleanup(func() { writeTexts(t, seen) })
	}
	for name := range want {
		if _, ok := cases[name]; !ok {
			t.Errorf("there is a text for %q, and no case", name)
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: pinnedImage})
			mock.SetTag(pinnedImage, "team", "blue")
			mock.SetTag(pinnedImage, "made by", "packer")
			p := acctest.NewProtocolServer(t, mock)
			ctx := t.Context()
			if strings.Contains(name, "throttled") { // a wait that would end after the timeout is not begun
				c.answer.Header = http.Header{"Retry-After": {"300"}}
				limited, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				ctx = limited
			}
			mock.ForceAlways(c.operation, c.answer)
			verb, _, _ := strings.Cut(name, ":")
			got := withoutTimes(failure(ctx, p, verb))
			mu.Lock()
			seen[name] = got
			mu.Unlock()
			if got != want[name] && !*update {
				t.Errorf("the text is\n=== %s\n%s\n\nwant\n%s", name, got, want[name])
			}
		})
	}
}

// failure runs an operation that has to end in one error, and returns what a person sees of it.
func failure(ctx context.Context, p *acctest.ProtocolServer, verb string) string {
	p.T.Helper()
	tag := p.Value(p.Resource, acctest.TagState(pinnedImage, "production"))
	var diagnostics []*tfprotov6.Diagnostic
	switch verb {
	case "read":
		diagnostics = p.ReadWithin(ctx, tag).Diagnostics
	case "create":
		diagnostics = apply(ctx, p, p.Null(p.Resource), tag)
	case "delete":
		diagnostics = apply(ctx, p, tag, p.Null(p.Resource))
	default:
		p.T.Fatalf("there is no operation %q", verb)
	}
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		p.T.Fatalf("the diagnostics are %v, want one error", acctest.Summaries(diagnostics))
	}
	at := ""
	if path := diagnostics[0].Attribute; path != nil {
		at = " (at " + path.String() + ")"
	}
	return fmt.Sprintf("Error: %s%s\n\n%s", diagnostics[0].Summary, at, diagnostics[0].Detail)
}

func apply(ctx context.Context, p *acctest.ProtocolServer, prior, planned *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	p.T.Helper()
	resp, err := p.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: acctest.TagType, PriorState: prior, PlannedState: planned, Config: planned,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp.Diagnostics
}

// Texts differ from run to run in how long something took, and in where a connection came from.
var (
	duration = regexp.MustCompile(`in [0-9.]+(ns|µs|ms|s)`)
	port     = regexp.MustCompile(`127\.0\.0\.1:\d+`)
)

func withoutTimes(text string) string {
	return port.ReplaceAllString(duration.ReplaceAllString(text, "in TIME"), "HOST:PORT")
}

// The tags that are there cost a call, so they are asked for only when they explain a refusal.
func TestOnlyAQuotaErrorReadsTheTags(t *testing.T) {
	t.Parallel()
	for code, reads := range map[string]int{"IMG.0115": 0, "IMG.0116": 1} {
		mock := imstest.Start(t)
		mock.PutImage(imstest.Image{ID: pinnedImage})
		p := acctest.NewProtocolServer(t, mock)
		mock.ForceAlways(imstest.WriteTag, imstest.IMSError(400, code, "no"))
		failure(t.Context(), p, "create")
		acctest.ExpectCalls(t, mock, imstest.ListTags, reads)
	}
}

// A quota error stands without the tags where they cannot be read.
func TestAQuotaErrorWithoutTheTags(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: pinnedImage})
	p := acctest.NewProtocolServer(t, mock)
	mock.ForceAlways(imstest.WriteTag, imstest.IMSError(400, "IMG.0116", "no"))
	mock.ForceAlways(imstest.ListTags, imstest.IMSError(403, "IMG.0026", "no"))
	text := failure(t.Context(), p, "create")
	if !strings.Contains(text, "the maximum of ten tags") || strings.Contains(text, "The image has the keys") || strings.Contains(text, "\n\n\n") {
		t.Errorf("the text is\n%s", text)
	}
	if operations := []imstest.Operation{imstest.WriteTag, imstest.ListTags}; !slices.EqualFunc(mock.Requests(), operations,
		func(r imstest.Request, o imstest.Operation) bool { return r.Operation == o }) {
		t.Errorf("the calls are %v", mock.Requests())
	}
}
