// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const backoff = 2 * time.Second // the longest second wait without a Retry-After
	in := func(d time.Duration) func(time.Time) string {
		return func(now time.Time) string { return now.Add(d).UTC().Format(http.TimeFormat) }
	}
	is := func(header string) func(time.Time) string { return func(time.Time) string { return header } }
	cases := map[string]struct {
		header func(now time.Time) string
		want   time.Duration // with the longest jitter, which is a second
	}{
		"seconds":                          {is("7"), 8 * time.Second},
		"zero":                             {is("0"), backoff},
		"less than the backoff":            {is("1"), backoff},
		"five minutes":                     {is("300"), 301 * time.Second},
		"more than five minutes":           {is("301"), 301 * time.Second},
		"a number that overflows":          {is("99999999999999999999"), 301 * time.Second},
		"a date":                           {in(20 * time.Second), 21 * time.Second},
		"a date that has passed":           {in(-time.Hour), backoff},
		"a date in a year":                 {in(365 * 24 * time.Hour), 301 * time.Second},
		"a negative number":                {is("-5"), backoff},
		"a negative number that overflows": {is("-99999999999999999999"), backoff},
		"neither a number nor a date":      {is("soon"), backoff},
		"a fraction":                       {is("1.5"), backoff},
		"empty":                            {is(""), backoff},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// The date is compared with the clock of the client, not with that of the machine.
				offset := 1000 * time.Hour
				now := func() time.Time { return time.Now().Add(offset) }
				f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
					switch number {
					case 1:
						return faketransport.Response(503, ""), nil
					case 2:
						return faketransport.Response(503, "", "Retry-After", c.header(now())), nil
					}
					return faketransport.Response(204, ""), nil
				}}
				client := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, func(c *ims.Config) { c.Now = now })
				if err := client.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err != nil {
					t.Fatal(err)
				}
				if got := f.Waits()[1]; got != c.want {
					t.Errorf("the wait is %s, want %s", got, c.want)
				}
			})
		})
	}
}

func TestShortRetryAfterDoesNotShortenTheBackoff(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"0", "1", "2"} {
		synctest.Test(t, func(t *testing.T) {
			f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
				return faketransport.Response(503, "", "Retry-After", asked), nil
			}}
			client := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, withMaxRetries(ims.DefaultMaxRetries))
			if err := client.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
				t.Fatal("it succeeded")
			}
			if waits := f.Waits()[2:]; !slices.Equal(waits, maxBackoffs[2:]) {
				t.Errorf("with %s the waits are %v, want %v", asked, waits, maxBackoffs[2:])
			}
		})
	}
}
