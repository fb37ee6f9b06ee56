// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// assumeRole issues temporary keys with the permissions of an agency.
func (s *Server) assumeRole(who caller, body []byte) Answer {
	var sent struct {
		Auth struct {
			Identity struct {
				Methods    []string `json:"methods"`
				AssumeRole struct {
					AgencyName string `json:"agency_name"`
					DomainName string `json:"domain_name"`
					DomainID   string `json:"domain_id"`
				} `json:"assume_role"`
			} `json:"identity"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil || !slices.Equal(sent.Auth.Identity.Methods, []string{"assume_role"}) {
		return iamError(http.StatusBadRequest, "Invalid parameter.")
	}
	if who.account != DomainID {
		return forbidden("")
	}
	role := sent.Auth.Identity.AssumeRole
	account := role.DomainID
	if account == "" {
		account = map[string]string{DomainName: DomainID, OtherDomainName: OtherDomainID}[role.DomainName]
	}
	if role.AgencyName != AgencyName || account != DomainID && account != OtherDomainID {
		return iamError(http.StatusNotFound, "Could not find agency: "+role.AgencyName+".")
	}
	return s.issueKeys(http.StatusCreated, account)
}

// issueKeys answers with new temporary keys of an account.
func (s *Server) issueKeys(status int, account string) Answer {
	access, key := s.newKey(account, s.iam.keyLifetime)
	answer := okJSON(map[string]any{"credential": map[string]any{
		"access": access, "secret": key.secret, "securitytoken": key.token,
		"expires_at": key.expires.UTC().Format(time.RFC3339Nano),
	}})
	answer.Status = status
	return answer
}

func (s *Server) newKey(account string, lifetime time.Duration) (access string, key accessKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.iam.issued++
	access = fmt.Sprintf("MOCKISSUEDKEY%07d", s.iam.issued)
	key = accessKey{
		secret:  fmt.Sprintf("mock-issued-secret-%d-2c81", s.iam.issued),
		token:   fmt.Sprintf("mock-issued-security-token-%d-77af", s.iam.issued),
		account: account,
		expires: s.now().Add(lifetime),
	}
	s.iam.keys[access] = key
	return access, key
}

// Limits of the duration of a session.
const (
	minSession = 900   // seconds
	maxSession = 43200 // seconds
)

// assumeAgency issues temporary keys with the permissions of a trust agency.
func (s *Server) assumeAgency(body []byte) Answer {
	var sent struct {
		AgencyURN         string `json:"agency_urn"`
		AgencySessionName string `json:"agency_session_name"`
		DurationSeconds   *int   `json:"duration_seconds"`
	}
	if json.Unmarshal(body, &sent) != nil || len(sent.AgencySessionName) < 2 {
		return GatewayError(http.StatusBadRequest, "STS5.1001", "The request parameter agency_session_name is invalid.")
	}
	if seconds := sent.DurationSeconds; seconds != nil && (*seconds < minSession || *seconds > maxSession) {
		return GatewayError(http.StatusBadRequest, "STS5.1001", "The request parameter duration_seconds is invalid.")
	}
	if sent.AgencyURN != TrustAgencyURN {
		return GatewayError(http.StatusForbidden, "STS5.1003", "You are not authorized to assume the agency.")
	}
	access, key := s.newKey(OtherDomainID, s.iam.keyLifetime)
	return okJSON(map[string]any{
		"assumed_agency": map[string]any{
			"urn": "sts::" + OtherDomainID + ":assumed-agency:mock-trust/" + sent.AgencySessionName,
			"id":  "a:" + sent.AgencySessionName,
		},
		"credentials": map[string]any{
			"access_key_id": access, "secret_access_key": key.secret, "security_token": key.token,
			"expiration": key.expires.UTC().Format(time.RFC3339),
		},
	})
}

func (s *Server) metadataToken() Answer {
	if s.iam.metadataToken == "" {
		return Answer{Status: http.StatusNotFound}
	}
	return Answer{Status: http.StatusOK, Body: s.iam.metadataToken}
}

func (s *Server) securityKey(r *http.Request) Answer {
	if !s.iam.hasAgency {
		return Answer{Status: http.StatusNotFound, Body: "Please configure Cloud Service Agency first"}
	}
	if !equal(r.Header.Get("X-Metadata-Token"), s.iam.metadataToken) {
		return Answer{Status: http.StatusUnauthorized, Body: "Unauthorized"}
	}
	return s.issueKeys(http.StatusOK, DomainID)
}
