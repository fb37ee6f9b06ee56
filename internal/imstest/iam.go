package imstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The endpoints of IAM and of the metadata service, on the same address as those of the image service.
const (
	CreateToken   Operation = "CreateToken"   // POST /v3/auth/tokens
	ShowToken     Operation = "ShowToken"     // GET /v3/auth/tokens
	ListProjects  Operation = "ListProjects"  // GET /v3/projects
	OwnProjects   Operation = "OwnProjects"   // GET /v3/auth/projects
	AssumeRole    Operation = "AssumeRole"    // POST /v3.0/OS-CREDENTIAL/securitytokens
	WebIdentity   Operation = "WebIdentity"   // POST /v3.0/OS-AUTH/id-token/tokens
	MetadataToken Operation = "MetadataToken" // PUT /meta-data/latest/api/token
	SecurityKey   Operation = "SecurityKey"   // GET /openstack/latest/securitykey
)

// What IAM knows from the start.
//
//nolint:gosec // it opens nothing but this mock
const (
	UserName         = "mock-user"
	UserID           = "11112222333344445555666677778888"
	Password         = "mock-password-5f0e8d"
	DomainName       = "MOCK-DOMAIN"
	Region           = "mock-1" // and the name of the project ProjectID
	AgencyName       = "mock-agency"
	IdentityProvider = "mock-idp"
	IDToken          = "mock-id-token-93c1"
)

// iamRoutes are the paths of IAM and of the metadata service.
var iamRoutes = map[string]Operation{
	"POST /v3/auth/tokens":                    CreateToken,
	"GET /v3/auth/tokens":                     ShowToken,
	"GET /v3/projects":                        ListProjects,
	"GET /v3/auth/projects":                   OwnProjects,
	"POST /v3.0/OS-CREDENTIAL/securitytokens": AssumeRole,
	"POST /v3.0/OS-AUTH/id-token/tokens":      WebIdentity,
	"PUT /meta-data/latest/api/token":         MetadataToken,
	"GET /openstack/latest/securitykey":       SecurityKey,
}

// issuedToken is a token that IAM gave out.
type issuedToken struct {
	project string
	expires time.Time // zero: never
}

// identity is what IAM holds.
type identity struct {
	tokenLife    time.Duration
	keyLife      time.Duration
	projectNames map[string][]string // ids by name
	ownOnly      bool                // the user may not list all projects
	hasAgency    bool                // the machine has an agency
	metadata     string              // the token of the metadata service; empty: it has none
	catalog      []map[string]any
	issued       int // tokens and keys, for their names
}

// WithTokenLife sets how long a token that IAM issues is good for. The default is a day.
func WithTokenLife(life time.Duration) Option {
	return func(s *Server) { s.iam.tokenLife = life }
}

// WithKeyLife sets how long temporary keys are good for. The default is an hour.
func WithKeyLife(life time.Duration) Option {
	return func(s *Server) { s.iam.keyLife = life }
}

// WithNamedProject adds a project that IAM knows by its name. Several may have the same.
func WithNamedProject(name, id string) Option {
	return func(s *Server) {
		s.iam.projectNames[name] = append(s.iam.projectNames[name], id)
		s.projects[id] = true
	}
}

// WithoutProjects makes IAM know no project by name.
func WithoutProjects() Option {
	return func(s *Server) { s.iam.projectNames = make(map[string][]string) }
}

// WithOwnProjectsOnly makes IAM refuse to list all projects, as it does for users without the right.
func WithOwnProjectsOnly() Option {
	return func(s *Server) { s.iam.ownOnly = true }
}

// WithoutAgency takes the agency from the machine: its metadata service gives no keys out.
func WithoutAgency() Option {
	return func(s *Server) { s.iam.hasAgency = false }
}

// WithoutMetadataToken makes the metadata service one that has no tokens of its own, as older ones are.
func WithoutMetadataToken() Option {
	return func(s *Server) { s.iam.metadata = "" }
}

// SetCatalog adds an entry to the service catalog that comes with tokens.
func (s *Server) SetCatalog(service, region, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := map[string]any{"id": "e", "interface": "public", "region": region, "region_id": region, "url": url}
	s.iam.catalog = append(s.iam.catalog, map[string]any{
		"id": "s", "type": service, "name": service, "endpoints": []any{endpoint},
	})
}

func newIdentity() identity {
	return identity{
		tokenLife:    24 * time.Hour,
		keyLife:      time.Hour,
		projectNames: map[string][]string{Region: {ProjectID}},
		hasAgency:    true,
		metadata:     "mock-metadata-token",
	}
}

// answerIAM answers a call of IAM or of the metadata service.
func (s *Server) answerIAM(r *http.Request, request *Request) reply {
	switch request.Operation {
	case CreateToken:
		return s.createToken(request.Body)
	case WebIdentity:
		return s.webIdentity(r, request.Body)
	case MetadataToken:
		return s.metadataToken()
	case SecurityKey:
		return s.securityKey(r)
	default:
	}
	if refusal, ok := s.authenticate(r, request.Body); !ok {
		return iamFault(http.StatusUnauthorized, "The request you have made requires authentication.", refusal.code)
	}
	switch request.Operation {
	case AssumeRole:
		return s.assumeRole(request.Body)
	case ShowToken:
		return s.showToken(r.Header.Get("X-Subject-Token"))
	default:
		return s.listProjects(r, request.Operation)
	}
}

func (s *Server) showToken(token string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued, ok := s.tokens[token]
	if !ok || s.isOver(issued.expires) {
		return iamFault(http.StatusNotFound, "Could not find token.", "")
	}
	return okJSON(s.tokenBody(issued))
}

