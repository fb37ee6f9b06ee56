// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
)

// startLogins starts logins for several projects with the same credentials, and returns where their outcomes arrive.
func startLogins(ctx context.Context, t *testing.T, first *auth.FirstLogin, iam http.RoundTripper, many int) <-chan error {
	t.Helper()
	done := make(chan error, many)
	for range many {
		guarded := first.Guard(iam, "password", auth.NewSecrets())
		go func() {
			_, err := post(ctx, t, guarded)
			done <- err
		}()
	}
	return done
}

func TestRefusedFirstLoginStopsTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		iam, first := &faketransport.Manual{}, auth.NewFirstLogin()
		done := startLogins(t.Context(), t, first, iam, 4)
		iam.Open(t, 1)
		iam.Answer(t, http.StatusUnauthorized, `{"error":{"code":401,"message":"wrong"}}`)
		notSent := 0
		for range 4 {
			var failed *auth.LoginError
			if errors.As(<-done, &failed) && failed.Status == http.StatusUnauthorized && failed.Permanent() &&
				strings.Contains(failed.Error(), "wrong: no other login with these credentials was sent") {
				notSent++
			}
		}
		if notSent != 3 {
			t.Errorf("%d logins say that they were not sent, want 3", notSent)
		}
		if err := <-startLogins(t.Context(), t, first, iam, 1); err == nil {
			t.Error("a later login succeeded")
		}
		iam.Total(t, 1)
	})
}

// After the first success all logins are sent at the same time. A 401 concerns only its own project then.
func TestSuccessfulFirstLoginLetsTheOthersThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		iam, first := &faketransport.Manual{}, auth.NewFirstLogin()
		done := startLogins(t.Context(), t, first, iam, 4)
		iam.Answer(t, http.StatusCreated, "")
		iam.Open(t, 3)
		iam.Answer(t, http.StatusUnauthorized, "")
		iam.Open(t, 2)
		iam.AnswerAll(http.StatusCreated, "")
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		later := startLogins(t.Context(), t, first, iam, 2)
		iam.Open(t, 2)
		iam.AnswerAll(http.StatusCreated, "")
		if err := errors.Join(<-later, <-later); err != nil {
			t.Error(err)
		}
	})
}

// A first login that fails for another reason shows nothing about the credentials, so the next one is sent alone as well.
func TestFirstLoginThatShowsNothing(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			iam, first := &faketransport.Manual{}, auth.NewFirstLogin()
			done := startLogins(t.Context(), t, first, iam, 2)
			for range 2 {
				iam.Open(t, 1)
				iam.Answer(t, status, "")
				if err := <-done; err != nil {
					t.Errorf("after %d: %v", status, err)
				}
			}
		})
	}
}

func TestCancelEndsTheWaitForTheFirstLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		iam, first := &faketransport.Manual{}, auth.NewFirstLogin()
		sent := startLogins(t.Context(), t, first, iam, 1)
		iam.Open(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		waiting := startLogins(ctx, t, first, iam, 1)
		synctest.Wait()
		cancel()
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		iam.AnswerAll(http.StatusCreated, "")
		if err := <-sent; err != nil {
			t.Error(err)
		}
		iam.Total(t, 1)
	})
}
