// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// refresh reads a state as Terraform does.
func refresh(p *acctest.ProtocolServer, state *tfprotov6.DynamicValue, private []byte) *tfprotov6.ReadResourceResponse {
	p.T.Helper()
	resp, err := p.Server.ReadResource(p.T.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: state, Private: private})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp
}

func TestARefreshShowsDriftAKeyAtATime(t *testing.T) {
	t.Parallel()
	state := tags{"stage": "production", "build": "1"}
	exclusive, ignoring := map[string]any{"exclusive": true}, map[string]any{"exclusive": true, "ignore_keys": []string{"ci-*", "owner"}}
	cases := map[string]struct {
		changes map[string]any
		image   tags
		want    tags
	}{
		"nothing changed":                     {nil, with(state, tags{"owner": "x"}), state},
		"a value changed":                     {nil, tags{"stage": "test", "build": "1"}, tags{"stage": "test", "build": "1"}},
		"a key is gone":                       {nil, tags{"build": "1"}, tags{"build": "1"}},
		"all keys are gone":                   {nil, tags{"owner": "x"}, tags{}},
		"exclusive, nothing changed":          {exclusive, state, state},
		"exclusive, a foreign key":            {exclusive, with(state, tags{"owner": "x"}), with(state, tags{"owner": "x"})},
		"exclusive, foreign keys are ignored": {ignoring, with(state, tags{"owner": "x", "ci-run": "7", "ci": "1"}), with(state, tags{"ci": "1"})},
		"exclusive, all keys are gone":        {exclusive, tags{}, tags{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			for key, value := range c.image {
				mock.SetTag(image, key, value)
			}
			p := newServer(t, mock)
			resp := refresh(p, setValue(p, image, state, c.changes), nil)
			p.NoErrors(resp.Diagnostics)
			if got := tagsIn(p, resp.NewState); !maps.Equal(got, c.want) {
				t.Errorf("the state has %v, want %v", got, c.want)
			}
			p.ExpectIdentity(resp.NewIdentity, tags{"project_id": imstest.ProjectID, "image_id": image})
			acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
		})
	}
}

// Only a sure answer removes a set from the state.
func TestOnlyAMissingImageRemovesTheSet(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer imstest.Answer
		gone   bool
	}{
		"the image is not there":    {imstest.IMSError(http.StatusNotFound, "IMG.0027", "no image"), true},
		"a gateway without the API": {imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "no such API"), false},
		"no right":                  {imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"), false},
		"a page":                    {imstest.HTML(http.StatusOK), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.ForceAlways(imstest.ListTags, c.answer)
			p := newServer(t, mock)
			resp := refresh(p, setValue(p, image, tags{"k": "v"}), nil)
			if got := tagsIn(p, resp.NewState); (got == nil) != c.gone {
				t.Errorf("the state has %v", got)
			}
			p.ExpectIdentity(resp.NewIdentity, tags{"project_id": imstest.ProjectID, "image_id": image})
			if !c.gone {
				expectError(t, resp.Diagnostics, "Cannot read image tags")
			}
		})
	}
}

// An exclusive set removes what the plan showed. One that is exclusive no longer leaves it.
func TestForeignKeysAreRemovedWhileTheSetIsExclusive(t *testing.T) {
	t.Parallel()
	own := tags{"stage": "production"}
	cases := map[string]struct {
		planned map[string]any
		want    tags
		writes  []batch
	}{
		"exclusive":           {map[string]any{"exclusive": true}, own, []batch{remove("ci-run", "owner")}},
		"no longer exclusive": {nil, with(own, tags{"owner": "x", "ci-run": "7"}), nil},
		"ignored now": {
			map[string]any{"exclusive": true, "ignore_keys": []string{"ci-*"}},
			with(own, tags{"ci-run": "7"}),
			[]batch{remove("owner")},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			p := newServer(t, mock)
			created := apply(p, p.Null(p.Resource), setValue(p, image, own, map[string]any{"exclusive": true}), nil)
			p.NoErrors(created.Diagnostics)
			mock.SetTag(image, "owner", "x")
			mock.SetTag(image, "ci-run", "7")
			read := refresh(newServer(t, mock), created.NewState, created.Private)
			again := refresh(newServer(t, mock), read.NewState, read.Private) // as a refresh alone does
			mock.ResetLog()

			last := newServer(t, mock)
			planned := setValue(last, image, own, c.planned)
			plan := last.Plan(again.NewState, planned, planned, again.Private)
			done := apply(last, again.NewState, plan.PlannedState, plan.PlannedPrivate)
			last.NoErrors(done.Diagnostics)
			expectBatches(t, mock, c.writes...)
			acctest.ExpectTags(t, mock, image, c.want)
			if got := tagsIn(last, done.NewState); !maps.Equal(got, own) {
				t.Errorf("the state has %v", got)
			}
		})
	}
}

