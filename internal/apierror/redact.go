// SPDX-License-Identifier: MPL-2.0

package apierror

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// jsonString is a string of a JSON text, with its quotes.
var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// redactStrings redacts the strings of a JSON text. They may be escaped, as in "a\/b" and "a\u002bb", so that the text itself does
// not show the secret. Strings without a secret stay as they are, and so does everything else. The text need not be valid,
// because it may have been cut.
func redactStrings(text []byte, redact func(string) string) []byte {
	return jsonString.ReplaceAllFunc(text, func(quoted []byte) []byte {
		var content string
		if json.Unmarshal(quoted, &content) != nil {
			return quoted
		}
		redacted := redact(content)
		if redacted == content {
			return quoted
		}
		return quote(redacted)
	})
}

// quote returns a JSON string that is readable: without the escapes that are only needed in HTML.
func quote(content string) []byte {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return nil // rather nothing than a secret, although a string can always be encoded
	}
	return bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))
}
