// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"bytes"
	"maps"
	"net/http"
	"strings"
)

// write sends the answer to the client.
func (a Answer) write(w http.ResponseWriter, r *http.Request, requestID string) {
	if a.Drop {
		panic(http.ErrAbortHandler) // the documented way to close the connection without a response
	}
	w.Header().Set("X-Request-Id", requestID)
	if a.Body != "" {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	}
	maps.Copy(w.Header(), a.Header)
	w.WriteHeader(a.Status)
	if a.Status != http.StatusNoContent && r.Method != http.MethodHead {
		a.Body = strings.ReplaceAll(a.Body, requestIDPlaceholder, requestID)
		a.writeBody(w, r)
	}
}

// writeBody writes the body and the padding, until the client disconnects.
func (a Answer) writeBody(w http.ResponseWriter, r *http.Request) {
	if a.Drip == 0 {
		_, _ = w.Write([]byte(a.Body))
	} else if !a.drip(w, r) {
		return
	}
	spaces := bytes.Repeat([]byte(" "), 1<<16)
	for left := a.Padding; left > 0; left -= int64(len(spaces)) {
		if _, err := w.Write(spaces[:min(left, int64(len(spaces)))]); err != nil {
			return
		}
	}
}

// drip writes the body byte by byte. It reports whether the client is still connected.
func (a Answer) drip(w http.ResponseWriter, r *http.Request) bool {
	for i := range len(a.Body) {
		if !sleep(r.Context(), a.Drip) {
			return false
		}
		_, _ = w.Write([]byte{a.Body[i]})
		_ = http.NewResponseController(w).Flush()
	}
	return true
}
