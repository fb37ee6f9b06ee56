package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func tagState(image, value string) map[string]string {
	return map[string]string{
		"id":         image + "/environment",
		"project_id": imstest.ProjectID,
		"image_id":   image,
		"key":        "environment",
		"value":      value,
	}
}

func tagIdentity(image string) map[string]string {
	return map[string]string{"project_id": imstest.ProjectID, "image_id": image, "key": "environment"}
}

func TestIdentitySchema(t *testing.T) {
	t.Parallel()
	server, err := factories()["ims"]()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	required := make(map[string]bool)
	for _, attribute := range resp.IdentitySchemas[tagType].IdentityAttributes {
		required[attribute.Name] = attribute.RequiredForImport
	}
	if len(required) != 3 || required["project_id"] || !required["image_id"] || !required["key"] {
		t.Errorf("the identity's attributes and whether an import needs them are %v", required)
	}
}

func TestIdentityIsSetByCreateAndUpdate(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	p := newProtocolServer(t, mock)

	prior, identity := p.null(p.resource), (*tfprotov6.ResourceIdentityData)(nil)
	for _, value := range []string{"production", "staging"} {
		planned := p.value(p.resource, tagState(image, value))
		resp, err := p.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName:        tagType,
			PriorState:      prior,
			PlannedState:    planned,
			Config:          planned,
			PlannedIdentity: identity,
		})
		if err != nil {
			t.Fatal(err)
		}
		p.noErrors(resp.Diagnostics)
		p.expectIdentity(resp.NewIdentity, tagIdentity(image))
		expectTags(t, mock, image, map[string]string{"environment": value})
		prior, identity = resp.NewState, resp.NewIdentity
	}
	expectCalls(t, mock, imstest.WriteTag, 2)
	expectCalls(t, mock, imstest.ListTags, 0)
}

// A state that an older Terraform wrote has no identity. A tag that is gone by then must refresh to "gone".
func TestIdentityIsSetByReadWhereTheStateHasNone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		prepare func(mock *imstest.Server, image string)
		gone    bool
	}{
		"the tag is there":  {func(*imstest.Server, string) {}, false},
		"the tag is gone":   {func(mock *imstest.Server, image string) { mock.RemoveTag(image, "environment") }, true},
		"the image is gone": {func(mock *imstest.Server, image string) { mock.RemoveImage(image) }, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := startWithImage(t)
			mock.SetTag(image, "environment", "production")
			c.prepare(mock, image)
			p := newProtocolServer(t, mock)

			resp := p.read(p.value(p.resource, tagState(image, "production")))
			p.noErrors(resp.Diagnostics)
			if state := p.strings(p.resource, resp.NewState); (state == nil) != c.gone {
				t.Errorf("the state after the refresh is %v", state)
			}
			p.expectIdentity(resp.NewIdentity, tagIdentity(image))
		})
	}
}

// The framework takes no change of an identity, not even of its spelling.
func TestIdentityIsKeptAsItWasSpelled(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	mock.SetTag(image, "environment", "production")
	p := newProtocolServer(t, mock)
	spelled := tagIdentity(image)
	spelled["project_id"] = strings.ToUpper(imstest.ProjectID)
	state := p.value(p.resource, tagState(image, "production"))

	read, err := p.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: tagType, CurrentState: state, CurrentIdentity: p.identityOf(spelled),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.noErrors(read.Diagnostics)
	p.expectIdentity(read.NewIdentity, spelled)

	planned := p.value(p.resource, tagState(image, "staging"))
	updated, err := p.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: tagType, PriorState: state, PlannedState: planned, Config: planned, PlannedPrivate: read.Private,
		PlannedIdentity: p.identityOf(spelled),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.noErrors(updated.Diagnostics)
	p.expectIdentity(updated.NewIdentity, spelled)
}

func TestIdentityIsKeptByAReadThatFails(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	p := newProtocolServer(t, mock)
	mock.Force(imstest.ListTags, imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "no such API"))

	resp := p.read(p.value(p.resource, tagState(image, "production")))
	if got := summaries(resp.Diagnostics); len(got) != 1 || got[0] != `Cannot read image tag "environment"` {
		t.Errorf("the diagnostics are %q", got)
	}
	if state := p.strings(p.resource, resp.NewState); state["value"] != "production" {
		t.Errorf("the state after the failed refresh is %v", state)
	}
}

func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	const shared = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	cases := map[string]struct {
		identity map[string]string
		want     map[string]string
	}{
		"with the project": {
			map[string]string{"project_id": otherProject, "image_id": shared, "key": "team/cost"},
			map[string]string{"project_id": otherProject, "image_id": shared, "key": "team/cost"},
		},
		"without the project it is the provider's": {
			map[string]string{"image_id": shared, "key": "team/cost"},
			map[string]string{"project_id": imstest.ProjectID, "image_id": shared, "key": "team/cost"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: shared, ProjectID: c.want["project_id"]})
			mock.SetTag(shared, "team/cost", "42")
			p := newProtocolServer(t, mock)

			imported := p.importState("", p.identityOf(c.identity))
			p.noErrors(imported.Diagnostics)
			if len(imported.ImportedResources) != 1 {
				t.Fatalf("%d resources were imported", len(imported.ImportedResources))
			}
			resource := imported.ImportedResources[0]
			p.expectIdentity(resource.Identity, c.want)

			read, err := p.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: tagType, CurrentState: resource.State, CurrentIdentity: resource.Identity, Private: resource.Private,
			})
			if err != nil {
				t.Fatal(err)
			}
			p.noErrors(read.Diagnostics)
			p.expectIdentity(read.NewIdentity, c.want)
			state := p.strings(p.resource, read.NewState)
			if state["value"] != "42" || state["id"] != shared+"/team/cost" || state["project_id"] != c.want["project_id"] {
				t.Errorf("the imported state is %v", state)
			}
			expectCalls(t, mock, imstest.ListTags, 1)
		})
	}
}

func TestImportByIdentityThatIsMalformedOrNotThere(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	cases := map[string]struct {
		identity map[string]string
		want     string
	}{
		"an image that is a name":  {map[string]string{"image_id": "golden", "key": "k"}, `"golden" is not the UUID of an image`},
		"a project that is a name": {map[string]string{"project_id": "eu-de", "image_id": image, "key": "k"}, `"eu-de" is not a project id`},
		"an empty key":             {map[string]string{"image_id": image, "key": ""}, "the key is missing"},
		"a tag that is not there":  {map[string]string{"image_id": image, "key": "k"}, `The image has the keys "environment".`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: image})
			mock.SetTag(image, "environment", "production")
			p := newProtocolServer(t, mock)

			resp := p.importState("", p.identityOf(c.identity))
			if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, c.want) {
				t.Errorf("the diagnostics are %q, want one that says %q", details(resp.Diagnostics), c.want)
			}
		})
	}
}

func details(diagnostics []*tfprotov6.Diagnostic) []string {
	var all []string
	for _, d := range diagnostics {
		all = append(all, d.Detail)
	}
	return all
}
