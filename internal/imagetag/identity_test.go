// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestIdentitySchema(t *testing.T) {
	t.Parallel()
	server, err := acctest.Factories()["ims"]()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	required := make(map[string]bool)
	for _, attribute := range resp.IdentitySchemas[acctest.TagType].IdentityAttributes {
		required[attribute.Name] = attribute.RequiredForImport
	}
	if len(required) != 4 || required["region"] || required["project_id"] || !required["image_id"] || !required["key"] {
		t.Errorf("the identity's attributes and whether an import needs them are %v", required)
	}
}

func TestIdentityIsSetByCreateAndUpdate(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)

	prior, identity := p.Null(p.Resource), (*tfprotov6.ResourceIdentityData)(nil)
	for _, value := range []string{"production", "staging"} {
		planned := p.Value(p.Resource, acctest.TagState(image, value))
		resp, err := p.Server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
			TypeName:        acctest.TagType,
			PriorState:      prior,
			PlannedState:    planned,
			Config:          planned,
			PlannedIdentity: identity,
		})
		if err != nil {
			t.Fatal(err)
		}
		p.NoErrors(resp.Diagnostics)
		p.ExpectIdentity(resp.NewIdentity, acctest.TagIdentity(image))
		acctest.ExpectTags(t, mock, image, map[string]string{"environment": value})
		prior, identity = resp.NewState, resp.NewIdentity
	}
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 2)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 0)
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
			mock, image := acctest.StartWithImage(t)
			mock.SetTag(image, "environment", "production")
			c.prepare(mock, image)
			p := acctest.NewProtocolServer(t, mock)

			resp := p.Read(p.Value(p.Resource, acctest.TagState(image, "production")))
			p.NoErrors(resp.Diagnostics)
			if state := p.Strings(p.Resource, resp.NewState); (state == nil) != c.gone {
				t.Errorf("the state after the refresh is %v", state)
			}
			p.ExpectIdentity(resp.NewIdentity, acctest.TagIdentity(image))
		})
	}
}

// The framework takes no change of an identity, not even of its spelling.
func TestIdentityIsKeptAsItWasSpelled(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "production")
	p := acctest.NewProtocolServer(t, mock)
	spelled := acctest.TagIdentity(image)
	spelled["project_id"] = strings.ToUpper(imstest.ProjectID)
	state := p.Value(p.Resource, acctest.TagState(image, "production"))

	read, err := p.Server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: acctest.TagType, CurrentState: state, CurrentIdentity: p.IdentityOf(spelled),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.NoErrors(read.Diagnostics)
	p.ExpectIdentity(read.NewIdentity, spelled)

	planned := p.Value(p.Resource, acctest.TagState(image, "staging"))
	updated, err := p.Server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: acctest.TagType, PriorState: state, PlannedState: planned, Config: planned, PlannedPrivate: read.Private,
		PlannedIdentity: p.IdentityOf(spelled),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.NoErrors(updated.Diagnostics)
	p.ExpectIdentity(updated.NewIdentity, spelled)
}

func TestIdentityIsKeptByAReadThatFails(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	mock.Force(imstest.ListTags, imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "no such API"))

	resp := p.Read(p.Value(p.Resource, acctest.TagState(image, "production")))
	if got := acctest.Summaries(resp.Diagnostics); len(got) != 1 || got[0] != "Cannot read image tag" {
		t.Errorf("the diagnostics are %q", got)
	}
	if state := p.Strings(p.Resource, resp.NewState); state["value"] != "production" {
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
			map[string]string{"project_id": acctest.OtherProject, "image_id": shared, "key": "team/cost"},
			map[string]string{"project_id": acctest.OtherProject, "image_id": shared, "key": "team/cost"},
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
			p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
			p.Configure(map[string]string{
				"endpoint": mock.URL(), "project_id": imstest.ProjectID, "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
			})

			imported := p.ImportState("", p.IdentityOf(c.identity))
			p.NoErrors(imported.Diagnostics)
			if len(imported.ImportedResources) != 1 {
				t.Fatalf("%d resources were imported", len(imported.ImportedResources))
			}
			resource := imported.ImportedResources[0]
			p.ExpectIdentity(resource.Identity, c.want)

			read, err := p.Server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: acctest.TagType, CurrentState: resource.State, CurrentIdentity: resource.Identity, Private: resource.Private,
			})
			if err != nil {
				t.Fatal(err)
			}
			p.NoErrors(read.Diagnostics)
			p.ExpectIdentity(read.NewIdentity, c.want)
			state := p.Strings(p.Resource, read.NewState)
			if state["value"] != "42" || state["id"] != shared+"/team/cost" || state["project_id"] != c.want["project_id"] {
				t.Errorf("the imported state is %v", state)
			}
			acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
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
		"a project that is a name": {map[string]string{"project_id": "eu-de", "image_id": image, "key": "k"}, `"eu-de" is not a project ID`},
		"an empty key":             {map[string]string{"image_id": image, "key": ""}, "the key is missing"},
		"a tag that is not there":  {map[string]string{"image_id": image, "key": "k"}, `The image has the keys "environment".`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: image})
			mock.SetTag(image, "environment", "production")
			p := acctest.NewProtocolServer(t, mock)

			resp := p.ImportState("", p.IdentityOf(c.identity))
			if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, c.want) {
				t.Errorf("the diagnostics are %q, want one that says %q", acctest.Details(resp.Diagnostics), c.want)
			}
		})
	}
}
