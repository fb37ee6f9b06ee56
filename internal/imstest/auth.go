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

// Credentials that a server accepts from the start.
//
//nolint:gosec // they open nothing but this mock
const (
	Token             = "mock-token-6f1ed002ab5595859014ebf0951522d9"
	AccessKey         = "MOCKACCESSKEY0000001"
	SecretKey         = "mock-secret-key-0d4c1b7a9e8f6532"
	TempAccessKey     = "MOCKACCESSKEY0000002"
	TempSecretKey     = "mock-temporary-secret-key-93b2"
	TempSecurityToken = "mock-security-token-71c0a4e5d8f2b396"
)

const (
	signatureAlgorithm = "SDK-HMAC-SHA256"
	signatureDate      = "20060102T150405Z"
	maxClockSkew       = 15 * time.Minute
	unauthenticated    = "APIGW.0301"
	tokenExpired       = "APIGW.0307"
)

// accessKey is what the server knows of an access key.
type accessKey struct {
	secret  string
	token   string // of temporary keys: has to be sent and signed
	account string // whose projects it is good for; empty: DomainID's

	expires time.Time // of temporary keys; zero: never
}

// isOver reports whether a time has come. The zero time never does.
func (s *Server) isOver(t time.Time) bool { return !t.IsZero() && !s.now().Before(t) }

// WithAccessKey makes the server accept another access key. The security token is empty for a permanent one.
func WithAccessKey(id, secret, securityToken string) Option {
	return func(s *Server) { s.keys[id] = accessKey{secret: secret, token: securityToken} }
}

// WithToken makes the server accept another token.
func WithToken(token string) Option {
	return func(s *Server) { s.tokens[token] = issuedToken{project: ProjectID, everywhere: true} }
}

// WithTokenCheck makes a function judge the tokens that the server does not know, such as a Keystone that issued them. One
// that is good is good for every project.
func WithTokenCheck(good func(token string) bool) Option {
	return func(s *Server) { s.goodToken = good }
}

// RevokeTokens ends all tokens that IAM issued, as a changed password does.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, issued := range s.tokens {
		if issued.byIAM {
			s.tokens[token] = issuedToken{expires: s.now()}
		}
	}
}

// ExpireToken ends a token, as a day does, or a changed password: it is answered 401 APIGW.0307 from then on.
func (s *Server) ExpireToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[token] = issuedToken{expires: s.now()}
}

// caller is who a request comes from.
type caller struct {
	account    string
	project    string // that a token is good for; empty for keys, and for a token without a project
	token      bool
	everywhere bool // every project that the server knows
}

// authenticate returns who a request comes from, or the refusal of one that proves no identity. All that it was sent has to
// be right.
func (s *Server) authenticate(r *http.Request, body []byte) (caller, Answer, bool) {
	token, authorization := r.Header.Get("X-Auth-Token"), r.Header.Get("Authorization")
	if token == "" && authorization == "" {
		return caller{}, refuse(unauthenticated, "no token or signature"), false
	}
	var who caller
	if token != "" {
		var refusal Answer
		var ok bool
		if who, refusal, ok = s.checkToken(token); !ok {
			return caller{}, refusal, false
		}
	}
	if authorization != "" {
		account, err := s.verify(r, authorization, body)
		if err != nil {
			return caller{}, refuse(unauthenticated, "verify aksk signature fail, "+err.Error()), false
		}
		who = caller{account: account}
	}
	return who, Answer{}, true
}

func (s *Server) checkToken(token string) (caller, Answer, bool) {
	s.mu.Lock()
	issued, known := s.tokens[token]
	s.mu.Unlock()
	if !known && s.goodToken != nil && s.goodToken(token) {
		return caller{account: DomainID, token: true, everywhere: true}, Answer{}, true
	}
	if !known {
		return caller{}, refuse(unauthenticated, "decrypt token fail"), false
	}
	if s.isOver(issued.expires) {
		return caller{}, refuse(tokenExpired, "the token has expired"), false
	}
	return caller{account: DomainID, project: issued.project, token: true, everywhere: issued.everywhere}, Answer{}, true
}

// mayCall returns the refusal of a caller of the image service whose token or keys are not good for a project.
func (s *Server) mayCall(who caller, project string) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, known := s.projects[project]
	switch {
	case who.token && who.project == "" && !who.everywhere:
		return refuse(unauthenticated, "the token has no project"), false
	case !known, account != who.account, who.token && !who.everywhere && who.project != project:
		return IMSError(http.StatusBadRequest, codeWrongProject, "The project ID in the URL does not match the token."), false
	}
	return Answer{}, true
}

func refuse(code, reason string) Answer {
	return GatewayError(http.StatusUnauthorized, code, "Incorrect IAM authentication information: "+reason)
}

// verify recomputes the signature of a request and returns the account that its key belongs to. Its date has
// to be signed, and the security token if there is one: the vendor's SDK signs neither the host nor the type of the content.
func (s *Server) verify(r *http.Request, authorization string, body []byte) (account string, err error) {
	given, err := parseAuthorization(authorization)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	key, ok := s.keys[given.access]
	s.mu.Unlock()
	if !ok {
		return "", errors.New("access key does not exist")
	}
	if s.isOver(key.expires) {
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
