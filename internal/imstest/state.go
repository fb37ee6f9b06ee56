package imstest

import (
	"fmt"
	"slices"
)

// Image is an image of the service.
type Image struct {
	ID        string
	ProjectID string // empty: ProjectID
	Name      string
	Status    string // empty: active
	Protected bool   // its tags cannot be changed: IMG.0028
}

// Tag is a key and its value.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// image is an Image and its tags, in the order they were made.
type image struct {
	Image
	tags   []Tag
	former []formerTags // what readers still see, the oldest first
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

// remove reports whether there was a tag with the key.
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

// AddImage adds an image to the project [ProjectID] and returns its id, a UUID that depends only on how many images
// were added.
func (s *Server) AddImage(name string) string {
	s.mu.Lock()
	s.added++
	id := fmt.Sprintf("%08x-1a2b-4c3d-8e4f-5a6b7c8d9e0f", s.added)
	s.mu.Unlock()
	s.PutImage(Image{ID: id, Name: name})
	return id
}

// PutImage adds an image, or changes one and keeps its tags. Its project becomes known to the server.
func (s *Server) PutImage(i Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.ProjectID == "" {
		i.ProjectID = ProjectID
	}
	if i.Status == "" {
		i.Status = "active"
	}
	if _, known := s.projects[i.ProjectID]; !known {
		s.projects[i.ProjectID] = DomainID
	}
	if known, ok := s.images[i.ID]; ok {
		known.Image = i
		return
	}
	s.order = append(s.order, i.ID)
	s.images[i.ID] = &image{Image: i}
}

// RemoveImage removes an image and its tags, as when its owner deletes it.
func (s *Server) RemoveImage(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.images, id)
	s.order = slices.DeleteFunc(s.order, func(known string) bool { return known == id })
}

// SetTag tags an image behind the API's back. The limits are not held: older APIs made tags that break them. It panics
// when there is no such image: that is a mistake in the test.
func (s *Server) SetTag(imageID, key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.images[imageID]
	if !ok {
		panic(fmt.Sprintf("imstest: no image %q to set a tag on", imageID))
	}
	i.former = nil
	i.set(Tag{Key: key, Value: value})
}

// RemoveTag removes a tag behind the API's back, if it is there.
func (s *Server) RemoveTag(imageID, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.images[imageID]; ok {
		i.former = nil
		i.remove(key)
	}
}

// Tags returns the tags of an image, none if there is no such image.
func (s *Server) Tags(imageID string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.images[imageID]; ok {
		return i.byKey()
	}
	return make(map[string]string)
}

// AllTags returns the tags of all images that have any, by the image's id.
func (s *Server) AllTags() map[string]map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]map[string]string)
	for id, i := range s.images {
		if len(i.tags) > 0 {
			all[id] = i.byKey()
		}
	}
	return all
}
