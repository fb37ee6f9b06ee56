package imstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// reply is an answer before it is written.
type reply struct {
	status int
	header http.Header
	body   []byte
	code   string // the error code in the body
	drop   bool   // the connection is closed instead

	drip    time.Duration // the pause after each byte of the body
	padding int64         // spaces after the body
}

// requestIDPlace in a body is where the request id goes.
const requestIDPlace = "{request_id}"

func withRequestID(body []byte, id string) []byte {
	return bytes.ReplaceAll(body, []byte(requestIDPlace), []byte(id))
}

func (r reply) write(w http.ResponseWriter, request *http.Request, requestID string) {
	if r.drop {
		panic(http.ErrAbortHandler) // the documented way to close the connection without an answer
	}
	w.Header().Set("X-Request-Id", requestID)
	if len(r.body) > 0 {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	}
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	if r.status != http.StatusNoContent && request.Method != http.MethodHead {
		r.writeBody(w, request)
	}
}

// writeBody writes until the client goes away at the longest, which then has no use for it.
func (r reply) writeBody(w http.ResponseWriter, request *http.Request) {
	if r.drip == 0 {
		_, _ = w.Write(r.body)
	}
	for i := range r.body {
		if r.drip == 0 || !sleep(request.Context(), r.drip) {
			break
		}
		_, _ = w.Write(r.body[i : i+1])
		_ = http.NewResponseController(w).Flush()
	}
	spaces := bytes.Repeat([]byte(" "), 1<<16)
	for left := r.padding; left > 0; left -= int64(len(spaces)) {
		if _, err := w.Write(spaces[:min(left, int64(len(spaces)))]); err != nil {
			return
		}
	}
}

func dropped() reply { return reply{drop: true} }

func noContent() reply { return reply{status: http.StatusNoContent} }

func okJSON(v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return imsFault(http.StatusInternalServerError, "IMG.0001", err.Error())
	}
	return reply{status: http.StatusOK, body: body}
}

// imsFault is an error of the service itself.
func imsFault(status int, code, message string) reply {
	return reply{status: status, code: code, body: imsBody(code, message)}
}

// gatewayFault is an error of the API gateway before the service.
func gatewayFault(status int, code, message string) reply {
	return reply{status: status, code: code, body: gatewayBody(code, message)}
}

func imsBody(code, message string) []byte {
	return fmt.Appendf(nil, `{"error":{"code":%s,"message":%s}}`, quote(code), quote(message))
}

func gatewayBody(code, message string) []byte {
	return fmt.Appendf(nil, `{"error_code":%s,"error_msg":%s,"request_id":%s}`, quote(code), quote(message), quote(requestIDPlace))
}

func quote(s string) []byte {
	quoted, _ := json.Marshal(s) //nolint:errchkjson // every string is a JSON string
	return quoted
}

func (s *Server) nextRequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("req-%08d", s.requests)
}
