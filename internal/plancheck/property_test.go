// SPDX-License-Identifier: MPL-2.0

package plancheck_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"pgregory.net/rapid"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// block is a resource in a generated configuration: an ims_image_tags, or an ims_image_tag with one tag.
type block struct {
	image               string
	tags                map[string]string
	exclusive           bool
	createBeforeDestroy bool
}

// instance is an instance in the state.
type instance struct {
	state   *tfprotov6.DynamicValue
	private []byte
	tainted bool
}

// world is what a generated run of Terraform works on.
type world struct {
	*rapid.T
	outer   *testing.T
	mock    *imstest.Server
	images  []string
	state   map[string]*instance
	foreign map[string]map[string]string // what other people have tagged, by image
	taken   map[string]bool              // images whose foreign tags an exclusive set in the state may have taken
}

// The property of every configuration, whatever others do in between and whatever fails: a plan fails if and only if two
// instances own one tag, an exclusive set would remove the tag of another instance, or an image gets more tags than it can have;
// what it applies is what the service has; the next plan is empty; and the tags of others stay, unless a set is exclusive. A failure prints the seed. -rapid.seed repeats it, and
// CHAOS_RUNS makes long runs.
func TestPlansOfGeneratedConfigurations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{T: rt, outer: t, state: make(map[string]*instance), foreign: make(map[string]map[string]string)}
		w.mock = imstest.Start(rt)
		for i := range 2 {
			image := w.mock.AddImage(fmt.Sprintf("image-%d", i))
			w.images, w.foreign[image] = append(w.images, image), make(map[string]string)
		}
		for range rapid.IntRange(1, longer(2)).Draw(rt, "applies") {
			w.tamper()
			w.run(w.config())
		}
	})
}

// longer is a bound that is higher in a long run.
func longer(bound int) int {
	if os.Getenv("CHAOS_RUNS") != "" {
		return 3 * bound
	}
	return bound
}

const (
	singleType = "ims_image_tag"
	setType    = "ims_image_tags"
)

// typeOf is the type of a resource, which its name tells.
func typeOf(name string) string {
	if strings.HasPrefix(name, "set") {
		return setType
	}
	return singleType
}

// config generates a configuration. Few keys make collisions likely.
func (w *world) config() map[string]block {
	keys := rapid.SampledFrom([]int{3, 12}).Draw(w.T, "keys")
	tag := func() (key, value string) {
		return fmt.Sprintf("key-%d", rapid.IntRange(0, keys).Draw(w.T, "key")), rapid.SampledFrom([]string{"", "v", "w"}).Draw(w.T, "value")
	}
	config := make(map[string]block)
	add := func(name string, tags int) {
		b := block{
			image:               rapid.SampledFrom(w.images).Draw(w.T, "image"),
			tags:                make(map[string]string),
			createBeforeDestroy: rapid.Bool().Draw(w.T, "create before destroy"),
			exclusive:           typeOf(name) == setType && rapid.IntRange(0, 3).Draw(w.T, "exclusive") == 0,
		}
		for range tags {
			key, value := tag()
			b.tags[key] = value
		}
		config[name] = b
	}
	for i := range rapid.IntRange(0, keys).Draw(w.T, "single tags") {
		add(fmt.Sprintf("tag%d", i), 1)
	}
	for i := range rapid.IntRange(0, 2).Draw(w.T, "sets") {
		add(fmt.Sprintf("set%d", i), rapid.IntRange(1, keys).Draw(w.T, "tags of a set"))
	}
	for name, b := range config {
		if typeOf(name) == setType && isAlone(config, b.image) {
			b.exclusive = true
			config[name] = b
		}
	}
	return config
}

// isAlone reports whether an image has only one resource.
func isAlone(config map[string]block, image string) bool {
	count := 0
	for _, b := range config {
		if b.image == image {
			count++
		}
	}
	return count == 1
}

// tamper does what others do between two runs: they tag, and change or remove tags that Terraform owns.
func (w *world) tamper() {
	image := rapid.SampledFrom(w.images).Draw(w.T, "tampered image")
	key, value := rapid.SampledFrom([]string{"theirs", "Key-1", "cle\u0301"}).Draw(w.T, "their key"), rapid.SampledFrom([]string{"x", "y"}).Draw(w.T, "their value")
	w.mock.SetTag(image, key, value)
	w.foreign[image][key] = value
	own := fmt.Sprintf("key-%d", rapid.IntRange(0, 3).Draw(w.T, "tampered key"))
	if _, exists := w.mock.Tags(image)[own]; !exists || !rapid.Bool().Draw(w.T, "tamper") {
		return
	}
	if rapid.Bool().Draw(w.T, "remove") {
		w.mock.RemoveTag(image, own)
		return
	}
	w.mock.SetTag(image, own, "tampered")
}

