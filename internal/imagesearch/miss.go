// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// maxListed is how many images or values a text lists at most.
const maxListed = 10

// Explain says why nothing was found: which images come closest, and what they have instead. If the search by tag found
// nothing, it makes that call again without filters. Such a search has saved the call that lists the images, so a miss costs
// two calls as well.
func (r Result) Explain(ctx context.Context, from *store.Store) (string, error) {
	if len(r.older) > 0 {
		newest := r.older[0]
		return fmt.Sprintf("%s all other filters, but %s older than %s. The newest, %s, was created at %s.",
			count(len(r.older), "image matches", "images match"), isOrAre(len(r.older)), r.query.maxAge, newest.ID,
			newest.CreatedAt.UTC().Format(time.RFC3339)), nil
	}
	if len(r.tagged) > 0 {
		return fmt.Sprintf("%s the right tags, name and status, but the list of images of %s%s does not contain %s.",
			count(len(r.tagged), "image has", "images have"), r.query.source(), r.query.system(), itOrThem(len(r.tagged))), nil
	}
	if !r.query.isOwn() {
		return fmt.Sprintf("Project %s sees no image of %s that has %s%s.",
			r.query.project, r.query.source(), r.query.text(), r.query.system()), nil
	}
	images, err := all(from.FindImages(ctx, r.query.project, ims.ImageFilter{}))
	if err != nil {
		return "", err
	}
	return r.query.nearest(images), nil
}

// nearest describes the images that miss a single condition, for each condition, or how many images meet each condition.
func (q Query) nearest(images []ims.FoundImage) string {
	if len(images) == 0 {
		return fmt.Sprintf("Project %s has no images whose tags can be read.", q.project)
	}
	conditions := q.conditions()
	if matching := meeting(images, conditions, -1); len(matching) > 0 {
		return fmt.Sprintf("%s now, but the search by tag did not find %s: the service shows new tags late. Run the command again in a minute.",
			count(len(matching), "image matches", "images match"), itOrThem(len(matching)))
	}
	var sentences []string
	for n := range conditions {
		if near := meeting(images, conditions, n); len(near) > 0 {
			sentences = append(sentences, describe(near, conditions, n))
		}
	}
	if len(sentences) > 0 {
		return strings.Join(sentences, "\n")
	}
	for _, c := range conditions {
		alone := meeting(images, []condition{c}, -1)
		if c.text != "" {
			sentences = append(sentences, count(len(alone), "image has ", "images have ")+c.text+".")
		}
	}
	return strings.Join(sentences, "\n")
}

// meeting returns the images that meet all conditions but one.
func meeting(images []ims.FoundImage, conditions []condition, but int) []ims.FoundImage {
	var found []ims.FoundImage
	for _, image := range images {
		meets := true
		for n, c := range conditions {
			meets = meets && (n == but || c.holds(image))
		}
		if meets {
			found = append(found, image)
		}
	}
	return found
}

// describe says what images have that miss one condition, such as "3 images have family=web; stage: test, dev, golden."
func describe(images []ims.FoundImage, conditions []condition, missed int) string {
	var met, values []string
	for n, c := range conditions {
		if n != missed && c.text != "" {
			met = append(met, c.text)
		}
	}
	for _, image := range images[:min(len(images), maxListed)] {
		values = append(values, conditions[missed].value(image))
	}
	subject := count(len(images), "image exists", "images exist")
	if len(met) > 0 {
		subject = count(len(images), "image has ", "images have ") + sentenceList(met)
	}
	return fmt.Sprintf("%s; %s: %s%s.", subject, conditions[missed].attribute, strings.Join(values, ", "), more(len(images)))
}

// text is all conditions in words.
func (q Query) text() string {
	var texts []string
	for _, c := range q.conditions() {
		if c.text != "" {
			texts = append(texts, c.text)
		}
	}
	if len(texts) == 0 {
		return "the status " + q.status
	}
	return sentenceList(texts)
}

// source is whose images the query is about.
func (q Query) source() string {
	switch {
	case q.owner != "":
		return "project " + q.owner
	case q.imageType == ims.SharedImages:
		return "projects that share images with it"
	}
	return "the cloud"
}

// system is the condition on the architecture and the operating system.
func (q Query) system() string {
	var parts []string
	if q.architecture != "" {
		parts = append(parts, "the architecture "+q.architecture)
	}
	if q.osType != "" {
		parts = append(parts, "the operating system "+q.osType)
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + sentenceList(parts)
}

func sentenceList(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// more says how many of a list are left out.
func more(n int) string {
	if n <= maxListed {
		return ""
	}
	return fmt.Sprintf(" and %d more", n-maxListed)
}
