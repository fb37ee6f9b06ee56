// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestForcedHeaders(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	s.Force(imstest.Unknown, imstest.Answer{
		Status: http.StatusServiceUnavailable,
		Header: http.Header{"Retry-After": {"7"}, "Content-Type": {"application/xml"}, "X-Request-Id": nil},
		Body:   "<error/>",
	})
	got := send(t, s, http.MethodGet, "/", "")
	if got.status != 503 || got.body != "<error/>" || got.header.Get("Retry-After") != "7" || got.header.Get("Content-Type") != "application/xml" {
		t.Errorf("got %+v", got)
	}
	if _, there := got.header["X-Request-Id"]; there {
		t.Error("the answer has an X-Request-Id, which it was told to leave out")
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer imstest.Answer
		after  tags
	}{
		"a request that is lost on its way is not carried out": {imstest.Answer{Drop: true}, nil},
		"an answer that is lost on its way was carried out":    {imstest.Answer{Drop: true, CarryOut: true}, tags{"k": "v"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, nil)
			s.Force(imstest.WriteTag, c.answer)
			_, err := try(newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")))
			if !errors.Is(err, io.EOF) {
				t.Errorf("got the error %v, want a closed connection", err)
			}
			expectTags(t, s, image, c.after)
			if logged := s.Requests(); len(logged) != 1 || logged[0].Status != 0 {
				t.Errorf("the log has %+v, want one call without an answer", logged)
			}
		})
	}
}

func TestARequestIsCarriedOutAndAnsweredWithAnError(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	lost := imstest.GatewayError(http.StatusGatewayTimeout, "APIGW.0201", "Backend timeout")
	lost.CarryOut = true
	s.Force(imstest.WriteTag, lost)
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")).expect(t, http.StatusGatewayTimeout, "APIGW.0201")
	expectTags(t, s, image, tags{"k": "v"})
}

func TestWaitingEndsWhenTheClientGoesAway(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		latency time.Duration
		answer  *imstest.Answer
		after   tags
	}{
		"of a distant service": {time.Hour, nil, nil},
		"of a delayed request": {0, &imstest.Answer{Delay: time.Hour}, nil},
		"of a delayed error":   {0, &imstest.Answer{Delay: time.Hour, Status: http.StatusBadGateway}, nil},
		"of a delayed answer":  {0, &imstest.Answer{Delay: time.Hour, CarryOut: true}, tags{"k": "v"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *imstest.Server
			var image string
			t.Cleanup(func() { expectTags(t, s, image, c.after) }) // runs after the server has ended
			s, image = startWithTags(t, nil)
			s.SetLatency(c.latency)
			ctx, cancel := context.WithCancel(t.Context())
			s.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
				cancel()
				return c.answer
			})
			_, err := try(newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v")).WithContext(ctx))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got the error %v, want it cancelled", err)
			}
		})
	}
}

func TestADelayedRequestIsCarriedOutAndAnswered(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, tags{"c": "3"})
	s.SetLatency(time.Microsecond)
	s.Force(imstest.WriteTag, imstest.Answer{Delay: time.Microsecond}, imstest.Answer{Delay: time.Microsecond, CarryOut: true})
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "a", "1")).expect(t, http.StatusNoContent, "")
	send(t, s, http.MethodPost, tagsPath(image), tagBody(t, "b", "2")).expect(t, http.StatusNoContent, "")
	s.Force(imstest.DeleteTag, imstest.Answer{CarryOut: true})
	send(t, s, http.MethodDelete, tagsPath(image)+"/c", "").expect(t, http.StatusNoContent, "") // a second time, it would be a 404
	expectTags(t, s, image, tags{"a": "1", "b": "2"})
}

func TestABodyThatIsSlowAndOneThatIsLong(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	s.Force(imstest.ListTags, imstest.Answer{Status: http.StatusOK, Body: `{"tags":[]}`, Drip: time.Millisecond})
	start := time.Now()
	send(t, s, http.MethodGet, tagsPath(absentImage), "").expectJSON(t, `{"tags":[]}`)
	if took := time.Since(start); took < time.Duration(len(`{"tags":[]}`))*time.Millisecond {
		t.Errorf("the body took %s, want a millisecond a byte", took)
	}
	s.Force(imstest.ListTags, imstest.Answer{Status: http.StatusOK, Body: `{"tags":[]}`, Padding: 100_000})
	if got := send(t, s, http.MethodGet, tagsPath(absentImage), ""); got.body != `{"tags":[]}`+strings.Repeat(" ", 100_000) {
		t.Errorf("the body has %d bytes", len(got.body))
	}
}
