// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// imageQuery is the query of GET /v2/cloudimages.
type imageQuery struct {
	conditions []imageCondition
	marker     string
	limit      int
	sortKey    sortKey
	ascending  bool
}

// allEnterpriseProjects stands for all for which the user has the permission.
const allEnterpriseProjects = "all_granted_eps"

// imageCondition reports whether an image that a project sees is wanted.
type imageCondition func(i *image, project string) bool

// imageParameters are the conditions that a query can have, by their parameter. Each fails for a value that the service
// does not know.
var imageParameters = map[string]func(value string) (imageCondition, bool){
	"__imagetype": oneOf(func(i *image, project string) string { return i.typeFor(project) },
		typePrivate, typeShared, typePublic, "market"),
	"visibility": oneOf(func(i *image, project string) string {
		if i.Public {
			return "public"
		}
		return i.typeFor(project)
	}, "public", "private", "shared"),
	"status":                oneOf(func(i *image, _ string) string { return i.Status }, "queued", "saving", "deleted", "killed", "active"),
	"__isregistered":        oneOf(func(*image, string) string { return "true" }, "true", "false"),
	"__os_bit":              oneOf(func(*image, string) string { return "64" }, "32", "64"),
	"__os_type":             oneOf(func(i *image, _ string) string { return i.OSType }, "Linux", "Windows", "Other"),
	"architecture":          oneOf(func(i *image, _ string) string { return i.architecture() }, "x86", "arm"),
	"member_status":         oneOf(func(*image, string) string { return "accepted" }, "accepted", "rejected", "pending"),
	"id":                    anyOf(func(i *image) string { return i.ID }),
	"name":                  anyOf(func(i *image) string { return i.Name }),
	"owner":                 anyOf(func(i *image) string { return i.ProjectID }),
	"enterprise_project_id": oneOf(func(*image, string) string { return allEnterpriseProjects }, allEnterpriseProjects),
	"created_at":            atTime(func(i *image) time.Time { return i.CreatedAt }),
	"updated_at":            atTime(func(i *image) time.Time { return i.UpdatedAt }),
}

// readImageQuery reads a query. It refuses invalid values, and parameters that the mock does not know.
func readImageQuery(query url.Values) (imageQuery, Answer, bool) {
	q := imageQuery{limit: defaultImages, sortKey: "created_at"}
	for name, values := range query {
		if !q.read(name, values[0]) {
			return q, invalidParameter(name), false
		}
	}
	if query.Has("member_status") && query.Get("visibility") != "shared" && query.Get("__imagetype") != "shared" {
		return q, invalidParameter("member_status"), false
	}
	return q, Answer{}, true
}

// read reads a parameter, and reports whether it is valid.
func (q *imageQuery) read(name, value string) (ok bool) {
	switch name {
	case "limit":
		q.limit, ok = parseLimit(value)
		return ok
	case "marker":
		q.marker = value
		return imageID.MatchString(value)
	case "sort_key":
		q.sortKey = sortKey(value)
		return slices.Contains([]string{"created_at", "name", "container_format", "disk_format", "status", "id", "size"}, value)
	case "sort_dir":
		q.ascending = value == "asc"
		return value == "asc" || value == "desc"
	}
	parameter, known := imageParameters[name]
	if !known {
		return false
	}
	condition, ok := parameter(value)
	q.conditions = append(q.conditions, condition)
	return ok
}

// matches reports whether a project sees an image and the image meets all conditions.
func (q imageQuery) matches(i *image, project string) bool {
	return i.typeFor(project) != "" &&
		!slices.ContainsFunc(q.conditions, func(c imageCondition) bool { return !c(i, project) })
}

// oneOf is a parameter that has only some values.
func oneOf(of func(*image, string) string, known ...string) func(string) (imageCondition, bool) {
	return func(value string) (imageCondition, bool) {
		return func(i *image, project string) bool { return of(i, project) == value }, slices.Contains(known, value)
	}
}

// anyOf is a parameter with any value.
func anyOf(of func(*image) string) func(string) (imageCondition, bool) {
	return func(value string) (imageCondition, bool) {
		return func(i *image, _ string) bool { return of(i) == value }, true
	}
}

// timeOperators compare two times, by the word before the colon.
var timeOperators = map[string]func(order int) bool{
	"gt":  func(order int) bool { return order > 0 },
	"gte": func(order int) bool { return order >= 0 },
	"lt":  func(order int) bool { return order < 0 },
	"lte": func(order int) bool { return order <= 0 },
	"eq":  func(order int) bool { return order == 0 },
	"neq": func(order int) bool { return order != 0 },
}

// atTime is a parameter such as gte:2018-10-28T10:00:00Z.
func atTime(of func(*image) time.Time) func(string) (imageCondition, bool) {
	return func(value string) (imageCondition, bool) {
		word, text, _ := strings.Cut(value, ":")
		operator, known := timeOperators[word]
		limit, err := time.Parse(time.RFC3339, text)
		if err != nil {
			limit, err = time.Parse(time.DateTime, text)
		}
		return func(i *image, _ string) bool { return operator(of(i).Compare(limit)) }, known && err == nil
	}
}
