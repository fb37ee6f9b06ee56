// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// TagSet is the subject of several tags of an image, which are the map "tags" of a resource. The region is empty if the provider
// has none.
func TagSet(region string, image ims.Image, tags []ims.Tag) Subject {
	facts := append([]Fact{{"Image", image.ID}}, placeFacts(region, image.ProjectID)...)
	if len(tags) > 0 {
		facts = append(facts, Fact{"Keys", QuotedKeys(tags)})
	}
	return Subject{
		Title: "image tags", Facts: facts, tags: tags,
		Image: path.Root("image_id"), Project: path.Root("project_id"), Key: tagsPath, Value: tagsPath,
	}
}

var (
	tagsPath = path.Root("tags")

	// safeValue matches a value that every cloud of the family accepts.
	safeValue = regexp.MustCompile(`^[A-Za-z0-9_.-]*$`)
)

// QuotedKeys lists the keys of tags, sorted.
func QuotedKeys(tags []ims.Tag) string {
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = tag.Key
	}
	return Quoted(keys)
}

// Quoted lists keys in quotes, sorted.
func Quoted(keys []string) string {
	quoted := make([]string, len(keys))
	for i, key := range slices.Sorted(slices.Values(keys)) {
		quoted[i] = fmt.Sprintf("%q", key)
	}
	return strings.Join(quoted, ", ")
}

// invalidTag is the attribute of the tag that a call for several tags was refused for, or the map if that is not sure.
func (s Subject) invalidTag(e *ims.Error) path.Path {
	if suspects, _ := s.suspects(e); len(suspects) == 1 {
		return tagsPath.AtMapKey(suspects[0].Key)
	}
	return tagsPath
}

// adviseInvalidTag says which tag a call for several tags was refused for, as far as that can be known.
func (s Subject) adviseInvalidTag(err error) string {
	var e *ims.Error
	if len(s.tags) < 2 || !errors.As(err, &e) || e.Code != codeInvalidTag {
		return ""
	}
	suspects, named := s.suspects(e)
	switch {
	case named:
		return fmt.Sprintf("The service names the key %s.", QuotedKeys(suspects))
	case len(suspects) == 1:
		return fmt.Sprintf("The service does not say which tag it means. Only the tag %s has characters that not every cloud accepts.",
			QuotedKeys(suspects))
	case len(suspects) > 1:
		return fmt.Sprintf("The service does not say which tag it means. The tags %s have characters that not every cloud accepts.",
			QuotedKeys(suspects))
	}
	return "The service does not say which of the tags it means."
}

// suspects returns the tag that the message of an error names in quotes, or else all tags that some cloud does not accept.
func (s Subject) suspects(e *ims.Error) (suspects []ims.Tag, named bool) {
	for _, tag := range s.tags {
		for _, quotes := range []string{`""`, `''`, "``", "[]"} {
			if strings.Contains(e.Message, quotes[:1]+tag.Key+quotes[1:]) {
				return []ims.Tag{tag}, true
			}
		}
	}
	for _, tag := range s.tags {
		if !safeKey.MatchString(fmt.Sprintf("%q", tag.Key)) || !safeValue.MatchString(tag.Value) {
			suspects = append(suspects, tag)
		}
	}
	return suspects, false
}