// run plans a configuration and applies it, if it can be.
func (w *world) run(config map[string]block) {
	for _, name := range w.names() {
		w.state[name].tainted = rapid.IntRange(0, 5).Draw(w.T, "taint "+name) == 0
	}
	replaced := make(map[string]bool)
	for _, name := range w.names() {
		replaced[name] = rapid.IntRange(0, 5).Draw(w.T, "replace "+name) == 0
	}
	if rapid.IntRange(0, 4).Draw(w.T, "faulty checks") == 0 {
		remove := w.mock.Force(imstest.ListTags, imstest.IMSError(http.StatusServiceUnavailable, "IMG.0001", "unavailable"))
		defer remove()
	}
	before := maps.Clone(w.state)
	plans, errs := w.plan(config, replaced)
	wanted := w.wantedErrors(config)
	switch {
	case wanted == "" && len(errs) > 0:
		w.Fatalf("a false error: %q for %v", errs, config)
	case wanted != "" && !slices.ContainsFunc(errs, func(e string) bool { return strings.HasPrefix(e, wanted) }):
		w.Fatalf("no error %q but %q for %v", wanted, errs, config)
	case wanted != "" || !w.hasRoom(config):
		w.state = before
		return
	}
	w.apply(config, plans)
	w.expectApplied(config)
	if plans, errs := w.plan(config, nil); len(errs) > 0 || len(plans) > 0 {
		w.Fatalf("the second plan has errors %q and changes %v of %v", errs, slices.Collect(maps.Keys(plans)), config)
	}
}

func (w *world) names() []string { return slices.Sorted(maps.Keys(w.state)) }

// wantedErrors is the summary of an error that the plan must have; empty for none.
func (w *world) wantedErrors(config map[string]block) string {
	owners, keys := make(map[string]int), make(map[string]int)
	for _, b := range config {
		for key := range b.tags {
			owners[b.image+"/"+key]++
		}
	}
	if hasIntruder(config) {
		return "Image tag with two owners"
	}
	for tag, count := range owners {
		if count > 1 {
			return "Image tag with two owners"
		}
		image, _, _ := strings.Cut(tag, "/")
		keys[image]++
	}
	for _, count := range keys {
		if count > 10 {
			return "Too many tags for one image"
		}
	}
	return ""
}

// hasIntruder reports whether a resource has a key that an exclusive set of its image does not have.
func hasIntruder(config map[string]block) bool {
	for _, all := range config {
		for _, b := range config {
			for key := range b.tags {
				if _, has := all.tags[key]; all.exclusive && b.image == all.image && !has {
					return true
				}
			}
		}
	}
	return false
}

// hasRoom reports whether the images have room for the old and the new tags at once, so that the order does not matter.
func (w *world) hasRoom(config map[string]block) bool {
	for _, image := range w.images {
		keys := w.mock.Tags(image)
		for _, b := range config {
			if b.image == image {
				maps.Copy(keys, b.tags)
			}
		}
		if len(keys) > 10 {
			return false
		}
	}
	return true
}

// expectApplied checks that service and state have what is configured, and that the service has what others have tagged.
func (w *world) expectApplied(config map[string]block) {
	w.forgetTaken(config)
	want := make(map[string]map[string]string)
	for _, image := range w.images {
		want[image] = maps.Clone(w.foreign[image])
	}
	for _, b := range config {
		maps.Copy(want[b.image], b.tags)
	}
	for _, image := range w.images {
		if got := w.mock.Tags(image); !maps.Equal(got, want[image]) {
			w.Fatalf("the image has %v, want %v of %v", got, want[image], config)
		}
	}
	if !slices.Equal(w.names(), slices.Sorted(maps.Keys(config))) {
		w.Fatalf("the state has %v, want %v", w.names(), config)
	}
	w.taken = make(map[string]bool)
	for _, b := range config {
		if b.exclusive {
			w.taken[b.image] = true
		}
	}
}

// forgetTaken forgets the foreign tags that an exclusive set of the configuration removes, and those that one of the state has
// removed.
func (w *world) forgetTaken(config map[string]block) {
	for image := range w.taken {
		left := w.mock.Tags(image)
		maps.DeleteFunc(w.foreign[image], func(key, _ string) bool { return left[key] == "" })
	}
	for _, b := range config {
		if b.exclusive {
			clear(w.foreign[b.image])
		}
	}
}
