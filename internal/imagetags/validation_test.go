// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

// What the service would refuse is refused without a network, and the error points at the tag.
func TestValidate(t *testing.T) {
	t.Parallel()
	tag := func(key string) string { return `AttributeName("tags").ElementKeyString("` + key + `")` }
	null := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
		"stage": tftypes.NewValue(tftypes.String, nil),
	})
	partly := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
		"stage": tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	})
	long := strings.Repeat("é", 37)
	cases := map[string]struct {
		set     any
		changes map[string]any
		want    string // part of the only error; empty: it is valid
		at      string
	}{
		"one tag":                        {tags{"stage": "test"}, nil, "", ""},
		"ten tags":                       {many(10), nil, "", ""},
		"the longest tag":                {tags{long[2:]: strings.Repeat("値", 43)}, nil, "", ""},
		"an empty value":                 {tags{"reviewed": ""}, nil, "", ""},
		"an unknown value":               {partly, nil, "", ""},
		"an unknown map":                 {tftypes.UnknownValue, nil, "", ""},
		"ignored keys":                   {tags{"stage": "test"}, map[string]any{"ignore_keys": []string{"ci-*", "owner"}}, "", ""},
		"no tags":                        {tags{}, nil, "at least 1", `AttributeName("tags")`},
		"eleven tags":                    {many(11), nil, "at most 10", `AttributeName("tags")`},
		"a null value":                   {null, nil, `The tag "stage" has the value null`, tag("stage")},
		"an empty key":                   {tags{"": "v"}, nil, "between 1 and 36", tag("")},
		"a long key":                     {tags{long: "v"}, nil, "between 1 and 36, got: 37", tag(long)},
		"a blank key":                    {tags{" ": "v"}, nil, "must not be blank", tag(" ")},
		"a space after a key":            {tags{"k ": "v"}, nil, "white space is at the end", tag("k ")},
		"a long value":                   {tags{"k": strings.Repeat("v", 44)}, nil, "at most 43, got: 44", tag("k")},
		"a space before a value":         {tags{"k": " v"}, nil, "white space is at the beginning", tag("k")},
		"a key that is ignored":          {tags{"k": "v"}, map[string]any{"ignore_keys": []string{"k"}}, `The key "k" is in tags`, tag("k")},
		"a key whose prefix is ignored":  {tags{"ci-1": "v"}, map[string]any{"ignore_keys": []string{"ci-*"}}, `The key "ci-1" is in tags`, tag("ci-1")},
		"an empty key to ignore":         {tags{"k": "v"}, map[string]any{"ignore_keys": []string{""}}, "must be a key, or the beginning", "*"},
		"a star in the middle of a key":  {tags{"k": "v"}, map[string]any{"ignore_keys": []string{"a*b"}}, "must be a key, or the beginning", "*"},
		"a name instead of an image":     {tags{"k": "v"}, map[string]any{"image_id": "golden"}, "must be the UUID of an image", `AttributeName("image_id")`},
		"a project that is no project":   {tags{"k": "v"}, map[string]any{"project_id": "eu-de"}, "must be the ID of a project", `AttributeName("project_id")`},
		"exclusive without keys to skip": {tags{"k": "v"}, map[string]any{"exclusive": true}, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewUnconfiguredServer(t, acctest.Isolated).For(typeName)
			changes := map[string]any{"id": nil, "project_id": nil, "tags": c.set}
			resp, err := p.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
				TypeName: typeName, Config: setValue(p, pinnedImage, nil, changes, c.changes),
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				p.NoErrors(resp.Diagnostics)
				return
			}
			if len(resp.Diagnostics) != 1 {
				t.Fatalf("the diagnostics are %q", acctest.Details(resp.Diagnostics))
			}
			got := resp.Diagnostics[0]
			if !strings.Contains(got.Detail, c.want) || c.at != "*" && got.Attribute.String() != c.at {
				t.Errorf("it says %q at %s, want %q at %s", got.Detail, got.Attribute, c.want, c.at)
			}
		})
	}
}
