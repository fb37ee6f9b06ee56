package auth

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// metadataTokenLife is how long the metadata service is asked to honour its own token.
const metadataTokenLife = "21600" // seconds

// temporaryKeys are keys that IAM or the metadata service gives out for some hours.
type temporaryKeys struct {
	Credential struct {
		Access        string    `json:"access"`
		Secret        string    `json:"secret"`
		SecurityToken string    `json:"securitytoken"`
		ExpiresAt     time.Time `json:"expires_at"`
	} `json:"credential"`
}

// grant makes a transport of the keys, which were given out when the service's own clock stood at dated. How long they are
// good is a matter of that clock: the one of this machine may be wrong.
func (k temporaryKeys) grant(dated time.Time, next http.RoundTripper, now func() time.Time) (*Grant, error) {
	c := k.Credential
	if c.Access == "" || c.Secret == "" || c.SecurityToken == "" || c.ExpiresAt.IsZero() {
		return nil, errors.New("the response has no temporary keys")
	}
	issued := now()
	if dated.IsZero() {
		dated = issued
	}
	return &Grant{
		Transport:  &AccessKey{ID: c.Access, Secret: c.Secret, SecurityToken: c.SecurityToken, Now: now, Next: next},
		Issued:     issued,
		Expires:    issued.Add(c.ExpiresAt.Sub(dated)),
		RenewOn401: true,
	}, nil
}

// fetchKeys makes a call that is answered with temporary keys.
func (i IAM) fetchKeys(ctx context.Context, call iamCall, next http.RoundTripper, now func() time.Time) (*Grant, error) {
	var keys temporaryKeys
	call.answer = &keys
	header, err := i.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return i.keysGrant(keys, header, call.url, next, now)
}

// keysGrant makes a grant of the keys that an answer holds.
func (i IAM) keysGrant(
	keys temporaryKeys, header http.Header, url string, next http.RoundTripper, now func() time.Time,
) (*Grant, error) {
	i.Secrets.Add(keys.Credential.Access, keys.Credential.Secret, keys.Credential.SecurityToken)
	dated, _ := http.ParseTime(header.Get("Date")) // zero without one
	grant, err := keys.grant(dated, next, now)
	if err != nil {
		return nil, &LoginError{Way: i.Way, URL: url, Err: err}
	}
	return grant, nil
}

// Role is an agency whose rights are taken over.
type Role struct {
	AgencyName string
	DomainName string // of the account that the agency belongs to; or its id
	DomainID   string
	Duration   time.Duration
}

// AssumeRole returns a login that takes the rights of an agency over:
// POST {iam}/v3.0/OS-CREDENTIAL/securitytokens. The keys it gets are used over next.
func (i IAM) AssumeRole(role Role, next http.RoundTripper, now func() time.Time) Login {
	type assumeRole struct {
		AgencyName string `json:"agency_name"`
		DomainName string `json:"domain_name,omitempty"`
		DomainID   string `json:"domain_id,omitempty"`
		Duration   int    `json:"duration_seconds"`
	}
	type identity struct {
		Methods    []string   `json:"methods"`
		AssumeRole assumeRole `json:"assume_role"`
	}
	body := map[string]map[string]identity{"auth": {"identity": {
		Methods: []string{"assume_role"},
		AssumeRole: assumeRole{
			AgencyName: role.AgencyName, DomainName: role.DomainName, DomainID: role.DomainID,
			Duration: int(role.Duration / time.Second),
		},
	}}}
	return func(ctx context.Context) (*Grant, error) {
		url := i.vendor() + "/OS-CREDENTIAL/securitytokens"
		return i.fetchKeys(ctx, iamCall{method: http.MethodPost, url: url, body: body, status: http.StatusCreated}, next, now)
	}
}

// TrustAgency is an agency of the new IAM whose rights are taken over.
type TrustAgency struct {
	URL      string // of the security token service, without the API version
	URN      string // iam::<account id>:agency:<name>
	Duration time.Duration
}

// agencySession names the session in the account's audit log.
const agencySession = "terraform-provider-ims"

// AssumeAgency returns a login that takes the rights of a trust agency over: POST {sts}/v5/agencies/assume. The keys it
// gets are used over next.
func (i IAM) AssumeAgency(agency TrustAgency, next http.RoundTripper, now func() time.Time) Login {
	url := agency.URL + "/v5/agencies/assume"
	call := iamCall{method: http.MethodPost, url: url, status: http.StatusOK, body: map[string]any{
		"agency_urn": agency.URN, "agency_session_name": agencySession, "duration_seconds": int(agency.Duration / time.Second),
	}}
	i.Account = nil // the urn names the account
	return func(ctx context.Context) (*Grant, error) {
		var answer struct {
			Credentials struct {
				Access        string    `json:"access_key_id"`
				Secret        string    `json:"secret_access_key"`
				SecurityToken string    `json:"security_token"`
				Expiration    time.Time `json:"expiration"`
			} `json:"credentials"`
		}
		call := call
		call.answer = &answer
		header, err := i.do(ctx, call)
		if err != nil {
			return nil, err
		}
		var keys temporaryKeys
		keys.Credential.Access, keys.Credential.Secret = answer.Credentials.Access, answer.Credentials.Secret
		keys.Credential.SecurityToken, keys.Credential.ExpiresAt = answer.Credentials.SecurityToken, answer.Credentials.Expiration
		return i.keysGrant(keys, header, url, next, now)
	}
}

// Metadata logs in with the keys of the agency that the machine has: GET {url}/openstack/latest/securitykey.
type Metadata struct {
	Way     string            // for errors
	URL     string            // http://169.254.169.254
	Link    http.RoundTripper // to the metadata service, never through a proxy
	Next    http.RoundTripper // to the service
	Now     func() time.Time
	Secrets *Secrets // learns the keys
}

// Login gets the keys. Where the metadata service wants a token of its own, it is fetched first.
func (m Metadata) Login(ctx context.Context) (*Grant, error) {
	service := IAM{Way: m.Way, Next: m.Link, Secrets: m.Secrets}
	header, err := m.authorize(ctx, service)
	if err != nil {
		return nil, err
	}
	call := iamCall{method: http.MethodGet, url: m.URL + "/openstack/latest/securitykey", header: header, status: http.StatusOK}
	return service.fetchKeys(ctx, call, m.Next, m.Now)
}

// authorize returns the header with the token of the metadata service, an empty one where it does not give one out:
// older ones do not, and a newer one refuses the next call.
func (m Metadata) authorize(ctx context.Context, service IAM) (http.Header, error) {
	var token string
	_, err := service.do(ctx, iamCall{
		method: http.MethodPut,
		url:    m.URL + "/meta-data/latest/api/token",
		header: http.Header{"X-Metadata-Token-Ttl-Seconds": {metadataTokenLife}},
		status: http.StatusOK,
		answer: &token,
	})
	var failed *LoginError
	if errors.As(err, &failed) && failed.Status != 0 {
		return http.Header{}, nil
	}
	if err != nil {
		return nil, err
	}
	service.Secrets.Add(token)
	return http.Header{"X-Metadata-Token": {token}}, nil
}
