package settings

import (
	"regexp"
	"strings"
)

var projectIDPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

// project resolves the project that images belong to. With a role it is one of the role's account.
func (r *resolver) project(s *Settings) {
	s.ProjectID, s.ProjectName = r.idOrName("project_id", "project_name")
	if delegated := r.value("delegated_project"); s.Role.IsSet() && delegated.IsSet() && max(s.ProjectID.layer, s.ProjectName.layer) < block {
		s.ProjectID, s.ProjectName = Value{}, delegated
	}
	s.ProjectID.Text = strings.ToLower(s.ProjectID.Text)
	if !s.ProjectID.IsSet() || projectIDPattern.MatchString(s.ProjectID.Text) {
		return
	}
	r.fail("project_id", "Invalid project id", "The project id %q (from %s) is not 32 hexadecimal digits. It is shown under \"My "+
		"Credentials\" "+
		"in the console. For the name of a project set project_name%s.", s.ProjectID.Text, s.ProjectID.Origin, orVariables("project_name"))
	s.ProjectID = Value{}
}

// LookUpName is the name by which the project is looked up where there is no id: the clouds name the first project of a
// region after it.
func (s *Settings) LookUpName() string { return s.ProjectName.or(s.Region).Text }

// checkProject notes that nothing can tell the project.
func (r *resolver) checkProject(s *Settings) {
	if s.ProjectID.IsSet() {
		return
	}
	if s.LookUpName() == "" && (s.Role.IsSet() || !s.Login.hasProject) {
		r.lacks(append([]string{"project_id"}, addressSettings...), "The project is missing: set project_id (environment: %s), or "+
			"project_name "+
			"(environment: %s) and auth_url (environment: %s) to look it up.", listed("project_id"), listed("project_name"), listed("auth_url"))
		return
	}
	if !r.invalid["project_id"] {
		r.needAuthURL(s)
	}
}

// scopeDomain returns the account that a project of the login belongs to: by default the user's own.
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
