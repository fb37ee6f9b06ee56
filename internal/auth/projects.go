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
// for a user who may list only the projects of their own. No such project, or several, is an error that lists what
// there is.
func (i IAM) FindProject(ctx context.Context, name string) (string, error) {
	found, err := i.projects(ctx, "/projects?name="+url.QueryEscape(name))
	var refused *LoginError
	if errors.As(err, &refused) && (refused.Status == http.StatusForbidden || refused.Status == http.StatusNotFound) {
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
		return "", fmt.Errorf("there are %d projects named %q: %s; set project_id", len(matching), name, listed(matching))
	}
}

// noProject says that there is no project with a name, and which there are.
func (i IAM) noProject(ctx context.Context, name string, found []project) error {
	if len(found) == 0 { // only projects with that name were asked for
		for _, path := range []string{"/auth/projects", "/projects"} {
			if all, err := i.projects(ctx, path); err == nil && len(all) > 0 {
				found = all
				break
			}
		}
	}
	return fmt.Errorf("project %q not found; the account has the projects %s", name, listed(found))
}

func (i IAM) projects(ctx context.Context, path string) ([]project, error) {
	var answer struct {
		Projects []project `json:"projects"`
	}
	_, err := i.do(ctx, iamCall{
		method: http.MethodGet,
		url:    i.url(path),
		status: http.StatusOK,
		answer: &answer,
	})
	return answer.Projects, err
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
