// SPDX-License-Identifier: MPL-2.0

package place

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

func TestFollowedProject(t *testing.T) {
	t.Parallel()
	null, unknown, here := types.StringNull(), types.StringUnknown(), types.StringValue("here")
	cases := map[string]struct {
		fallback string
		current  types.String
		private  Private
		changes  bool
		want     types.String
	}{
		"a new tag":                                 {"AB", null, Private{}, true, types.StringValue("ab")},
		"a new tag, project unknown":                {"", null, Private{}, true, unknown},
		"another project":                           {"AB", here, Private{}, false, types.StringValue("ab")},
		"another project, imported from elsewhere":  {"AB", here, Private{Elsewhere: true}, true, here},
		"project unknown":                           {"", here, Private{PlaceUnknown: true}, true, unknown},
		"project unknown, no change":                {"", here, Private{PlaceUnknown: true}, false, here},
		"project unknown, but not when it was read": {"", here, Private{}, true, here},
	}
	for name, c := range cases {
		r := Resolver{Service: service.Unknown(service.Place{ProjectID: c.fallback}, false)}
		if got := r.followedProject(c.current, c.private, c.changes); !got.Equal(c.want) {
			t.Errorf("%s: it is %s, want %s", name, got, c.want)
		}
	}
}

func TestATagFromElsewhereIsTold(t *testing.T) {
	t.Parallel()
	here := types.StringValue("here")
	cases := map[string]struct {
		fallback string
		project  types.String
		private  Private
		want     int
	}{
		"from another project":       {"there", here, Private{Elsewhere: true}, 1},
		"from the same project":      {"HERE", here, Private{Elsewhere: true}, 0},
		"the provider's is unknown":  {"", here, Private{Elsewhere: true}, 0},
		"its own is unknown":         {"there", types.StringUnknown(), Private{Elsewhere: true}, 0},
		"not imported from anywhere": {"there", here, Private{}, 0},
	}
	for name, c := range cases {
		r := Resolver{Service: service.Unknown(service.Place{ProjectID: c.fallback}, false)}
		if got := r.checkElsewhere("thing", Place{ProjectID: c.project}, request{private: c.private}); len(got) != c.want {
			t.Errorf("%s: it says %v", name, got)
		}
	}
}

func TestAReplacementFromElsewhereMustSayWhereItIs(t *testing.T) {
	t.Parallel()
	null, unknown := types.StringNull(), types.StringUnknown()
	here, there, far := types.StringValue("here"), types.StringValue("there"), types.StringValue("far")
	cases := map[string]struct {
		config, plan Place
		want         int
	}{
		"nothing, and it moves":                      {Place{null, null}, Place{here, here}, 1},
		"nothing, and the provider is there as well": {Place{null, null}, Place{far, there}, 0},
		"the project, and the region moves":          {Place{null, there}, Place{here, there}, 1},
		"the project, and the region is unknown":     {Place{null, there}, Place{unknown, there}, 1},
		"the region, and the project moves":          {Place{far, null}, Place{far, here}, 1},
		"the region, and the project is unknown":     {Place{far, null}, Place{far, unknown}, 1},
		"the region, and the project stays":          {Place{far, null}, Place{far, types.StringValue("THERE")}, 0},
		"another region":                             {Place{here, null}, Place{here, here}, 0},
		"another project":                            {Place{far, here}, Place{far, here}, 0},
		"both":                                       {Place{far, there}, Place{far, there}, 0},
	}
	for name, c := range cases {
		r := Resolver{Service: service.Unknown(service.Place{Region: "here", ProjectID: "here"}, false)}
		private := Private{Elsewhere: true, Region: "far", Project: "there"}
		if got := r.checkElsewhere("thing", c.plan, request{config: c.config, private: private, isNew: true}); len(got) != c.want {
			t.Errorf("%s: it says %v", name, got)
		}
	}
}

func TestTheSameProject(t *testing.T) {
	t.Parallel()
	null, unknown, empty := types.StringNull(), types.StringUnknown(), types.StringValue("")
	cases := []struct {
		a, b types.String
		want bool
	}{
		{types.StringValue("a"), types.StringValue("A"), true},
		{types.StringValue("a"), types.StringValue("b"), false},
		{null, null, true},
		{unknown, unknown, true},
		{null, empty, false},
		{empty, null, false},
		{unknown, empty, false},
		{empty, unknown, false},
	}
	for _, c := range cases {
		if got := isSameProject(c.a, c.b); got != c.want {
			t.Errorf("%s and %s are the same: %t", c.a, c.b, got)
		}
	}
}
