// Package imstest is an Image Management Service in memory, for tests and for the demo. It keeps images and their
// tags, holds the limits of the service, checks who calls, answers faults on demand, and logs what it was sent.
package imstest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// ProjectID is the project that a server knows from the start.
const ProjectID = "0123456789abcdef0123456789abcdef"

// TB is what this package needs of testing.TB: the package itself stays out of the programs that use the mock.
type TB interface {
	Helper()
	Cleanup(func())
}

// Server is the service. It is an http.Handler, and safe for concurrent use. Each test has one of its own.
type Server struct {
	url string
	now func() time.Time

	mu       sync.Mutex
	images   map[string]*image // by id
	order    []string          // ids in the order the images were added
	projects map[string]string // the account of each
	tokens   map[string]issuedToken
	keys     map[string]accessKey // by access key
	inKey    func(rune) bool      // the characters of a key
	inValue  func(rune) bool
	iam      identity

	goodToken func(token string) bool // judges tokens that are not known; may be nil

	faults   map[Operation][]Answer
	hook     func(Request) *Answer
	latency  time.Duration
	overlap  overlap
	writing  map[string]int // writes on their way, by image
	throttle throttle
	log      []*Request
	added    int // images, for their ids
	requests int // for the request ids

	readDelay time.Duration // until readers see a write
}

// Option changes what a server is made of.
type Option func(*Server)

// WithClock sets the clock that the date of a signature is held against.
func WithClock(now func() time.Time) Option {
	return func(s *Server) { s.now = now }
}

// WithCharacters sets which characters the service takes in keys and in values, which differs by cloud. The default
// takes all, as Open Telekom Cloud does.
func WithCharacters(inKey, inValue func(rune) bool) Option {
	return func(s *Server) { s.inKey, s.inValue = inKey, inValue }
}

// WithProject makes another project known to the server. One that is not known is answered 400 IMG.0030.
func WithProject(id string) Option {
	return func(s *Server) { s.projects[id] = DomainID }
}

// NewServer returns a server that does not listen.
func NewServer(options ...Option) *Server {
	anyCharacter := func(rune) bool { return true }
	s := &Server{
		now:      time.Now,
		images:   make(map[string]*image),
		projects: map[string]string{ProjectID: DomainID, OtherProjectID: OtherDomainID},
		tokens:   map[string]issuedToken{Token: {project: ProjectID, everywhere: true}},
		keys: map[string]accessKey{
			AccessKey:     {secret: SecretKey},
			TempAccessKey: {secret: TempSecretKey, token: TempSecurityToken},
		},
		inKey:   anyCharacter,
		inValue: anyCharacter,
		iam:     newIdentity(),
		faults:  make(map[Operation][]Answer),
		writing: make(map[string]int),
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// Start returns a server that listens on a loopback address until the test ends.
func Start(tb TB, options ...Option) *Server {
	tb.Helper()
	s := NewServer(options...)
	listener := httptest.NewServer(s)
	tb.Cleanup(func() {
		listener.CloseClientConnections() // ends the waits of those that are still there
		listener.Close()
	})
	s.url = listener.URL
	return s
}

// URL is the address of a server that [Start] returned, without a slash at the end.
func (s *Server) URL() string { return s.url }

// SetLatency makes every request wait this long before it is carried out, as a service far away does. A client that
// goes away ends the wait, and the request is not carried out.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// ServeHTTP answers a request: it is logged, and then carried out unless a fault is due.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := readRequest(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away half-way through
	}
	entry := s.record(request)
	id := s.nextRequestID()

	answer := s.answer(r, request)
	s.close(entry, answer)
	answer.write(w, r, id)
}

// answer decides how a request is answered.
func (s *Server) answer(r *http.Request, request *Request) Answer {
	if !s.takes(request) {
		return s.tooMany()
	}
	end, alone := s.begin(request)
	defer end()
	forced, latency := s.due(*request)
	if !alone {
		return overlaps()
	}
	if !sleep(r.Context(), latency) {
		return Answer{Drop: true}
	}
	return s.answerForced(r, request, forced)
}

// answerForced carries the request out unless the answer of a test forbids it.
func (s *Server) answerForced(r *http.Request, request *Request, forced Answer) Answer {
	var own Answer
	if forced.CarryOut {
		own = s.serve(r, request)
	}
	switch {
	case !sleep(r.Context(), forced.Delay) || forced.Drop:
		return Answer{Drop: true}
	case forced.Status != 0:
		return forced
	case forced.CarryOut:
		return own
	default:
		return s.serve(r, request)
	}
}

// serve does what the gateway and the service do: find the endpoint, check who calls, carry the request out.
func (s *Server) serve(r *http.Request, request *Request) Answer {
	if request.Operation == Unknown {
		return GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment")
	}
	if request.isIAM() {
		return s.answerIAM(r, request)
	}
	who, refusal, ok := s.authenticate(r, request.Body)
	if !ok {
		return refusal
	}
	if refusal, ok := s.mayCall(who, request.ProjectID); !ok {
		return refusal
	}
	return s.carryOut(request)
}
