// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Each answer of the service ends in a diagnostic that says what it was and what can be done.
func TestDiagnosticsAdvise(t *testing.T) {
	t.Parallel()
	ims, gateway := imstest.IMSError, imstest.GatewayError
	cases := map[string]struct {
		answer imstest.Answer
		want   []string
	}{
		"no right":                     {ims(403, "IMG.0026", "forbidden"), []string{"ims:images:list", "HTTP 403 Forbidden IMG.0026: forbidden"}},
		"no right, as a 400":           {ims(400, "IMG.0026", "no rights"), []string{"Permission denied", "HTTP 400 Bad Request IMG.0026: no rights"}},
		"another 403":                  {gateway(403, "APIGW.0305", "denied"), []string{"ims:images:update", "HTTP 403 Forbidden APIGW.0305: denied"}},
		"an access list":               {gateway(403, "APIGW.0302", "denied"), []string{"access list", "HTTP 403 Forbidden APIGW.0302: denied"}},
		"another access list":          {gateway(403, "APIG.0302", "denied"), []string{"access list", "HTTP 403 Forbidden APIG.0302: denied"}},
		"a protected image":            {ims(400, "IMG.0028", "protected"), []string{"Remove the protection of the image"}},
		"another project":              {ims(400, "IMG.0030", "project"), []string{"The project does not match the credentials"}},
		"another owner":                {ims(400, "IMG.0047", "owner"), []string{"Only the owner of an image can tag it"}},
		"a malformed id":               {ims(400, "IMG.0066", "id"), []string{"Check image_id"}},
		"an invalid tag":               {ims(400, "IMG.0115", "tag"), []string{"which characters are allowed"}},
		"too many tags":                {ims(400, "IMG.0116", "quota"), []string{"the maximum of ten tags"}},
		"throttled by the service":     {ims(400, "IMG.0060", "slow"), []string{"limits the rate of calls", "the timeout of the operation expired"}},
		"throttled by the gateway":     {gateway(429, "APIGW.0308", "limit:200,time:5 minute"), []string{"limits the rate of calls", "limit:200,time:5 minute", "the timeout of the operation expired"}},
		"throttled for too long":       {ims(400, "IMG.0060", "slow"), []string{"increase timeouts.read and apply that change with -refresh=false"}},
		"throttled by another gateway": {gateway(429, "APIG.0308", "limit"), []string{"limits the rate of calls"}},
		"not authenticated":            {gateway(401, "APIGW.0301", "auth"), []string{"does not accept the credentials", "15 minutes"}},
		"an expired token":             {gateway(401, "APIGW.0307", "auth"), []string{"The token has expired, or it belongs to another region"}},
		"IAM's own 401": {
			imstest.Answer{Status: 401, Body: `{"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}`},
			[]string{"does not accept the credentials", "HTTP 401 Unauthorized 401: The request you have made requires authentication."},
		},
		"no such API":           {gateway(404, "APIGW.0101", "no API"), []string{"The endpoint does not provide the image service", "without the API version"}},
		"no backend":            {gateway(404, "APIGW.0103", "no backend"), []string{"The service or its API gateway failed", "HTTP 404 Not Found APIGW.0103: no backend"}},
		"no backend of another": {gateway(404, "APIG.0103", "no backend"), []string{"The service or its API gateway failed", "HTTP 404 Not Found APIG.0103: no backend"}},
		"no backend, as a fault": {
			gateway(500, "APIG.0103", "no backend"),
			[]string{"The service or its API gateway failed", "HTTP 500 Internal Server Error APIG.0103: no backend", "Attempts:   11 in "},
		},
		"a page":      {imstest.HTML(200), []string{"proxy or a login page", "Sign in Sign in Please sign in to the network."}},
		"a fault":     {gateway(502, "APIGW.0201", "backend"), []string{"The service or its API gateway failed", "Attempts:   11 in "}},
		"no answer":   {imstest.Answer{Drop: true}, []string{"The service did not respond", "connection closed without a complete response"}},
		"another 4xx": {imstest.Answer{Status: 418, Body: "I am a teapot"}, []string{"something that its API does not document", "I am a teapot"}},
		"a redirect": {
			imstest.Answer{Status: 302, Header: http.Header{"Location": {"https://login.example.com/?secret=1"}}},
			[]string{"does not follow redirects", "redirected to login.example.com"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			p := acctest.NewProtocolServer(t, mock)
			ctx := t.Context()
			if strings.Contains(name, "throttled") { // until the timeout
				c.answer.Header = http.Header{"Retry-After": {"300"}}
				limited, cancel := context.WithTimeout(ctx, 3*time.Second)
				defer cancel()
				ctx = limited
			}
			mock.ForceAlways(imstest.ListTags, c.answer)
			resp := p.ReadWithin(ctx, p.Value(p.Resource, acctest.TagState(image, "production")))
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
				t.Fatalf("the diagnostics are %v, want one error", acctest.Summaries(resp.Diagnostics))
			}
			detail := resp.Diagnostics[0].Detail
			for _, want := range append(c.want, image, `"environment"`, imstest.ProjectID, "GET /v2/") {
				if !strings.Contains(detail, want) {
					t.Errorf("the detail does not say %q:\n%s", want, detail)
				}
			}
			if strings.Contains(detail, "secret=1") {
				t.Errorf("the detail repeats where the redirect goes:\n%s", detail)
			}
		})
	}
}

// A call that was not sent because the login was refused before says so, and what the refusal was.
func TestDiagnosticsOfACallThatWasNotSent(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	mock.Force(imstest.ListTags, imstest.GatewayError(401, "APIGW.0301", "wrong signature"))

	state := p.Value(p.Resource, acctest.TagState(image, "production"))
	p.Read(state)
	resp := p.Read(state)
	if len(resp.Diagnostics) != 1 {
		t.Fatalf("the diagnostics are %v", acctest.Summaries(resp.Diagnostics))
	}
	for _, want := range []string{"repeated failures can lock the access key", "APIGW.0301: wrong signature"} {
		if !strings.Contains(resp.Diagnostics[0].Detail, want) {
			t.Errorf("the detail does not say %q:\n%s", want, resp.Diagnostics[0].Detail)
		}
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}

// Nor is a call sent whose turn comes only after its time is over.
func TestDiagnosticsOfACallWhoseTurnComesTooLate(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: pinnedImage})
	p := acctest.NewProtocolServer(t, mock)
	throttled := imstest.GatewayError(429, "APIGW.0308", "limit:200,time:5 minute")
	throttled.Header = http.Header{"Retry-After": {"300"}}
	mock.Force(imstest.WriteTag, throttled)

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	failure(ctx, p, "create")
	text := failure(ctx, p, "create")
	if !strings.Contains(text, "The call was not sent. Because of the rate limit of the service") || strings.Contains(text, "Attempts:") {
		t.Errorf("the text is\n%s", text)
	}
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
}
