package imagetag

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
		private  tagPrivate
		changes  bool
		want     types.String
	}{
		"a new tag":                                 {"AB", null, tagPrivate{}, true, types.StringValue("ab")},
		"a new tag, project unknown":                {"", null, tagPrivate{}, true, unknown},
		"another project":                           {"AB", here, tagPrivate{}, false, types.StringValue("ab")},
		"another project, imported from elsewhere":  {"AB", here, tagPrivate{Elsewhere: true}, true, here},
		"project unknown":                           {"", here, tagPrivate{PlaceUnknown: true}, true, unknown},
		"project unknown, no change":                {"", here, tagPrivate{PlaceUnknown: true}, false, here},
		"project unknown, but not when it was read": {"", here, tagPrivate{}, true, here},
	}
	for name, c := range cases {
		r := &tagResource{service: service.Unknown(service.Place{ProjectID: c.fallback}, false)}
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
		private  tagPrivate
		want     int
	}{
		"from another project":       {"there", here, tagPrivate{Elsewhere: true}, 1},
		"from the same project":      {"HERE", here, tagPrivate{Elsewhere: true}, 0},
		"the provider's is unknown":  {"", here, tagPrivate{Elsewhere: true}, 0},
		"its own is unknown":         {"there", types.StringUnknown(), tagPrivate{Elsewhere: true}, 0},
		"not imported from anywhere": {"there", here, tagPrivate{}, 0},
	}
	for name, c := range cases {
		r := &tagResource{service: service.Unknown(service.Place{ProjectID: c.fallback}, false)}
		if got := r.checkElsewhere(model{ProjectID: c.project}, model{}, c.private); len(got) != c.want {
			t.Errorf("%s: it says %v", name, got)
		}
	}
}
