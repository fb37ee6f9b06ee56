// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/http"
	"strings"
	"time"
)

// The endpoints of IAM, the security token service and the metadata service. They have the same address as those of the
// image service.
const (
	Version       Operation = "Version"       // GET /v3
	CreateToken   Operation = "CreateToken"   // POST /v3/auth/tokens
	ShowToken     Operation = "ShowToken"     // GET /v3/auth/tokens
	Catalog       Operation = "Catalog"       // GET /v3/auth/catalog
	OwnDomains    Operation = "OwnDomains"    // GET /v3/auth/domains
	ListProjects  Operation = "ListProjects"  // GET /v3/projects
	OwnProjects   Operation = "OwnProjects"   // GET /v3/auth/projects
	AssumeRole    Operation = "AssumeRole"    // POST /v3.0/OS-CREDENTIAL/securitytokens
	WebIdentity   Operation = "WebIdentity"   // POST /v3.0/OS-AUTH/id-token/tokens
	AssumeAgency  Operation = "AssumeAgency"  // POST /v5/agencies/assume
	MetadataToken Operation = "MetadataToken" // PUT /meta-data/latest/api/token
	SecurityKey   Operation = "SecurityKey"   // GET /openstack/latest/securitykey
)

// What IAM knows from the start.
//
//nolint:gosec // they are of no use outside this mock
const (
	UserName         = "mock-user"
	UserID           = "11112222333344445555666677778888"
	Password         = "mock-password-5f0e8d"
	Passcode         = "493817" // the first one of the second factor; the next one is one higher
	DomainName       = "MOCK-DOMAIN"
	DomainID         = "d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0"
	Region           = "mock-1" // the default region; also the name of the project ProjectID
	AgencyName       = "mock-agency"
	IdentityProvider = "mock-idp"
	IDToken          = "mock-id-token-93c1"

	ApplicationCredentialID     = "ac00ac00ac00ac00ac00ac00ac00ac00" // of the user, valid for ProjectID
	ApplicationCredentialName   = "mock-application-credential"
	ApplicationCredentialSecret = "mock-application-secret-61fa"

	// Another account, which the user cannot log in to. It has the agency AgencyName and a trust agency.
	OtherDomainName = "OTHER-DOMAIN"
	OtherDomainID   = "e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e1"
	OtherProjectID  = "abcdefabcdefabcdefabcdefabcdefab" // its name is also Region
	TrustAgencyURN  = "iam::" + OtherDomainID + ":agency:mock-trust"
)

// iamRoutes are the endpoints of IAM and the services beside it.
var iamRoutes = map[string]Operation{
	"GET /v3":                                 Version,
	"POST /v3/auth/tokens":                    CreateToken,
	"GET /v3/auth/tokens":                     ShowToken,
	"GET /v3/auth/catalog":                    Catalog,
	"GET /v3/auth/domains":                    OwnDomains,
	"GET /v3/projects":                        ListProjects,
	"GET /v3/auth/projects":                   OwnProjects,
	"POST /v3.0/OS-CREDENTIAL/securitytokens": AssumeRole,
	"POST /v3.0/OS-AUTH/id-token/tokens":      WebIdentity,
	"POST /v5/agencies/assume":                AssumeAgency,
	"PUT /meta-data/latest/api/token":         MetadataToken,
	"GET /openstack/latest/securitykey":       SecurityKey,
}

// project is a project that IAM finds by name.
type project struct {
	name, id, account string
}

// identity holds the accounts, projects and credentials that the server knows.
type identity struct {
	accounts map[string]string // the account of each project, by project id
	projects []project         // those that IAM finds by name
	tokens   map[string]issuedToken
	keys     map[string]accessKey // by access key id
	issued   int                  // how many tokens and keys IAM issued, for their names

	acceptToken   func(token string) bool // checks tokens that are not in tokens; may be nil
	tokenLifetime time.Duration
	keyLifetime   time.Duration
	ownOnly       bool // listing all projects is forbidden
	secondFactor  bool // a password is refused without a passcode
	usedPasscodes int
	hasAgency     bool   // the machine has an agency
	metadataToken string // of the metadata service; empty: it has no tokens
	catalog       []map[string]any
}

