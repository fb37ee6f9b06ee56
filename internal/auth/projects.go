// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

type project struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// FindProject returns the id of the project with a name: GET {auth_url}/projects?name=, or GET {auth_url}/auth/projects
// for a user who may only list their own projects. If no project has the name, the error lists the projects of the
// account. If several projects have it, the error lists these.
func (i IAM) FindProject(ctx context.Context, name string) (string, error) {
	found, err := i.projects(ctx, "/projects?name="+url.QueryEscape(name))
	var failed *LoginError
	isLookup := errors.As(err, &failed) && failed.Lookup == LookupProject
	if isLookup && (failed.Status == http.StatusForbidden || failed.Status == http.StatusNotFound) {
		found, err = i.projects(ctx, "/auth/projects")
	}
	if err != nil {
		return "", err
	}

	var matching []project
	for _, candidate := range found {
		if candidate.Name == name {
			matching = append(matching, candidate)
		}
	}
	switch len(matching) {
	case 1:
		return matching[0].ID, nil
	case 0:
		return "", i.noProject(ctx, name, found)
	default:
		return "", fmt.Errorf("%d projects are named %q: %s; set project_id to one of these IDs", len(matching), name, listed(matching))
	}
}

// noProject returns the error for a project that does not exist, with the projects that do.
func (i IAM) noProject(ctx context.Context, name string, found []project) error {
	if len(found) == 0 { // the request was filtered by the name
		for _, path := range []string{"/auth/projects", "/projects"} {
			if all, err := i.projects(ctx, path); err == nil && len(all) > 0 {
				found = all
				break
			}
		}
	}
	return fmt.Errorf("project %q not found; existing projects: %s; set project_id", name, listed(found))
}

func (i IAM) projects(ctx context.Context, path string) ([]project, error) {
	var response struct {
		Projects []project `json:"projects"`
	}
	_, err := i.do(ctx, iamCall{
		httpMethod: http.MethodGet,
		url:        i.url(path),
		wantStatus: http.StatusOK,
		lookup:     LookupProject,
		result:     &response,
	})
	return response.Projects, err
}

func listed(projects []project) string {
	if len(projects) == 0 {
		return "none"
	}
	names := make([]string, len(projects))
	for i, p := range projects {
		names[i] = fmt.Sprintf("%s (%s)", p.Name, p.ID)
	}
	return strings.Join(names, ", ")
}
