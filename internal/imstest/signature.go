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

// verify recomputes the signature of a request and returns the account that its key belongs to. Its date has
// to be signed, and the security token if there is one: the vendor's SDK signs neither the host nor the type of the content.
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
	date := r.Header.Get("X-Sdk-Date")
	signed, err := time.Parse(signatureDate, date)
	if err != nil {
		return "", errors.New("X-Sdk-Date is missing or malformed")
	}
	if skew := s.now().Sub(signed).Abs(); skew > maxClockSkew {
		return "", fmt.Errorf("signature expired: X-Sdk-Date is off by %s", skew)
	}
	if !slices.Contains(given.headers, "x-sdk-date") {
		return "", errors.New("X-Sdk-Date is not signed")
	}
	if key.token != "" && !slices.Contains(given.headers, "x-security-token") {
		return "", errors.New("the security token of the temporary key is not signed")
	}
	if !equal(r.Header.Get("X-Security-Token"), key.token) {
		return "", errors.New("the security token does not belong to the access key")
	}

	canonical := canonicalRequest(r, given.headers, body)
	text := strings.Join([]string{signatureAlgorithm, date, hexSHA256([]byte(canonical))}, "\n")
	mac := hmac.New(sha256.New, []byte(key.secret))
	mac.Write([]byte(text))
	if !equal(hex.EncodeToString(mac.Sum(nil)), given.signature) {
		return "", errors.New("the signature does not fit the request")
	}
	return cmp.Or(key.account, DomainID), nil
}

type authorizationHeader struct {
	access, signature string
	headers           []string
}

// parseAuthorization reads "SDK-HMAC-SHA256 Access=..., SignedHeaders=a;b, Signature=...", or the same with
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

// canonicalRequest is the text that is signed, as the vendor documents it.
func canonicalRequest(r *http.Request, headers []string, body []byte) string {
	segments := strings.Split(r.URL.Path, "/")
	for i, segment := range segments {
		segments[i] = escape(segment)
	}
	path := strings.TrimSuffix(strings.Join(segments, "/"), "/") + "/"

	lines := []string{r.Method, path, canonicalQuery(r.URL.Query())}
	for _, name := range headers {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		lines = append(lines, name+":"+strings.TrimSpace(value))
	}
	return strings.Join(append(lines, "", strings.Join(headers, ";"), hexSHA256(body)), "\n")
}

func canonicalQuery(query url.Values) string {
	var pairs []string
	for name, values := range query {
		for _, value := range values {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// escape is RFC 3986's: only letters, digits, - _ . ~ stay. A query's "+" would be a space.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