func newIdentity() identity {
	return identity{
		accounts: map[string]string{ProjectID: DomainID, OtherProjectID: OtherDomainID},
		projects: []project{{Region, ProjectID, DomainID}, {Region, OtherProjectID, OtherDomainID}},
		tokens:   map[string]issuedToken{Token: {project: ProjectID}},
		keys: map[string]accessKey{
			AccessKey:     {secret: SecretKey},
			TempAccessKey: {secret: TempSecretKey, token: TempSecurityToken},
		},
		tokenLifetime: 24 * time.Hour,
		keyLifetime:   time.Hour,
		hasAgency:     true,
		metadataToken: "mock-metadata-token",
		catalog:       []map[string]any{},
	}
}

// answerIAM answers a call of IAM or a service beside it.
func (s *Server) answerIAM(r *http.Request, request *Request) Answer {
	switch request.Operation {
	case Version:
		return okJSON(map[string]any{"version": map[string]any{"id": "v3.14", "status": "stable"}})
	case CreateToken:
		return s.createToken(request.Body)
	case WebIdentity:
		return s.webIdentity(r, request.Body)
	case MetadataToken:
		return s.metadataToken()
	case SecurityKey:
		return s.securityKey(r)
	default:
		return s.answerAuthenticated(r, request)
	}
}

// answerAuthenticated answers the calls that need credentials.
func (s *Server) answerAuthenticated(r *http.Request, request *Request) Answer {
	who, _, ok := s.authenticate(r, request.Body)
	if !ok {
		return unauthorized()
	}
	switch request.Operation {
	case Catalog:
		return s.showCatalog(who)
	case OwnDomains:
		return ownDomains(who)
	case AssumeAgency:
		return s.assumeAgency(request.Body)
	default:
	}
	if !namesAccount(r, who) {
		return iamError(http.StatusUnauthorized, "The X-Domain-Id of the account must be sent and signed.")
	}
	switch request.Operation {
	case AssumeRole:
		return s.assumeRole(who, request.Body)
	case ShowToken:
		return s.showToken(r.Header.Get("X-Subject-Token"))
	default:
		return s.listProjects(r, who, request.Operation)
	}
}

// namesAccount reports whether a call names the account of the keys that it is signed with. A token needs no account.
func namesAccount(r *http.Request, who caller) bool {
	if who.token {
		return true
	}
	signed := strings.Contains(strings.ToLower(r.Header.Get("Authorization")), "x-domain-id")
	return signed && r.Header.Get("X-Domain-Id") == who.account
}

// showCatalog refuses a token without a project.
func (s *Server) showCatalog(who caller) Answer {
	if who.token && who.project == "" {
		return forbidden("")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return okJSON(map[string]any{"catalog": s.iam.catalog, "links": map[string]any{}})
}

func ownDomains(who caller) Answer {
	return okJSON(map[string]any{"domains": []map[string]any{
		{"id": who.account, "name": accountName(who.account), "enabled": true},
	}})
}

func accountName(id string) string {
	if id == OtherDomainID {
		return OtherDomainName
	}
	return DomainName
}

func (s *Server) listProjects(r *http.Request, who caller, operation Operation) Answer {
	if operation == ListProjects && s.iam.ownOnly {
		return forbidden("")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := ""
	if operation == ListProjects {
		name = r.URL.Query().Get("name") // OwnProjects ignores it
	}
	found := []map[string]string{}
	for _, p := range s.iam.projects {
		if p.account == who.account && (name == "" || name == p.name) {
			found = append(found, map[string]string{"id": p.id, "name": p.name, "domain_id": p.account})
		}
	}
	return okJSON(map[string]any{"projects": found})
}

// forbidden refuses a call. The reason may be empty.
func forbidden(reason string) Answer {
	if reason != "" {
		reason = ": " + reason
	}
	return iamError(http.StatusForbidden, "You are not authorized to perform the requested action"+reason+".")
}
