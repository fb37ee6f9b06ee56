// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"regexp"
	"strings"
)

var projectIDPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

// project resolves the project of the images. With a role, the project belongs to the account of the role.
func (r *resolver) project(s *Settings) {
	s.ProjectID, s.ProjectName = r.idOrName("project_id", "project_name")
	if delegated := r.value("delegated_project"); s.Role.IsSet() && delegated.IsSet() && max(s.ProjectID.layer, s.ProjectName.layer) < block {
		s.ProjectID, s.ProjectName = Value{}, delegated
	}
	s.ProjectID.Text = strings.ToLower(s.ProjectID.Text)
	s.HasRegionalProject = r.hasRegionalProject()
	if !s.ProjectID.IsSet() || projectIDPattern.MatchString(s.ProjectID.Text) {
		return
	}
	r.fail("project_id", "Invalid project ID", "The project ID %q (from %s) is not 32 hexadecimal digits. The console shows it under "+
		"\"My Credentials\". To use the name of a project, set project_name%s.",
		s.ProjectID.Text, s.ProjectID.Origin, orVariables("project_name"))
	s.ProjectID = Value{}
}

// ProjectLookupName returns the name that the project is looked up by if its id is not set. It defaults to the region,
// because the first project of a region has the name of the region.
func (s *Settings) ProjectLookupName() string { return s.ProjectName.or(s.Region).Text }

// checkProject records an error if neither the settings nor IAM can provide the project.
func (r *resolver) checkProject(s *Settings) {
	if s.ProjectID.IsSet() {
		return
	}
	if s.ProjectLookupName() == "" && (s.Role.IsSet() || !s.Login.returnsProject) {
		r.addIncomplete(append([]string{"project_id"}, addressSettings...), "The project is missing: set project_id (environment: %s), or "+
			"project_name (environment: %s) and auth_url (environment: %s) to look it up.",
			listed("project_id"), listed("project_name"), listed("auth_url"))
		return
	}
	if !r.invalid["project_id"] {
		r.requireAuthURL(s)
	}
}

// scopeDomain returns the account of the project. It defaults to the account of the user.
func (r *resolver) scopeDomain(s *Settings, userID, userName Value) (id, name Value) {
	found := r.alternativesFrom(s.ProjectName.layer, "project_domain_id", "project_domain_name")
	switch {
	case found[0].IsSet():
		return found[0], Value{}
	case found[1].IsSet():
		return Value{}, found[1]
	}
	return userID, userName
}
