package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// step is a scene of the demo: it says what it shows, and fails if that is not so.
type step struct {
	title string
	run   func(context.Context, *stage) error
}

var steps = []step{
	{"Apply: three tags on each of three images, each written with one call.", applyTags},
	{"Plan again: nothing to do. All tags of an image are read with one call.", planAgain},
	{"Somebody changes a tag and removes another by hand: the plan shows both.", showDrift},
	{"Apply: the drift is repaired with a call a tag. What Terraform does not own is left alone.", repairDrift},
	{"Import: a tag that was made outside is taken over as it is, without a write.", importTag},
	{"Destroy: the tags are deleted, each with one call.", destroyTags},
}

// demoTags are the tags of examples/demo, for each image.
var demoTags = map[string]string{"cost-unit": "4711", "environment": "production", "owner": "platform-team"}

func applyTags(ctx context.Context, s *stage) error {
	planned, err := s.terraform.plan(ctx)
	if err != nil {
		return err
	}
	tags := len(demoTags) * len(s.images)
	if len(planned.changes) != tags || count(planned.changes, "create") != tags {
		return fmt.Errorf("the plan is not to create %d tags", tags)
	}
	if err := s.terraform.apply(ctx); err != nil {
		return err
	}
	s.showTags()
	if err := s.expectTags(demoTags, demoTags, demoTags); err != nil {
		return err
	}
	return s.expectCalls(calls{imstest.WriteTag: tags})
}

func planAgain(ctx context.Context, s *stage) error {
	if err := s.expectEmptyPlan(ctx); err != nil {
		return err
	}
	return s.expectCalls(calls{imstest.ListTags: len(s.images)})
}

func showDrift(ctx context.Context, s *stage) error {
	changed, removed := s.images[0], s.images[1]
	s.mock.SetTag(changed.id, "environment", "test")
	s.mock.RemoveTag(removed.id, "owner")
	planned, err := s.terraform.plan(ctx)
	if err != nil {
		return err
	}
	for _, c := range planned.changes {
		fmt.Fprintln(s.stdout, "    ", c)
	}
	want := []change{
		{"update", fmt.Sprintf("ims_image_tag.this[%q]", changed.name+"/environment"), `"test"`, `"production"`},
		{"create", fmt.Sprintf("ims_image_tag.this[%q]", removed.name+"/owner"), "", `"platform-team"`},
	}
	if !slices.Equal(planned.changes, want) {
		return fmt.Errorf("the plan was to be: %v", want)
	}
	return s.expectCalls(calls{imstest.ListTags: len(s.images)})
}

func repairDrift(ctx context.Context, s *stage) error {
	if err := s.terraform.apply(ctx); err != nil {
		return err
	}
	s.showTags()
	if err := s.expectTags(demoTags, demoTags, demoTags); err != nil {
		return err
	}
	return s.expectCalls(calls{imstest.WriteTag: 2})
}

func importTag(ctx context.Context, s *stage) error {
	image := s.images[1]
	s.mock.SetTag(image.id, "reviewed", "2026-11")
	if err := s.write("reviewed.tf", fmt.Sprintf(`
resource "ims_image_tag" "reviewed" {
  image_id = var.images[%q]
  key      = "reviewed"
  value    = "2026-11"
}
`, image.name)); err != nil {
		return err
	}
	args := []string{"import", "-input=false", "-no-color", "ims_image_tag.reviewed", image.id + "/reviewed"}
	printed, err := s.terraform.run(ctx, args...)
	if err != nil {
		return err
	}
	s.terraform.show(args, printed)
	if err := s.expectEmptyPlan(ctx); err != nil {
		return err
	}
	s.showTags()
	withReview := maps.Clone(demoTags)
	withReview["reviewed"] = "2026-11"
	if err := s.expectTags(demoTags, withReview, demoTags); err != nil {
		return err
	}
	return s.expectCalls(calls{imstest.ListTags: 1 + len(s.images)})
}

func destroyTags(ctx context.Context, s *stage) error {
	planned, err := s.terraform.plan(ctx, "-destroy")
	if err != nil {
		return err
	}
	tags := len(demoTags)*len(s.images) + 1 // and the imported one
	if len(planned.changes) != tags || count(planned.changes, "delete") != tags {
		return fmt.Errorf("the plan is not to delete %d tags", tags)
	}
	if err := s.terraform.apply(ctx); err != nil {
		return err
	}
	s.showTags()
	if err := s.expectTags(nil, nil, nil); err != nil {
		return err
	}
	return s.expectCalls(calls{imstest.ListTags: len(s.images), imstest.DeleteTag: tags})
}

func (s *stage) expectEmptyPlan(ctx context.Context) error {
	planned, err := s.terraform.plan(ctx)
	if err != nil {
		return err
	}
	if !planned.empty {
		return errors.New("the plan is not empty")
	}
	return nil
}

// expectTags compares the tags that Terraform manages on each image. The first image has one from elsewhere, too.
func (s *stage) expectTags(managed ...map[string]string) error {
	for i, image := range s.images {
		want := make(map[string]string)
		maps.Copy(want, managed[i])
		if i == 0 {
			want["built-by"] = "pipeline-77"
		}
		if got := s.mock.Tags(image.id); !maps.Equal(got, want) {
			return fmt.Errorf("%s has the tags %s, not %s", image.name, tagList(got), tagList(want))
		}
	}
	return nil
}

// calls is how often each endpoint is called.
type calls map[imstest.Operation]int

// expectCalls prints the calls of a step, compares them, and forgets them.
func (s *stage) expectCalls(want calls) error {
	got := make(calls)
	for _, r := range s.mock.Requests() {
		got[r.Operation]++
	}
	s.mock.ResetLog()
	fmt.Fprintf(s.stdout, "   Calls: %s.\n", got)
	if !maps.Equal(got, want) {
		return fmt.Errorf("the calls were to be: %s", want)
	}
	return nil
}

func (c calls) String() string {
	return fmt.Sprintf("%d GET, %d POST, %d DELETE", c[imstest.ListTags], c[imstest.WriteTag]+c[imstest.BatchTags], c[imstest.DeleteTag])
}
