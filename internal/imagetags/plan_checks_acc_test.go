// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const createBeforeDestroy = "lifecycle {\n    create_before_destroy = true\n  }"

// expectText fails the test unless an output has each of the texts.
func expectText(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(acctest.Squeeze(output), text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}

// A set and a tag with one key are an error, in whatever order Terraform plans them. What was applied can be destroyed.
func TestAccASetAndATagWithOneKeyFailThePlan(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.ProviderBlock(mock) + setBlock("test", image, tags{"environment": "production", "build": "1"}) +
		acctest.TagBlock("test", image, "environment", "staging")
	w := acctest.NewWorkspace(t, mock, config)
	for _, parallelism := range []string{"1", "10"} {
		output := w.Fail("Error: Image tag with two owners", "plan", "-parallelism="+parallelism)
		expectText(t, output, `has the key "environment" of image `+image)
		if count := strings.Count(output, "Error:"); count != 1 {
			t.Errorf("%d errors, want one:\n%s", count, output)
		}
		if calls := mock.Count(); calls > 1 || calls != mock.Count(imstest.ListTags) {
			t.Errorf("the plan made %d calls, want one read at most", calls)
		}
		mock.ResetLog()
	}
	w.Env = append(w.Env, "IMS_PLAN_CHECKS=false")
	w.Run("apply", "-auto-approve")
	w.Env = w.Env[:len(w.Env)-1]
	expectText(t, w.Run("plan"), "Warning: Image tag with two owners")
	w.Run("destroy", "-auto-approve")
	w.ExpectNoResources()
	acctest.ExpectTags(t, mock, image, tags{})
}

// Each of these changes has two instances for one key on the way, and none of them is a mistake.
func TestAccNoFalseAlarmOfTwoOwnersOfAKey(t *testing.T) {
	t.Parallel()
	set := func(name string, set tags, extra ...string) func(string) string {
		return func(image string) string { return setBlock(name, image, set, extra...) }
	}
	tag := func(image string) string { return acctest.TagBlock("test", image, "k", "v") }
	count := func(many int) func(string) string {
		return func(image string) string {
			return fmt.Sprintf("resource \"ims_image_tags\" \"test\" {\n count = %[1]d\n image_id = %[2]q\n tags = { \"k${%[1]d - count.index}\" = \"v\" }\n}\n",
				many, image)
		}
	}
	becomesKnown := func(input, imageID, value string) func(string) string {
		return func(image string) string {
			text := fmt.Sprintf("resource \"terraform_data\" \"input\" {\n input = %s\n}\n", input) +
				fmt.Sprintf("resource \"ims_image_tags\" \"test\" {\n image_id = %s\n tags = %s\n}\n", imageID, value)
			return strings.ReplaceAll(text, "IMAGE", image)
		}
	}
	const output = "terraform_data.input.output"
	cases := map[string]struct {
		before, after []func(string) string
		args          []string
		taint         bool
	}{
		"-replace": {[]func(string) string{set("test", many(2))}, []func(string) string{set("test", many(2))}, []string{"-replace=" + addr}, false},
		"-replace, create before destroy": {
			[]func(string) string{set("test", many(2), createBeforeDestroy)},
			[]func(string) string{set("test", many(2), createBeforeDestroy)},
			[]string{"-replace=" + addr},
			false,
		},
		"taint": {[]func(string) string{set("test", many(2))}, []func(string) string{set("test", many(2))}, nil, true},
		"taint, create before destroy": {
			[]func(string) string{set("test", many(2), createBeforeDestroy)}, []func(string) string{set("test", many(2), createBeforeDestroy)}, nil, true,
		},
		"a rename without moved": {[]func(string) string{set("test", many(2))}, []func(string) string{set("new", many(2))}, nil, false},
		"keys that move between two sets": {
			[]func(string) string{set("a", tags{"k": "v", "a": "v"}), set("b", tags{"l": "v", "b": "v"})},
			[]func(string) string{set("a", tags{"l": "v", "a": "v"}), set("b", tags{"k": "v", "b": "v"})},
			nil, false,
		},
		"a tag that becomes one of a set": {
			[]func(string) string{tag, set("set", tags{"a": "v"})}, []func(string) string{set("set", tags{"a": "v", "k": "v"})}, nil, false,
		},
		"a tag of a set that becomes one of its own": {
			[]func(string) string{set("set", tags{"a": "v", "k": "v"})}, []func(string) string{tag, set("set", tags{"a": "v"})}, nil, false,
		},
		"a tag that becomes a set": {[]func(string) string{tag}, []func(string) string{set("set", tags{"k": "v"})}, nil, false},
		"a count that shrinks":     {[]func(string) string{count(3)}, []func(string) string{count(2)}, nil, false},
		"a count that grows":       {[]func(string) string{count(2)}, []func(string) string{count(3)}, nil, false},
		"an image that becomes known": {
			[]func(string) string{set("test", tags{"k": "v"})},
			[]func(string) string{becomesKnown(`"IMAGE"`, output, `{ k = "v" }`)},
			nil, false,
		},
		"a value that becomes known": {
			[]func(string) string{set("test", tags{"k": "v"}), set("other", tags{"l": "v"})},
			[]func(string) string{becomesKnown(`"w"`, `"IMAGE"`, "{ l = "+output+" }"), set("other", tags{"k": "v"})},
			nil, false,
		},
		"a map that becomes known": {
			[]func(string) string{set("test", tags{"k": "v"})},
			[]func(string) string{becomesKnown(`{ k = "w", l = "v" }`, `"IMAGE"`, output)},
			nil, false,
		},
	}
	for name, c := range cases {
		for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
			t.Run(name+" "+refresh, func(t *testing.T) {
				t.Parallel()
				mock, image := acctest.StartWithImage(t)
				config := func(blocks []func(string) string) string {
					text := acctest.ProviderBlock(mock)
					for _, block := range blocks {
						text += block(image)
					}
					return text
				}
				w := acctest.NewWorkspace(t, mock, config(c.before))
				w.Run("apply", "-auto-approve")
				if c.taint {
					w.Run("taint", addr)
				}
				w.Write("main.tf", config(c.after))
				said := w.Run(append([]string{"plan", "-out=planned", refresh}, c.args...)...)
				if applied := w.Run("apply", "planned"); acctest.AnnouncesApplies() {
					said += applied // elsewhere, the checks run again, while another instance may have given its key up already
				}
				for _, alarm := range []string{"two owners", "exists already", "too many tags"} {
					if strings.Contains(said, alarm) {
						t.Errorf("a false alarm:\n%s", said)
					}
				}
				w.Run("plan", "-detailed-exitcode")
			})
		}
	}
}