// A foreign key that the configuration takes up is removed later like any other, also by a set that is no longer exclusive.
func TestAForeignKeyThatIsAdopted(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	exclusive := map[string]any{"exclusive": true}
	own := tags{"stage": "production"}
	p := newServer(t, mock)
	created := apply(p, p.Null(p.Resource), setValue(p, image, own, exclusive), nil)
	p.NoErrors(created.Diagnostics)
	mock.SetTag(image, "owner", "x")
	read := refresh(newServer(t, mock), created.NewState, created.Private)

	adopts := newServer(t, mock)
	both := setValue(adopts, image, with(own, tags{"owner": "x"}), exclusive)
	plan := adopts.Plan(read.NewState, both, both, read.Private)
	if adopts.Equal(plan.PlannedState, read.NewState) {
		t.Fatal("the plan does not record that the key is its own")
	}
	mock.ResetLog()
	adopted := apply(adopts, read.NewState, plan.PlannedState, plan.PlannedPrivate)
	adopts.NoErrors(adopted.Diagnostics)
	acctest.ExpectNoWrites(t, mock)

	last := newServer(t, mock)
	read = refresh(last, adopted.NewState, adopted.Private)
	alone := setValue(last, image, own)
	plan = last.Plan(read.NewState, alone, alone, read.Private)
	last.NoErrors(apply(last, read.NewState, plan.PlannedState, plan.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, own)
}

// The state of a set that becomes exclusive does not have the foreign keys, so that the plan shows them in a warning.
func TestASetThatBecomesExclusiveWarnsOfWhatItRemoves(t *testing.T) {
	t.Parallel()
	own := tags{"stage": "production"}
	for _, exists := range []bool{false, true} {
		mock, image := acctest.StartWithImage(t)
		p := newServer(t, mock)
		prior, private := p.Null(p.Resource), []byte(nil)
		if exists {
			created := apply(p, prior, setValue(p, image, own), nil)
			prior, private = created.NewState, created.Private
		}
		mock.SetTag(image, "owner", "x")
		mock.SetTag(image, "ci-run", "7")
		mock.ResetLog()

		last := newServer(t, mock)
		planned := setValue(last, image, own, map[string]any{"exclusive": true, "ignore_keys": []string{"ci-run"}})
		plan := last.Plan(prior, planned, planned, private)
		if got := strings.Join(acctest.Details(plan.Diagnostics), "\n"); !strings.Contains(got, `removes the keys "owner"`) {
			t.Errorf("the plan says %q", got)
		}
		done := apply(last, prior, plan.PlannedState, plan.PlannedPrivate)
		last.NoErrors(done.Diagnostics)
		acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
		if exists {
			expectBatches(t, mock, remove("owner"))
		} else {
			expectBatches(t, mock, create(own), remove("owner"))
		}
		acctest.ExpectTags(t, mock, image, with(own, tags{"ci-run": "7"}))
	}
}

// Terraform writes strings in one normal form. A key that another tool wrote in another one is found, and sent as it is.
func TestAKeyInAnotherNormalFormIsSentAsTheServiceSpellsIt(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "cl\u00e9", "cle\u0301"
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, decomposed, "1")
	p := newServer(t, mock)
	read := refresh(p, setValue(p, image, tags{composed: "1"}), nil)
	if got := tagsIn(p, read.NewState); !maps.Equal(got, tags{composed: "1"}) {
		t.Errorf("the state has %q", got)
	}
	changed := apply(p, read.NewState, setValue(p, image, tags{composed: "2"}), read.Private)
	p.NoErrors(changed.Diagnostics)
	expectBatches(t, mock, create(tags{decomposed: "2"}))
	p.NoErrors(apply(p, changed.NewState, p.Null(p.Resource), changed.Private).Diagnostics)
	expectBatches(t, mock, remove(decomposed))
	acctest.ExpectTags(t, mock, image, tags{})
}

// Many sets are confirmed by the listing of the project, whatever else their images have.
func TestARefreshOfManySetsSharesTheListing(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	p := newServer(t, mock)
	const images = 40
	ids := make([]string, images)
	for i := range ids {
		ids[i] = mock.AddImage("golden")
		mock.SetTag(ids[i], "stage", "production")
		mock.SetTag(ids[i], "owner", "x")
	}
	for _, id := range ids {
		p.NoErrors(refresh(p, setValue(p, id, tags{"stage": "production"}), nil).Diagnostics)
	}
	if calls := mock.Count(imstest.ListTags, imstest.ImagesByTag); calls != 11 {
		t.Errorf("%d calls were made, want 10 reads and a page", calls)
	}
}
