// SPDX-License-Identifier: MPL-2.0

package plancheck

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

func TestAnImportBlockIsHCL(t *testing.T) {
	t.Parallel()
	want := "  import {\n    to = ims_image_tag.example # the address of this resource\n    id = \"i/a\\\"$${b}%%{c}\"\n  }"
	if got := ImportBlock("ims_image_tag", `i/a"${b}%{c}`); got != want {
		t.Errorf("the block is\n%s\nwant\n%s", got, want)
	}
}

func TestKeysThatLookTheSame(t *testing.T) {
	t.Parallel()
	cases := map[[2]string]bool{
		{"cl\u00e9", "cle\u0301"}:      true,
		{"Environment", "ENVIRONMENT"}: true,
		{"a", "b"}:                     false,
		{"a", "a "}:                    false,
	}
	for keys, want := range cases {
		if got := looksLike(keys[0], keys[1]); got != want {
			t.Errorf("%+q look alike: %t", keys, got)
		}
	}
}

func TestTheValuesOfTwoOwners(t *testing.T) {
	t.Parallel()
	a, b := "a", "b"
	cases := []struct {
		other, own *string
		want       string
	}{
		{nil, nil, "The values are not known yet."},
		{nil, &a, "The values are not known yet."},
		{&a, nil, "The values are not known yet."},
		{&a, &a, "Both have the same value."},
		{&a, &b, "The values differ."},
	}
	for _, c := range cases {
		if got := values(c.other, c.own); got != c.want {
			t.Errorf("the text is %q, want %q", got, c.want)
		}
	}
}

// A provider that is not configured, or that has checks switched off, checks nothing, not even without a call.
func TestNothingIsCheckedWithoutAService(t *testing.T) {
	t.Parallel()
	plan := Plan{
		Image: ims.Image{ProjectID: "p", ID: "i"}, Owner: "second",
		Tags: []Tag{{Key: "k", Path: path.Root("key")}},
	}
	off := service.New(service.Place{}, &service.Connection{}, nil)
	on := service.New(service.Place{}, &service.Connection{}, nil)
	on.PlanChecks = true
	for name, c := range map[string]struct {
		service *service.Service
		errors  int
	}{"none": {nil, 0}, "unknown": {service.Unknown(service.Place{}, false), 0}, "off": {off, 0}, "on": {on, 1}} {
		c.service.Claim(plan.Image, "k", "first").Hold()
		c.service.Claim(plan.Image, "k", "second").Hold()
		if got := Check(t.Context(), c.service, plan).ErrorsCount(); got != c.errors {
			t.Errorf("%s: %d errors, want %d", name, got, c.errors)
		}
	}
}
