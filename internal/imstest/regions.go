// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// regions are the regions besides the default one, and the projects of all regions. A project that is not listed belongs
// to the default region.
type regions struct {
	projects map[string][]string // by region; does not change once the server is made
	down     map[string]bool
}

func newRegions() regions {
	return regions{projects: map[string][]string{Region: {ProjectID}}, down: make(map[string]bool)}
}

// regionName has a hyphen, as the names of all regions have, so that no region has the path of another service.
var regionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// WithRegion adds a region with its own image service, and projects of the user's account that only this image service
// knows. IAM, which all regions share, finds the first project by the name of the region, and each further one by
// "{region}_{n}", with n from 2. The name [Region] adds further projects to the default region. It panics if the name
// cannot be one of a region, or if a project has a region already, which is a mistake in the test.
func WithRegion(name string, projectIDs ...string) Option {
	if !regionName.MatchString(name) {
		panic(fmt.Sprintf("imstest: WithRegion: %q cannot be the name of a region", name))
	}
	return func(s *Server) {
		s.regions.projects[name] = append([]string{}, s.regions.projects[name]...) // known even without projects
		for _, id := range projectIDs {
			s.addToRegion(name, id)
		}
	}
}

func (s *Server) addToRegion(region, id string) {
	if known, listed := s.regions.find(id); listed {
		panic(fmt.Sprintf("imstest: WithRegion: project %q belongs to the region %s already", id, known))
	}
	s.regions.projects[region] = append(s.regions.projects[region], id)
	name := region
	if n := len(s.regions.projects[region]); n > 1 {
		name = fmt.Sprintf("%s_%d", region, n)
	}
	WithNamedProject(name, id)(s)
}

// find returns the region that lists a project.
func (r regions) find(project string) (region string, listed bool) {
	for name, projects := range r.projects {
		if slices.Contains(projects, project) {
			return name, true
		}
	}
	return "", false
}

// of returns the region that a project belongs to.
func (r regions) of(project string) string {
	if region, listed := r.find(project); listed {
		return region
	}
	return Region
}

// split returns the region whose image service a path belongs to, and the path within that service. The region is empty
// if the path belongs to no image service.
func (r regions) split(path string) (region, rest string) {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "v2" {
		return Region, path
	}
	if _, known := r.projects[first]; known && first != Region {
		return first, strings.TrimPrefix(path, "/"+first)
	}
	return "", path
}

// RegionURL is the address of the image service of a region, without a trailing slash. That of the default region is
// [Server.URL]. It panics if the region does not exist, which is a mistake in the test.
func (s *Server) RegionURL(name string) string {
	s.mustKnowRegion("RegionURL", name)
	if name == Region {
		return s.url
	}
	return s.url + "/" + name
}

func (s *Server) mustKnowRegion(caller, name string) {
	if _, known := s.regions.projects[name]; !known {
		panic(fmt.Sprintf("imstest: %s: region %q does not exist", caller, name))
	}
}

// SetRegionDown makes the image service of a region close every connection without a response, or work again. Requests
// that it received before are still answered, and IAM always works. It panics if the region does not exist, which is a
// mistake in the test.
func (s *Server) SetRegionDown(name string, down bool) {
	s.mustKnowRegion("SetRegionDown", name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.regions.down[name] = down
}

func (s *Server) isDown(region string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.regions.down[region]
}
