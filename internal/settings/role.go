// SPDX-License-Identifier: MPL-2.0

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

// Role is the agency or trust agency that the provider assumes after the login. The zero value is no role.
type Role struct {
	AgencyName Value
	DomainName Value         // of the account of the agency; not set with DomainID
	DomainID   Value         // of the account of the agency
	URN        Value         // of a trust agency; not set with AgencyName
	Duration   time.Duration // lifetime of the temporary keys
}

// IsSet reports whether there is a role to assume.
func (role Role) IsSet() bool { return role.AgencyName.IsSet() || role.URN.IsSet() }

// String returns the role and its origin.
func (role Role) String() string {
	if role.URN.IsSet() {
		return "trust agency " + role.URN.String()
	}
	return fmt.Sprintf("agency %s, account %s", role.AgencyName, role.DomainID.or(role.DomainName))
}

// role resolves the agency to assume, if any.
func (r *resolver) role(s *Settings) Role {
	found := r.alternatives("assume_role.agency_name", "assume_role.agency_urn")
	role := Role{AgencyName: found[0], URN: found[1]}
	_, isBlockSet := r.in.Block["assume_role"]
	switch {
	case role.AgencyName.IsSet() && role.URN.IsSet():
		r.addIncomplete(nil, "agency_name and agency_urn of assume_role conflict: set only agency_urn for a trust agency, or only "+
			"agency_name and domain_name for an agency.")
		return Role{}
	case !role.IsSet() && isBlockSet:
		r.addMissing("assume_role.agency_name", "The name of the agency")
		return Role{}
	case !role.IsSet():
		return Role{}
	}
	longest := MaxRoleDuration
	if role.URN.IsSet() {
		longest = MaxTrustAgencyDuration
	}
	role.Duration = time.Duration(r.integer("assume_role.duration", DefaultRoleDuration, MinRoleDuration, longest)) * time.Second
	if role.URN.IsSet() {
		r.checkTrustAgency(role, s)
		return role
	}
	role.DomainID, role.DomainName = r.idOrName("assume_role.domain_id", "assume_role.domain_name")
	if !role.DomainID.IsSet() && !role.DomainName.IsSet() {
		r.addIncomplete(nil, "The account of the agency is missing (agency %s): set domain_name or domain_id of assume_role "+
			"(environment: %s; %s).",
			role.AgencyName, listed("assume_role.domain_name"), listed("assume_role.domain_id"))
	}
	r.requireAuthURL(s)
	return role
}

func (r *resolver) checkTrustAgency(role Role, s *Settings) {
	if parts := strings.Split(role.URN.Text, ":"); len(parts) != 5 || parts[0] != "iam" || parts[3] != "agency" {
		r.fail("assume_role.agency_urn", "Invalid agency URN", "The value %q (from %s) is not the URN of a trust agency. Set agency_urn "+
			"in the format iam::<account id>:agency:<name>.", role.URN.Text, role.URN.Origin)
	}
	if !s.STSURL.IsSet() {
		r.addIncomplete(addressSettings, "The URL of the security token service is missing: set region and cloud_domain, or the "+
			"environment variable %s.", listed("sts_endpoint"))
	}
}

// accountID returns the id of the account of the role, empty if only the name of the account is known.
func (role Role) accountID() string {
	if parts := strings.Split(role.URN.Text, ":"); len(parts) == 5 {
		return parts[2]
	}
	return role.DomainID.Text
}

// Open returns a transport that assumes the role at the first request. The login authenticates the call of IAM or STS.
func (role Role) Open(s *Settings, login http.RoundTripper, d Dependencies) *auth.Renewing {
	d.FirstLogin = nil // the refusal of a role is not one of the login
	iam := s.IAM(login, d)
	iam.Method = roleMethod
	var assume auth.Login
	if role.URN.IsSet() {
		assume = iam.AssumeAgency(auth.TrustAgency{URL: s.STSURL.Text, URN: role.URN.Text, Duration: role.Duration}, d.Base, d.Now)
	} else {
		assume = iam.AssumeRole(auth.Role{
			AgencyName: role.AgencyName.Text, DomainName: role.DomainName.Text, DomainID: role.DomainID.Text, Duration: role.Duration,
		}, d.Base, d.Now)
	}
	return auth.NewRenewing(auth.Annotated(assume, func(failed *auth.LoginError) {
		if failed.Lookup == "" {
			role.annotate(failed)
			return
		}
		failed.Method = s.Login.Method // the lookup of the login's account, which the call must contain
		s.Login.annotate(failed)
	}), d.Now)
}

// IAM returns a client of IAM that authenticates with the role.
func (role Role) IAM(s *Settings, transport http.RoundTripper, d Dependencies) auth.IAM {
	iam := s.iam(roleMethod, transport, d)
	iam.Account = auth.NewAccount(role.accountID())
	return iam
}

func (role Role) annotate(failed *auth.LoginError) {
	failed.Identity = role.String()
	switch {
	case failed.Lookup != "" && failed.Status == http.StatusUnauthorized:
		failed.Advice = "IAM rejected the temporary keys of the agency. Check that the clock of this machine is correct to within 15 " +
			"minutes."
	case failed.Lookup != "":
		failed.Advice = lookupAdvice(failed, "agency", "domain_id of assume_role")
	case failed.Status == 0 && role.URN.IsSet():
		failed.Advice = "The security token service did not respond. Check region and cloud_domain, or set IMS_STS_ENDPOINT, and check " +
			"the network of this machine."
	case !isRejection(failed.Status) && failed.Status != http.StatusNotFound:
	case role.URN.IsSet():
		failed.Advice = "The trust agency cannot be assumed. Check agency_urn, that the trust agency trusts the account of the user, and " +
			"that the user has the permission sts:agencies:assume."
	default:
		failed.Advice = "The agency cannot be assumed. Check agency_name and domain_name (or domain_id) of assume_role, and that the " +
			"user has the permission Agent Operator."
	}
}
