// SPDX-License-Identifier: MPL-2.0

package auth

// Project is the name of a project and the account (IAM domain) that it belongs to. Accounts can have projects with the same
// name.
type Project struct {
	Name   string
	Domain Domain
	IsOwn  bool // the project belongs to the account of the user
}

// Domain is an account by its id, by its name, or by both. The zero value is the account of the user.
type Domain struct{ ID, Name string }

// Is reports whether a project is that with a name in an account.
func (p Project) Is(name string, domain Domain) bool {
	switch {
	case p.Name != name:
		return false
	case domain == Domain{}:
		return p.IsOwn
	case domain.ID != "":
		return p.Domain.ID == domain.ID
	}
	return p.Domain.Name == domain.Name
}
