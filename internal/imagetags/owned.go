// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// owned is the part of the tags of an image that belongs to a set.
type owned struct {
	values   map[string]string // by key
	spelling map[string]string // of the keys that the service spells in another way
	others   int               // tags of the image that do not belong to the set
}

// owned returns the tags of an image that belong to a set: those whose keys it has, and if it is exclusive, all others that
// it does not ignore.
func (m model) owned(tags []ims.Tag) owned {
	o := owned{values: make(map[string]string)}
	for key := range m.Tags.Elements() {
		if tag, found := store.Find(key, tags); found {
			o.add(key, tag)
		}
	}
	if m.Exclusive.ValueBool() {
		for _, tag := range m.foreign(tags) {
			o.add(norm.NFC.String(tag.Key), tag)
		}
	}
	o.others = len(tags) - len(o.values)
	return o
}

func (o *owned) add(key string, tag ims.Tag) {
	o.values[key] = tag.Value
	if tag.Key == key {
		return
	}
	if o.spelling == nil {
		o.spelling = make(map[string]string)
	}
	o.spelling[key] = tag.Key
}

// foreign returns the tags of an image that a set does not have and does not ignore. It leaves out one whose key differs from
// a key of the set in its spelling alone: in Terraform, both are one key.
func (m model) foreign(tags []ims.Tag) []ims.Tag {
	var foreign []ims.Tag
	known := m.Tags.Elements()
	for _, tag := range tags {
		key := norm.NFC.String(tag.Key)
		if _, ok := known[key]; !ok && !m.ignores(key) {
			foreign = append(foreign, tag)
		}
	}
	return foreign
}
