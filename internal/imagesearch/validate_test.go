// SPDX-License-Identifier: MPL-2.0

package imagesearch_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
)

func manyTags(prefix string, n int) types.Map {
	var pairs []string
	for i := range n {
		pairs = append(pairs, fmt.Sprintf("%s%d", prefix, i), "v")
	}
	return tagsOf(pairs...)
}

func TestValidate(t *testing.T) {
	t.Parallel()
	yes := types.BoolValue(true)
	set := types.SetType{ElemType: types.StringType}
	unknown := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown()})
	cases := map[string]struct {
		filters imagesearch.Model
		want    path.Path // empty: valid
	}{
		"no filter":                                  {imagesearch.Model{}, path.Empty()},
		"a tag and another value excluded":           {imagesearch.Model{Tags: tagsOf("a", "1"), NotTags: tagsOf("a", "2")}, path.Empty()},
		"a tag that is excluded":                     {imagesearch.Model{Tags: tagsOf("a", ""), NotTags: tagsOf("a", "", "b", "")}, path.Root("not_tags").AtMapKey("a")},
		"a value that is excluded":                   {imagesearch.Model{Tags: tagsOf("a", "1"), NotTagsAny: valuesOf("a", "0", "1")}, path.Root("not_tags_any").AtMapKey("a")},
		"any value that is excluded":                 {imagesearch.Model{Tags: tagsOf("a", "1"), NotTagsAny: valuesOf("a")}, path.Root("not_tags_any").AtMapKey("a")},
		"other values that are excluded":             {imagesearch.Model{Tags: tagsOf("a", "1"), NotTagsAny: valuesOf("a", "2")}, path.Empty()},
		"unknown values":                             {imagesearch.Model{Tags: unknown, NotTags: unknown, NotTagsAny: valuesOf("a", "2")}, path.Empty()},
		"unknown filters":                            {imagesearch.Model{Tags: tagsOf("a", "1"), NotTags: types.MapUnknown(types.StringType), NotTagsAny: types.MapUnknown(set)}, path.Empty()},
		"without any tag":                            {imagesearch.Model{WithoutAnyTag: yes, Name: types.StringValue("web")}, path.Empty()},
		"without any tag, and empty filters":         {imagesearch.Model{WithoutAnyTag: yes, Tags: tagsOf()}, path.Empty()},
		"without any tag, and tags":                  {imagesearch.Model{WithoutAnyTag: yes, Tags: tagsOf("a", "1")}, path.Root("without_any_tag")},
		"without any tag, and excluded tags":         {imagesearch.Model{WithoutAnyTag: yes, NotTagsAny: valuesOf("a")}, path.Root("without_any_tag")},
		"without any tag is false":                   {imagesearch.Model{WithoutAnyTag: types.BoolValue(false), Tags: tagsOf("a", "1")}, path.Empty()},
		"ten excluded keys":                          {imagesearch.Model{NotTags: manyTags("a", 9), NotTagsAny: valuesOf("b")}, path.Empty()},
		"ten excluded keys, one of them twice":       {imagesearch.Model{NotTags: manyTags("a", 10), NotTagsAny: valuesOf("a0", "w")}, path.Empty()},
		"eleven excluded keys":                       {imagesearch.Model{NotTags: manyTags("a", 10), NotTagsAny: valuesOf("b")}, path.Root("not_tags_any")},
		"eleven excluded values of a key":            {imagesearch.Model{NotTags: tagsOf("a", "x"), NotTagsAny: valuesOf("a", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")}, path.Root("not_tags").AtMapKey("a")},
		"ten excluded values of a key, one repeated": {imagesearch.Model{NotTags: tagsOf("a", "9"), NotTagsAny: valuesOf("a", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")}, path.Empty()},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := c.filters.Validate()
			if c.want.Equal(path.Empty()) {
				if len(diags) > 0 {
					t.Errorf("the diagnostics are %v, want none", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("the diagnostics are %v, want one", diags)
			}
			at, ok := diags[0].(diag.DiagnosticWithPath)
			if !ok || !at.Path().Equal(c.want) {
				t.Errorf("the diagnostic is %v, want one at %s", diags[0], c.want)
			}
		})
	}
}
