package settings

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// roleMethod names a role in errors.
const roleMethod = "assumed role"

// Role is an agency whose rights are taken over with the login: one of another account, or a trust agency of the new IAM.
// The zero value is none.
type Role struct {
	AgencyName Value
	DomainName Value // of the account that the agency belongs to, or
	DomainID   Value // its id
	URN        Value // of a trust agency, instead of all these
	Duration   time.Duration
}

// IsSet reports whether there is a role to assume.
func (role Role) IsSet() bool { return role.AgencyName.IsSet() || role.URN.IsSet() }

// String shows the role and where it was found.
func (role Role) String() string {
	if role.URN.IsSet() {
		return "trust agency " + role.URN.String()
	}
	return fmt.Sprintf("agency %s, account %s", role.AgencyName, role.DomainID.or(role.DomainName))
}

// role resolves the agency whose rights are to be taken over, if any.
func (r *resolver) role(s *Settings) Role {
	found := r.alternatives("assume_role.agency_name", "assume_role.agency_urn")
	role := Role{AgencyName: found[0], URN: found[1]}
	_, written := r.in.Block["assume_role"]
	switch {
	case role.AgencyName.IsSet() && role.URN.IsSet():
		r.lacks(nil, "agency_name and agency_urn of assume_role contradict each other: set agency_urn for a trust agency, and otherwise "+
			"agency_name "+
			"and domain_name.")
		return Role{}
	case !role.IsSet() && written:
		r.missing("assume_role.agency_name", "The name of the agency")
		return Role{}
	case !role.IsSet():
		return Role{}
	}
	role.Duration = seconds(r.integer("assume_role.duration", DefaultRoleDuration, MinRoleDuration, MaxRoleDuration))
	if role.URN.IsSet() {
		r.checkTrustAgency(role, s)
		return role
	}
	role.DomainID, role.DomainName = r.idOrName("assume_role.domain_id", "assume_role.domain_name")
	if !role.DomainID.IsSet() && !role.DomainName.IsSet() {
		r.lacks(nil, "The account of the agency is missing, for the agency %s: set domain_name or domain_id of assume_role "+
			"(environment: %s; %s).",
			role.AgencyName, listed("assume_role.domain_name"), listed("assume_role.domain_id"))
	}
	r.needAuthURL(s)
	return role
}

func (r *resolver) checkTrustAgency(role Role, s *Settings) {
	if parts := strings.Split(role.URN.Text, ":"); len(parts) != 5 || parts[0] != "iam" || parts[3] != "agency" {
		r.fail("assume_role.agency_urn", "Invalid agency URN", "%q (from %s) is not the URN of a trust agency. It looks like "+
			"iam::<account id>:agency:<name>.", role.URN.Text, role.URN.Origin)
	}
	if !s.STSURL.IsSet() {
		r.lacks(addressSettings, "The address of the security token service is missing: set region and cloud_domain, or the environment "+
			"variable %s.",
			listed("sts_endpoint"))
	}
}

// accountID is the id of the account that the role belongs to, empty if only its name is known.
func (role Role) accountID() string {
	if parts := strings.Split(role.URN.Text, ":"); len(parts) == 5 {
		return parts[2]
	}
	return role.DomainID.Text
}

// Open returns a transport with the rights of the role. It takes them over with a transport that is logged in.
func (role Role) Open(s *Settings, login http.RoundTripper, d Dial) *auth.Renewing {
	iam := s.IAM(login, d)
	iam.Way = roleMethod
	var assume auth.Login
	if role.URN.IsSet() {
		assume = iam.AssumeAgency(auth.TrustAgency{URL: s.STSURL.Text, URN: role.URN.Text, Duration: role.Duration}, d.Base, d.Now)
	} else {
		assume = iam.AssumeRole(auth.Role{
			AgencyName: role.AgencyName.Text, DomainName: role.DomainName.Text, DomainID: role.DomainID.Text, Duration: role.Duration,
		}, d.Base, d.Now)
	}
	return auth.NewRenewing(auth.Annotated(assume, role.annotate), d.Now)
}

// IAM returns IAM as it is called with the rights of the role.
func (role Role) IAM(s *Settings, transport http.RoundTripper, d Dial) auth.IAM {
	iam := s.iam(roleMethod, transport, d)
	iam.Account = auth.NewAccount(role.accountID())
	return iam
}

func (role Role) annotate(failed *auth.LoginError) {
	failed.Who = role.String()
	switch {
	case !isRefusal(failed.Status) && failed.Status != http.StatusNotFound:
	case role.URN.IsSet():
		failed.Advice = "The rights of the trust agency cannot be taken over. Check agency_urn, and that the agency trusts the account " +
			"and the user has the permission sts:agencies:assume."
	default:
		failed.Advice = "The rights of the agency cannot be taken over. Check agency_name and the account of assume_role, and that the " +
			"user has the permission Agent Operator."
	}
}
