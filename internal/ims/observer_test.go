// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestObserverGetsEachAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
			<-time.After(time.Duration(number) * time.Millisecond)
			switch number {
			case 1:
				return nil, io.EOF
			case 2:
				return faketransport.Response(503, `{"request_id":"in the body"}`, "X-Request-Id", "r-2"), nil
			}
			return faketransport.Response(204, ""), nil
		}}
		type key struct{}
		var attempts []ims.Attempt
		c := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, func(c *ims.Config) {
			c.Observe = func(ctx context.Context, attempt ims.Attempt) {
				if ctx.Value(key{}) != "call" {
					t.Error("the context is not that of the call")
				}
				attempts = append(attempts, attempt)
			}
		})
		ctx := context.WithValue(t.Context(), key{}, "call")
		if err := c.DeleteTag(ctx, image, "k"); err != nil {
			t.Fatal(err)
		}

		attempt := func(number, status int, requestID string, err error) ims.Attempt {
			return ims.Attempt{
				Operation: ims.OperationDeleteTag, Method: "DELETE", Path: tagPath + "/k", Number: number, StatusCode: status,
				RequestID: requestID, Duration: time.Duration(number) * time.Millisecond, Err: err,
			}
		}
		want := []ims.Attempt{attempt(1, 0, "", io.EOF), attempt(2, 503, "r-2", nil), attempt(3, 204, "", nil)}
		if !slices.Equal(attempts, want) {
			t.Errorf("the attempts are\n%+v\nwant\n%+v", attempts, want)
		}
	})
}

func TestObserverGetsOnlyAttemptsThatWereSent(t *testing.T) {
	t.Parallel()
	observed := 0
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) { return faketransport.Response(401, ""), nil }}
	c := newClient(t, fakeEndpoint, withTransport(f), func(c *ims.Config) {
		c.Observe = func(context.Context, ims.Attempt) { observed++ }
	})
	for range 3 {
		if err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
			t.Fatal("it succeeded")
		}
	}
	if observed != 1 || f.Sent() != 1 {
		t.Errorf("%d attempts were observed, and %d requests were sent, want one each", observed, f.Sent())
	}
}

func TestDurationsUseTheConfiguredClock(t *testing.T) {
	t.Parallel()
	clock := time.Unix(0, 0)
	var duration time.Duration
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		clock = clock.Add(time.Hour)
		return nil, errors.New("no")
	}}
	c := newClient(t, fakeEndpoint, withTransport(f), withMaxRetries(1), func(c *ims.Config) {
		c.Now = func() time.Time { return clock }
		c.Observe = func(_ context.Context, attempt ims.Attempt) { duration = attempt.Duration }
	})
	err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"})
	if got := asError(t, err).Elapsed; duration != time.Hour || got != 2*time.Hour {
		t.Errorf("the attempt took %s, all of them %s", duration, got)
	}
}