// tokenBody is what IAM says of a token.
func (s *Server) tokenBody(issued issuedToken) map[string]any {
	return map[string]any{"token": map[string]any{
		"expires_at": issued.expires.UTC().Format(time.RFC3339Nano),
		"issued_at":  s.now().UTC().Format(time.RFC3339Nano),
		"project":    map[string]any{"id": issued.project},
		"catalog":    s.iam.catalog,
	}}
}

// scope is what a token is to be good for.
type scope struct {
	Project struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"project"`
}

func (s *Server) createToken(body []byte) reply {
	var sent struct {
		Auth struct {
			Identity struct {
				Methods  []string `json:"methods"`
				Password struct {
					User struct {
						ID       string `json:"id"`
						Name     string `json:"name"`
						Password string `json:"password"`
						Domain   struct {
							Name string `json:"name"`
						} `json:"domain"`
					} `json:"user"`
				} `json:"password"`
			} `json:"identity"`
			Scope scope `json:"scope"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil || !slices.Equal(sent.Auth.Identity.Methods, []string{"password"}) {
		return iamFault(http.StatusBadRequest, "Invalid parameter.", "")
	}
	user := sent.Auth.Identity.Password.User
	named := user.Name == UserName && user.Domain.Name == DomainName
	if !named && user.ID != UserID || user.Password != Password {
		return iamFault(http.StatusUnauthorized, "The username or password is wrong.", "")
	}
	return s.issueToken(sent.Auth.Scope)
}

func (s *Server) webIdentity(r *http.Request, body []byte) reply {
	var sent struct {
		Auth struct {
			IDToken struct {
				ID string `json:"id"`
			} `json:"id_token"`
			Scope scope `json:"scope"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return iamFault(http.StatusBadRequest, "Invalid parameter.", "")
	}
	if r.Header.Get("X-Idp-Id") != IdentityProvider || sent.Auth.IDToken.ID != IDToken {
		return iamFault(http.StatusUnauthorized, "The id token is invalid.", "")
	}
	return s.issueToken(sent.Auth.Scope)
}

// issueToken answers a token for a project.
func (s *Server) issueToken(wanted scope) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := wanted.Project.ID
	if ids := s.iam.projectNames[wanted.Project.Name]; len(ids) > 0 {
		id = ids[0]
	}
	if !s.projects[id] {
		return iamFault(http.StatusUnauthorized, "The project does not exist.", "")
	}
	s.iam.issued++
	token := fmt.Sprintf("mock-issued-token-%d-b4d7", s.iam.issued)
	issued := issuedToken{project: id, expires: s.now().Add(s.iam.tokenLife)}
	s.tokens[token] = issued
	answer := okJSON(s.tokenBody(issued))
	answer.status = http.StatusCreated
	answer.header = http.Header{"X-Subject-Token": {token}}
	return answer
}

func (s *Server) assumeRole(body []byte) reply {
	var sent struct {
		Auth struct {
			Identity struct {
				AssumeRole struct {
					AgencyName string `json:"agency_name"`
					DomainName string `json:"domain_name"`
				} `json:"assume_role"`
			} `json:"identity"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return iamFault(http.StatusBadRequest, "Invalid parameter.", "")
	}
	if role := sent.Auth.Identity.AssumeRole; role.AgencyName != AgencyName || role.DomainName != DomainName {
		return iamFault(http.StatusNotFound, "Could not find agency: "+role.AgencyName+".", "")
	}
	return s.issueKeys(http.StatusCreated)
}

// issueKeys answers temporary keys.
func (s *Server) issueKeys(status int) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.iam.issued++
	access := fmt.Sprintf("MOCKISSUEDKEY%07d", s.iam.issued)
	key := accessKey{
		secret:  fmt.Sprintf("mock-issued-secret-%d-2c81", s.iam.issued),
		token:   fmt.Sprintf("mock-issued-security-token-%d-77af", s.iam.issued),
		expires: s.now().Add(s.iam.keyLife),
	}
	s.keys[access] = key
	answer := okJSON(map[string]any{"credential": map[string]any{
		"access": access, "secret": key.secret, "securitytoken": key.token,
		"expires_at": key.expires.UTC().Format(time.RFC3339Nano),
	}})
	answer.status = status
	return answer
}

func (s *Server) metadataToken() reply {
	if s.iam.metadata == "" {
		return reply{status: http.StatusNotFound}
	}
	return reply{status: http.StatusOK, body: []byte(s.iam.metadata)}
}

func (s *Server) securityKey(r *http.Request) reply {
	if !s.iam.hasAgency {
		return reply{status: http.StatusNotFound, body: []byte("Please configure Cloud Service Agency first")}
	}
	if !equal(r.Header.Get("X-Metadata-Token"), s.iam.metadata) {
		return reply{status: http.StatusUnauthorized, body: []byte("Unauthorized")}
	}
	return s.issueKeys(http.StatusOK)
}

func (s *Server) listProjects(r *http.Request, operation Operation) reply {
	if operation == ListProjects && s.iam.ownOnly {
		return iamFault(http.StatusForbidden, "You are not authorized to perform the requested action.", "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.URL.Query().Get("name")
	found := []map[string]string{}
	for known, ids := range s.iam.projectNames {
		for _, id := range ids {
			if name == "" || name == known {
				found = append(found, map[string]string{"id": id, "name": known})
			}
		}
	}
	return okJSON(map[string]any{"projects": found})
}

// iamFault is an error of IAM, whose code is a number.
func iamFault(status int, message, reason string) reply {
	body := fmt.Appendf(nil, `{"error":{"code":%d,"message":%s,"title":%s}}`, status, quote(message+reason), quote(http.StatusText(status)))
	return reply{status: status, code: strconv.Itoa(status), body: body}
}
