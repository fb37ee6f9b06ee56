// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	signatureAlgorithm = "SDK-HMAC-SHA256"
	signatureDate      = "20060102T150405Z"
	maxClockSkew       = 15 * time.Minute
)

// verify checks the signature of a request and returns the account of its access key. The date must be signed, and so
// must the security token of a temporary key. The vendor's SDK signs neither the host nor the content type.
func (s *Server) verify(r *http.Request, authorization string, body []byte) (account string, err error) {
	given, err := parseAuthorization(authorization)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	key, ok := s.iam.keys[given.access]
	s.mu.Unlock()
	if !ok {
		return "", errors.New("access key does not exist")
	}
	if s.hasExpired(key.expires) {
		return "", errors.New("the temporary key has expired")
	}
	if err := s.verifyDate(r, given); err != nil {
		return "", err
	}
	if err := verifySecurityToken(r, given, key); err != nil {
		return "", err
	}
	if r.Header.Get("X-Project-Id") != "" && !slices.Contains(given.headers, "x-project-id") {
		return "", errors.New("X-Project-Id is not signed")
	}
	if !equal(signatureOf(r, given.headers, body, key.secret), given.signature) {
		return "", errors.New("the signature does not match the request")
	}
	return cmp.Or(key.account, DomainID), nil
}

func (s *Server) verifyDate(r *http.Request, given authorizationHeader) error {
	signed, err := time.Parse(signatureDate, r.Header.Get("X-Sdk-Date"))
	if err != nil {
		return errors.New("X-Sdk-Date is missing or malformed")
	}
	if skew := s.now().Sub(signed).Abs(); skew > maxClockSkew {
		return fmt.Errorf("signature expired: X-Sdk-Date is off by %s", skew)
	}
	if !slices.Contains(given.headers, "x-sdk-date") {
		return errors.New("X-Sdk-Date is not signed")
	}
	return nil
}

func verifySecurityToken(r *http.Request, given authorizationHeader, key accessKey) error {
	if key.token != "" && !slices.Contains(given.headers, "x-security-token") {
		return errors.New("the security token of the temporary key is not signed")
	}
	if !equal(r.Header.Get("X-Security-Token"), key.token) {
		return errors.New("the security token does not belong to the access key")
	}
	return nil
}

// authorizationHeader is the parsed header of a signed request.
type authorizationHeader struct {
	access, signature string
	headers           []string
}

// parseAuthorization parses "SDK-HMAC-SHA256 Access=..., SignedHeaders=a;b, Signature=...", or the same with
// Credential=ACCESS/date/region/service/sdk_request.
func parseAuthorization(value string) (authorizationHeader, error) {
	rest, found := strings.CutPrefix(value, signatureAlgorithm+" ")
	if !found {
		return authorizationHeader{}, errors.New("unknown signature algorithm")
	}
	fields := make(map[string]string)
	for field := range strings.SplitSeq(rest, ",") {
		name, content, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = content
	}
	credential, _, _ := strings.Cut(fields["Credential"], "/")
	return authorizationHeader{
		access:    cmp.Or(fields["Access"], credential),
		signature: fields["Signature"],
		headers:   strings.Split(fields["SignedHeaders"], ";"),
	}, nil
}

func signatureOf(r *http.Request, headers []string, body []byte, secret string) string {
	canonical := canonicalRequest(r, headers, body)
	text := strings.Join([]string{signatureAlgorithm, r.Header.Get("X-Sdk-Date"), hexSHA256([]byte(canonical))}, "\n")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonicalRequest is the text that is signed, as documented by the vendor.
func canonicalRequest(r *http.Request, headers []string, body []byte) string {
	segments := strings.Split(r.URL.Path, "/")
	for i, segment := range segments {
		segments[i] = escape(segment)
	}
	path := strings.TrimSuffix(strings.Join(segments, "/"), "/") + "/"

	lines := []string{r.Method, path, canonicalQuery(r.URL.RawQuery)}
	for _, name := range headers {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		lines = append(lines, name+":"+strings.TrimSpace(value))
	}
	return strings.Join(append(lines, "", strings.Join(headers, ";"), hexSHA256(body)), "\n")
}

// canonicalQuery reads the query as it was sent. A "+" in it is a plus and not a space: the vendor's SDK sends a space as %20,
// which is how it signs one.
func canonicalQuery(sent string) string {
	var pairs []string
	for pair := range strings.SplitSeq(sent, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		pairs = append(pairs, escapeSent(name)+"="+escapeSent(value))
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// escapeSent escapes a part of a query that may be escaped in another way. It leaves an invalid part as it is.
func escapeSent(s string) string {
	text, err := url.PathUnescape(s)
	if err != nil {
		return s
	}
	return escape(text)
}

// escape escapes all characters but letters, digits, and - _ . ~, as RFC 3986 requires. QueryEscape uses "+" for a space.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
