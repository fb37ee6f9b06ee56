// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// condition is one condition of a query on an image, in words for a person.
type condition struct {
	text      string // what the image has to have, such as family=web; empty if it goes without saying
	attribute string // what it is about, such as family
	holds     func(ims.FoundImage) bool
	value     func(ims.FoundImage) string // what the image has instead
}

// conditions are all conditions of a query on the tags, the name and the status of an image.
func (q Query) conditions() []condition {
	var all []condition
	for _, filter := range q.tags {
		all = append(all, hasTag(filter))
	}
	if len(q.tagsAny) > 0 {
		all = append(all, hasAnyTag(q.tagsAny))
	}
	for _, filter := range q.notTags {
		all = append(all, hasNotTag(filter))
	}
	if q.withoutAnyTag {
		all = append(all, condition{
			text: "no tags", attribute: "number of tags",
			holds: func(i ims.FoundImage) bool { return len(i.Tags) == 0 },
			value: func(i ims.FoundImage) string { return strconv.Itoa(len(i.Tags)) },
		})
	}
	if q.name != "" {
		all = append(all, hasName(fmt.Sprintf("the name %q", q.name), func(name string) bool { return name == q.name }))
	}
	if q.nameRegex != nil {
		all = append(all, hasName(fmt.Sprintf("a name that matches %q", q.nameRegex), q.nameRegex.MatchString))
	}
	return append(all, hasStatus(q.status))
}

func hasTag(filter ims.KeyValues) condition {
	return condition{
		text: tagText(filter), attribute: word(filter.Key),
		holds: func(i ims.FoundImage) bool { return matches(filter, i) },
		value: func(i ims.FoundImage) string { return valueOf(filter.Key, i) },
	}
}

func hasNotTag(filter ims.KeyValues) condition {
	c := hasTag(filter)
	c.text = "no " + c.text
	c.holds = func(i ims.FoundImage) bool { return !matches(filter, i) }
	return c
}

func hasAnyTag(filters []ims.KeyValues) condition {
	texts, keys := make([]string, len(filters)), make([]string, len(filters))
	for n, filter := range filters {
		texts[n], keys[n] = tagText(filter), word(filter.Key)
	}
	return condition{
		text: strings.Join(texts, " or "), attribute: strings.Join(keys, "/"),
		holds: func(i ims.FoundImage) bool {
			return slices.ContainsFunc(filters, func(filter ims.KeyValues) bool { return matches(filter, i) })
		},
		value: func(i ims.FoundImage) string {
			values := make([]string, len(filters))
			for n, filter := range filters {
				values[n] = valueOf(filter.Key, i)
			}
			return strings.Join(values, "/")
		},
	}
}

func hasName(text string, holds func(string) bool) condition {
	return condition{
		text: text, attribute: "name",
		holds: func(i ims.FoundImage) bool { return holds(i.Name) },
		value: func(i ims.FoundImage) string { return word(i.Name) },
	}
}

// hasStatus is true for an image whose status the service did not say: the list of images says it.
func hasStatus(status string) condition {
	text := "the status " + status
	if status == defaultStatus {
		text = ""
	}
	return condition{
		text: text, attribute: "status",
		holds: func(i ims.FoundImage) bool { return i.Status == status || i.Status == "" },
		value: func(i ims.FoundImage) string { return word(i.Status) },
	}
}

// matches reports whether an image has a key with one of the values, or with any value if there are none.
func matches(filter ims.KeyValues, image ims.FoundImage) bool {
	return slices.ContainsFunc(image.Tags, func(tag ims.Tag) bool {
		return tag.Key == filter.Key && (len(filter.Values) == 0 || slices.Contains(filter.Values, tag.Value))
	})
}

// valueOf is the value of a key of an image, in words.
func valueOf(key string, image ims.FoundImage) string {
	for _, tag := range image.Tags {
		if tag.Key == key {
			return word(tag.Value)
		}
	}
	return "(no tag)"
}

// tagText is a filter in words, such as stage=test.
func tagText(filter ims.KeyValues) string {
	if len(filter.Values) == 0 {
		return "the key " + word(filter.Key)
	}
	values := make([]string, len(filter.Values))
	for n, value := range filter.Values {
		values[n] = word(value)
	}
	return word(filter.Key) + "=" + strings.Join(values, "|")
}

var plain = regexp.MustCompile(`^[\p{L}\p{N}_./:-]+$`)

// word is a text as part of a sentence, in quotes unless it is a word.
func word(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return fmt.Sprintf("%q", text)
}
