// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

const (
	placeProject = "0123456789abcdef0123456789abcdef"
	placeImage   = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
)

// cloud is a server that has the image service of several regions, and a metadata service. It records its requests, each with
// the access key that signed it.
type cloud struct {
	*httptest.Server

	mu          sync.Mutex
	requests    []string
	connections int
}

// newCloud returns a server that is not started. It refuses the requests that a key has signed.
func newCloud(t *testing.T, refusedKey string) *cloud {
	t.Helper()
	c := &cloud{}
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Access=")
		key, _, _ := strings.Cut(signature, ",")
		region, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/v2/")
		c.mu.Lock()
		c.requests = append(c.requests, strings.TrimSpace(region+" "+key))
		c.mu.Unlock()
		switch {
		case r.URL.Path == "/openstack/latest/securitykey":
			_, _ = fmt.Fprintf(w, `{"credential":{"access":"TEMPORARY","secret":"s","securitytoken":"t","expires_at":%q}}`,
				time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
		case key != "" && key == refusedKey:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`)
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"tags":[]}`)
		}
	}))
	c.Config.ErrorLog = log.New(io.Discard, "", 0)
	c.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if state == http.StateNew {
			c.connections++
		}
	}
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) seen() (requests []string, connections int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.requests), c.connections
}

// places are the connections of a provider configuration that has a region r1 and a clouds.yaml.
type places struct {
	*connector

	own *service.Connection
}

// connectPlaces makes the connection to r1.
func connectPlaces(t *testing.T, block, env map[string]string, cloudsYAML string) places {
	t.Helper()
	block = maps.Clone(block)
	maps.Copy(block, map[string]string{"region": "r1", "project_id": placeProject, "max_retries": "0"})
	in := settings.Input{
		Block: block, Getenv: func(name string) string { return env[name] }, Home: "/nowhere",
		ReadFile: func(path string) ([]byte, error) {
			if path == "clouds.yaml" {
				return []byte(cloudsYAML), nil
			}
			return nil, os.ErrNotExist
		},
	}
	s, problems := settings.Resolve(in)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	provider, ok := New("dev", Dependencies{})().(*imsProvider)
	if !ok {
		t.Fatal("New returns another provider")
	}
	c := newConnector(provider, in, "")
	own, err := c.connectOwn(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return places{c, own}
}

// read reads the tags of an image in r1, or in another region.
func (p places) read(t *testing.T, region string) error {
	t.Helper()
	connection := p.own
	if region != "r1" {
		made, diags := p.connect(t.Context(), service.Place{Region: region, ProjectID: placeProject})
		if diags.HasError() {
			t.Fatal(diags)
		}
		connection = made
	}
	_, err := connection.Store.Tags(t.Context(), ims.Image{ProjectID: connection.ProjectID, ID: placeImage})
	return err
}

// Regions share a login, and not its connections: a region that is down would slow the others.
func TestRegionsWithOneLoginHaveConnectionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		block map[string]string
		want  []string
	}{
		"an access key": {
			map[string]string{"access_key": "KEY", "secret_key": "s"},
			[]string{"r1 KEY", "r2 KEY", "r3 KEY"},
		},
		"the agency of a cloud server": {
			map[string]string{"use_metadata": "true"},
			[]string{"r1 TEMPORARY", "r2 TEMPORARY", "r3 TEMPORARY"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			metadata, images := newCloud(t, ""), newCloud(t, "")
			metadata.Start()
			images.Start()
			block := map[string]string{"auth_url": "https://iam.example.com/v3", "endpoint": images.URL + "/r1"}
			for _, region := range []string{"r2", "r3"} {
				block["endpoints."+region] = images.URL + "/" + region
			}
			maps.Copy(block, c.block)
			p := connectPlaces(t, block, map[string]string{"IMS_METADATA_ENDPOINT": metadata.URL}, "")
			for _, region := range []string{"r1", "r2", "r3"} {
				if err := p.read(t, region); err != nil {
					t.Error(err)
				}
			}
			if requests, connections := images.seen(); !slices.Equal(requests, c.want) || connections != 3 {
				t.Errorf("%d connections made the requests %v", connections, requests)
			}
			if requests, _ := metadata.seen(); len(requests) > 2 {
				t.Errorf("the regions have logins of their own: %v", requests)
			}
		})
	}
}

// regionsWithKeys is a clouds.yaml with an access key for each region. Only r2 and r3 have the same.
const regionsWithKeys = `
clouds:
  c:
    auth: {auth_url: "https://iam.example.com/v3", project_id: 0123456789abcdef0123456789abcdef}
    regions:
      - {name: r1, values: {verify: false, ims_endpoint_override: "%[1]s/r1", auth: {ak: KEY-OF-R1, sk: s1}}}
      - {name: r2, values: {verify: %[2]t, ims_endpoint_override: "%[1]s/r2", auth: {ak: KEY-OF-R2, sk: s2}}}
      - {name: r3, values: {verify: %[2]t, ims_endpoint_override: "%[1]s/r3", auth: {ak: KEY-OF-R2, sk: s2}}}
`

// The keys that a file has for a region are used there. If they are refused, they are sent once, and other keys are used.
func TestRegionWithAnAccessKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	images := newCloud(t, "KEY-OF-R2")
	images.Start()
	p := connectPlaces(t, map[string]string{"cloud": "c"}, nil, fmt.Sprintf(regionsWithKeys, images.URL, true))
	for region, isRefused := range map[string]bool{"r2": true, "r3": true, "r1": false} {
		if err := p.read(t, region); (err != nil) != isRefused {
			t.Errorf("%s: the error is %v", region, err)
		}
	}
	requests, _ := images.seen()
	slices.Sort(requests)
	if len(requests) != 2 || requests[0] != "r1 KEY-OF-R1" || !strings.HasSuffix(requests[1], " KEY-OF-R2") {
		t.Errorf("the requests are %v", requests)
	}
}

// What a file says about the certificate of one region is so for that region, also if it shares the login.
func TestRegionWithAnUntrustedCertificate(t *testing.T) {
	t.Parallel()
	for _, block := range []map[string]string{
		{"cloud": "c"},
		{"cloud": "c", "access_key": "KEY", "secret_key": "s"},
	} {
		images := newCloud(t, "")
		images.StartTLS()
		p := connectPlaces(t, block, nil, fmt.Sprintf(regionsWithKeys, images.URL, true))
		if err := p.read(t, "r1"); err != nil {
			t.Errorf("r1 accepts any certificate: %v", err)
		}
		if err := p.read(t, "r2"); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("the error is %v", err)
		}
		if requests, _ := images.seen(); len(requests) != 1 {
			t.Errorf("the requests are %v", requests)
		}
	}
}
