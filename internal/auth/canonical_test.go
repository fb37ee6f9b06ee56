// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// signedByHand returns the Authorization header of a request as the vendor documents it. It only uses the standard
// library.
func signedByHand(r received, path string) string {
	headers := []string{"host:" + r.Host, "x-project-id:" + r.Header.Get("X-Project-Id"), "x-sdk-date:" + r.Header.Get("X-Sdk-Date")}
	if token := r.Header.Get("X-Security-Token"); token != "" {
		headers = append(headers, "x-security-token:"+token)
	}
	names := make([]string, len(headers))
	for i, header := range headers {
		names[i], _, _ = strings.Cut(header, ":")
	}
	canonical := strings.Join([]string{
		r.Method, canonicalPath(path), canonicalQuery(r.URL.Query()),
		strings.Join(headers, "\n"), "", strings.Join(names, ";"), digest(r.body),
	}, "\n")

	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte("SDK-HMAC-SHA256\n" + r.Header.Get("X-Sdk-Date") + "\n" + digest(canonical)))
	return "SDK-HMAC-SHA256 Access=" + accessKeyID + ", SignedHeaders=" + strings.Join(names, ";") +
		", Signature=" + hex.EncodeToString(mac.Sum(nil))
}

// canonicalPath escapes each segment and ends with a slash.
func canonicalPath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = escape(segment)
	}
	return strings.TrimSuffix(strings.Join(segments, "/"), "/") + "/"
}

// canonicalQuery sorts by name and then by value, both before escaping.
func canonicalQuery(query url.Values) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range slices.Sorted(slices.Values(query[name])) {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// escape leaves letters, digits, - _ . and ~ as they are.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// TestSignedByHand compares signedByHand with a signature that was computed with OpenSSL:
//
//	printf 'SDK-HMAC-SHA256\n%s\n%s' "$date" "$(printf "$canonical" | sha256sum | cut -d' ' -f1)" | openssl dgst -sha256 -hmac "$secret"
func TestSignedByHand(t *testing.T) {
	t.Parallel()
	r := received{newRequest(t, "DELETE", "https://ims.example.com/v2/p/images/i/tags/a%20b?limit=1", ""), ""}
	r.Header.Set("X-Sdk-Date", date)
	r.Header.Set("X-Project-Id", project)
	got := signedByHand(r, r.URL.Path)
	const want = "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=host;x-project-id;x-sdk-date, Signature=989714573752b51e581140753841855efbad2931e75a623e896810a254ba723b"
	if got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}