// An image that disappears with its tags does not keep Terraform from destroying what is left, nor from planning.
func TestAccADestroyOfASetIsNeverBlocked(t *testing.T) {
	t.Parallel()
	for _, extra := range []string{"", createBeforeDestroy, "exclusive = true"} {
		for _, taint := range []bool{false, true} {
			for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
				t.Run(fmt.Sprintf("%s, tainted: %t, %s", extra, taint, refresh), func(t *testing.T) {
					t.Parallel()
					mock, image := acctest.StartWithImage(t)
					w := acctest.NewWorkspace(t, mock, setConfig(mock, image, many(2), extra))
					w.Run("apply", "-auto-approve")
					if taint {
						w.Run("taint", addr)
					}
					mock.RemoveImage(image)
					expectText(t, w.Run("plan"), "Warning: Image not found")
					w.Run("destroy", "-auto-approve", refresh)
					w.ExpectNoResources()
				})
			}
		}
	}
}

// A set looks once more right before its first POST, for a create and for a key that is added.
func TestAccASetThatMustNotOverwriteRefuses(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	const refuses = "overwrite = false"
	w := acctest.NewWorkspace(t, mock, setConfig(mock, image, tags{"a": "1"}, refuses))
	w.Run("plan", "-out=plan")
	mock.SetTag(image, "a", "theirs")
	mock.ResetLog()
	expectText(t, w.Fail("Error: Cannot create image tags", "apply", "plan"), "overwrite is false. The tag was not written.", `Value: "theirs"`)
	expectBatches(t, mock)
	w.ExpectNoResources()

	mock.SetTag(image, "a", "1") // equal
	w.Run("apply", "-auto-approve")
	mock.SetTag(image, "b", "theirs")
	w.Write("main.tf", setConfig(mock, image, tags{"a": "2", "b": "1"}, refuses))
	mock.ResetLog()
	expectText(t, w.Fail("Error: Cannot update image tags", "apply", "-auto-approve"),
		"Warning: Image tag exists already", "The apply will refuse to overwrite it")
	expectBatches(t, mock)
	acctest.ExpectTags(t, mock, image, tags{"a": "1", "b": "theirs"})

	w.Write("main.tf", setConfig(mock, image, tags{"a": "2"}, refuses)) // its own key is written without a look
	w.Run("plan", "-out=plan")
	mock.ResetLog()
	w.Run("apply", "plan")
	acctest.ExpectCalls(t, mock, imstest.ListTags, 0)
	expectBatches(t, mock, create(tags{"a": "2"}))
	w.Write("main.tf", setConfig(mock, image, tags{"a": "2", "b": "1"}))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, tags{"a": "2", "b": "1"})
	w.Run("plan", "-detailed-exitcode")
}

// What a configuration gives up in the same apply is in nobody's way, and makes room.
func TestAccAFullImageOfASetAndATag(t *testing.T) {
	t.Parallel()
	for _, parallelism := range []string{"1", "2", "10"} {
		t.Run(parallelism, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := acctest.NewWorkspace(t, mock, setConfig(mock, image, many(10)))
			w.Run("apply", "-auto-approve")
			rest := without(many(10), "k9")
			w.Write("main.tf", setConfig(mock, image, rest)+acctest.TagBlock("new", image, "new", "v"))
			if parallelism == "1" { // then Terraform may start the create and wait for it before the delete
				_, _ = w.Exec("apply", "-auto-approve", "-parallelism=1")
			}
			w.Run("apply", "-auto-approve", "-parallelism="+parallelism)
			acctest.ExpectTags(t, mock, image, with(rest, tags{"new": "v"}))
			w.Run("plan", "-detailed-exitcode")
		})
	}
}
