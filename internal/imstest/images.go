// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Image is an image of the service.
type Image struct {
	ID        string
	ProjectID string // empty: [ProjectID]; the image belongs to the region of its project
	Name      string
	Status    string // empty: active
	Protected bool   // changing its tags is answered IMG.0028

	// Who sees the image besides its project. A public image is one of the cloud itself.
	Public     bool
	SharedWith []string // projects that have accepted it

	CreatedAt time.Time // zero: a minute after that of the image added before
	UpdatedAt time.Time // zero: CreatedAt
	MinDisk   int       // 0: 40
	OSType    string    // empty: Linux
	OSVersion string
	ARM       bool
}

// FirstCreated is when the first image was created, unless it says otherwise.
var FirstCreated = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Tag is a key and its value.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// imageStore holds the images and their tags.
type imageStore struct {
	byID  map[string]*image
	order []string // ids in the order in which the images were added
	added int      // how many images AddImage added, for their ids
	put   int      // how many images were created a minute after another

	inKey, inValue func(rune) bool // whether a character is allowed

	enterprise bool // the user has permissions for enterprise projects, and none for the whole project
}

func newImageStore() imageStore {
	anyCharacter := func(rune) bool { return true }
	return imageStore{byID: make(map[string]*image), inKey: anyCharacter, inValue: anyCharacter}
}

// image is an Image and its tags, in the order in which they were added.
type image struct {
	Image
	tags   []Tag
	former []formerTags // what reads still return, oldest first
}

func (i *image) architecture() string {
	if i.ARM {
		return "arm"
	}
	return "x86"
}

func (i *image) find(key string) int {
	return slices.IndexFunc(i.tags, func(t Tag) bool { return t.Key == key })
}

// set adds a tag or overwrites its value.
func (i *image) set(tag Tag) {
	if at := i.find(tag.Key); at >= 0 {
		i.tags[at] = tag
		return
	}
	i.tags = append(i.tags, tag)
}

// remove reports whether the image had a tag with the key.
func (i *image) remove(key string) bool {
	at := i.find(key)
	if at < 0 {
		return false
	}
	i.tags = slices.Delete(i.tags, at, at+1)
	return true
}

// byKey returns a copy of the tags.
func (i *image) byKey() map[string]string {
	tags := make(map[string]string, len(i.tags))
	for _, tag := range i.tags {
		tags[tag.Key] = tag.Value
	}
	return tags
}

// AddImage adds an image to the project [ProjectID] and returns its id. The id is a UUID that depends only on the
// number of images added before.
func (s *Server) AddImage(name string) string {
	s.mu.Lock()
	s.images.added++
	id := fmt.Sprintf("%08x-1a2b-4c3d-8e4f-5a6b7c8d9e0f", s.images.added)
	s.mu.Unlock()
	s.PutImage(Image{ID: id, Name: name})
	return id
}

// PutImage adds an image, or changes an existing one and keeps its tags. A new project is added to the account of the
// user, in the default region.
func (s *Server) PutImage(i Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.ProjectID == "" {
		i.ProjectID = ProjectID
	}
	s.images.setDefaults(&i)
	if _, known := s.iam.accounts[i.ProjectID]; !known {
		s.iam.accounts[i.ProjectID] = DomainID
	}
	if known, ok := s.images.byID[i.ID]; ok {
		known.Image = i
		return
	}
	s.images.order = append(s.images.order, i.ID)
	s.images.byID[i.ID] = &image{Image: i}
}

func (s *imageStore) setDefaults(i *Image) {
	i.Status = cmp.Or(i.Status, "active")
	i.MinDisk = cmp.Or(i.MinDisk, 40)
	i.OSType = cmp.Or(i.OSType, "Linux")
	if known, ok := s.byID[i.ID]; ok && i.CreatedAt.IsZero() {
		i.CreatedAt = known.CreatedAt
	}
	if i.CreatedAt.IsZero() {
		i.CreatedAt = FirstCreated.Add(time.Duration(s.put) * time.Minute)
		s.put++
	}
	if i.UpdatedAt.IsZero() {
		i.UpdatedAt = i.CreatedAt
	}
}

// RemoveImage removes an image and its tags, as if its owner had deleted it.
func (s *Server) RemoveImage(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.images.byID, id)
	s.images.order = slices.DeleteFunc(s.images.order, func(known string) bool { return known == id })
}

// SetTag adds or changes a tag without a call of the API. It does not enforce limits, as older APIs created tags that
// exceed them. It panics if the image does not exist, which is a mistake in the test.
func (s *Server) SetTag(imageID, key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.images.byID[imageID]
	if !ok {
		panic(fmt.Sprintf("imstest: SetTag: image %q does not exist", imageID))
	}
	i.former = nil
	i.set(Tag{Key: key, Value: value})
}

// RemoveTag removes a tag without a call of the API, if it exists.
func (s *Server) RemoveTag(imageID, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.images.byID[imageID]; ok {
		i.former = nil
		i.remove(key)
	}
}

// Tags returns the tags of an image. It returns none if the image does not exist.
func (s *Server) Tags(imageID string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.images.byID[imageID]; ok {
		return i.byKey()
	}
	return make(map[string]string)
}

// AllTags returns the tags of all images that have any, by image id.
func (s *Server) AllTags() map[string]map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]map[string]string)
	for id, i := range s.images.byID {
		if len(i.tags) > 0 {
			all[id] = i.byKey()
		}
	}
	return all
}

// inProject returns the images of a project in the order in which they were added.
func (s *Server) inProject(project string) []*image {
	var found []*image
	for _, id := range s.images.order {
		if i, ok := s.images.byID[id]; ok && i.ProjectID == project {
			found = append(found, i)
		}
	}
	return found
}
