// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// metadataTokenLife is the lifetime of a token of the metadata service, in seconds.
const metadataTokenLife = "21600"

// temporaryKeys is a temporary access key that IAM or the metadata service returns.
type temporaryKeys struct {
	Credential struct {
		Access        string    `json:"access"`
		Secret        string    `json:"secret"`
		SecurityToken string    `json:"securitytoken"`
		ExpiresAt     time.Time `json:"expires_at"`
	} `json:"credential"`
}

// grant returns a grant with the keys. Its expiry is computed from serverTime, the time at which the server sent the keys,
// because the clock of this machine may be wrong. A zero serverTime means the time of this machine.
func (k temporaryKeys) grant(serverTime time.Time, next http.RoundTripper, now func() time.Time) (*Grant, error) {
	c := k.Credential
	if c.Access == "" || c.Secret == "" || c.SecurityToken == "" || c.ExpiresAt.IsZero() {
		return nil, errors.New("the response has no temporary keys")
	}
	issued := now()
	if serverTime.IsZero() {
		serverTime = issued
	}
	return &Grant{
		Transport:  &AccessKey{ID: c.Access, Secret: c.Secret, SecurityToken: c.SecurityToken, Now: now, Next: next},
		Issued:     issued,
		Expires:    issued.Add(c.ExpiresAt.Sub(serverTime)),
		RenewOn401: true,
	}, nil
}

// fetchKeys makes a call that returns temporary keys.
func (i IAM) fetchKeys(ctx context.Context, call iamCall, next http.RoundTripper, now func() time.Time) (*Grant, error) {
	var keys temporaryKeys
	call.result = &keys
	header, err := i.do(ctx, call)
	if err != nil {
		return nil, err
	}
	return i.keysGrant(keys, header, call, next, now)
}

// keysGrant returns a grant with the keys of a response, and adds the keys to the secrets.
func (i IAM) keysGrant(
	keys temporaryKeys, header http.Header, call iamCall, next http.RoundTripper, now func() time.Time,
) (*Grant, error) {
	i.Secrets.Add(keys.Credential.Access, keys.Credential.Secret, keys.Credential.SecurityToken)
	serverTime, _ := http.ParseTime(header.Get("Date")) // zero without the header
	grant, err := keys.grant(serverTime, next, now)
	if err != nil {
		return nil, &LoginError{Method: i.Method, URL: call.url, Status: call.wantStatus, Err: err}
	}
	return grant, nil
}

// Role is an agency to assume.
type Role struct {
	AgencyName string
	DomainName string // of the account of the agency; may be empty with DomainID
	DomainID   string
	Duration   time.Duration // lifetime of the keys
}

// AssumeRole returns a login that assumes an agency: POST {iam}/v3.0/OS-CREDENTIAL/securitytokens. Requests with the
// temporary keys are sent over next.
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
		url := i.vendorURL() + "/OS-CREDENTIAL/securitytokens"
		return i.fetchKeys(ctx, iamCall{httpMethod: http.MethodPost, url: url, body: body, wantStatus: http.StatusCreated}, next, now)
	}
}

// TrustAgency is a trust agency to assume.
type TrustAgency struct {
	URL      string // of the security token service, without the API version
	URN      string // iam::<account id>:agency:<name>
	Duration time.Duration
}

// agencySession is the name of the session in the audit log of the account.
const agencySession = "terraform-provider-ims"

// AssumeAgency returns a login that assumes a trust agency: POST {sts}/v5/agencies/assume. Requests with the temporary
// keys are sent over next.
func (i IAM) AssumeAgency(agency TrustAgency, next http.RoundTripper, now func() time.Time) Login {
	url := agency.URL + "/v5/agencies/assume"
	call := iamCall{httpMethod: http.MethodPost, url: url, wantStatus: http.StatusOK, body: map[string]any{
		"agency_urn": agency.URN, "agency_session_name": agencySession, "duration_seconds": int(agency.Duration / time.Second),
	}}
	i.Account = nil // the URN contains the account
	return func(ctx context.Context) (*Grant, error) {
		var response struct {
			Credentials struct {
				Access        string    `json:"access_key_id"`
				Secret        string    `json:"secret_access_key"`
				SecurityToken string    `json:"security_token"`
				Expiration    time.Time `json:"expiration"`
			} `json:"credentials"`
		}
		call := call
		call.result = &response
		header, err := i.do(ctx, call)
		if err != nil {
			return nil, err
		}
		var keys temporaryKeys
		keys.Credential.Access, keys.Credential.Secret = response.Credentials.Access, response.Credentials.Secret
		keys.Credential.SecurityToken, keys.Credential.ExpiresAt = response.Credentials.SecurityToken, response.Credentials.Expiration
		return i.keysGrant(keys, header, call, next, now)
	}
}

// Metadata logs in with the temporary keys of the agency of an ECS instance, which the metadata service returns.
type Metadata struct {
	Method    string            // login method, for errors
	URL       string            // http://169.254.169.254
	Transport http.RoundTripper // for requests to the metadata service, without a proxy
	Next      http.RoundTripper // for requests with the keys
	Now       func() time.Time
	Secrets   *Secrets // receives the keys
}

// Login requests the keys: GET {url}/openstack/latest/securitykey. Before, it requests the session token that newer
// metadata services require: PUT {url}/meta-data/latest/api/token.
func (m Metadata) Login(ctx context.Context) (*Grant, error) {
	service := IAM{Method: m.Method, Next: m.Transport, Secrets: m.Secrets}
	header, err := m.authorize(ctx, service)
	if err != nil {
		return nil, err
	}
	call := iamCall{httpMethod: http.MethodGet, url: m.URL + "/openstack/latest/securitykey", header: header, wantStatus: http.StatusOK}
	return service.fetchKeys(ctx, call, m.Next, m.Now)
}

// authorize returns a header with a session token of the metadata service. The header is empty if the service returns an
// error: older services have no tokens, and newer ones reject the next call.
func (m Metadata) authorize(ctx context.Context, service IAM) (http.Header, error) {
	var token string
	_, err := service.do(ctx, iamCall{
		httpMethod: http.MethodPut,
		url:        m.URL + "/meta-data/latest/api/token",
		header:     http.Header{"X-Metadata-Token-Ttl-Seconds": {metadataTokenLife}},
		wantStatus: http.StatusOK,
		result:     &token,
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
