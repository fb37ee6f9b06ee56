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
	const own = 2 * time.Second // the limit of the second wait, where nothing is asked for
	in := func(d time.Duration) func(time.Time) string {
		return func(now time.Time) string { return now.Add(d).UTC().Format(http.TimeFormat) }
	}
	is := func(header string) func(time.Time) string { return func(time.Time) string { return header } }
	cases := map[string]struct {
		header func(now time.Time) string
		want   time.Duration // with the longest jitter, a second
	}{
		"seconds":                           {is("7"), 8 * time.Second},
		"no time at all":                    {is("0"), own},
		"less than the own wait":            {is("1"), own},
		"five minutes":                      {is("300"), 301 * time.Second},
		"more than five minutes":            {is("301"), 301 * time.Second},
		"a number that is no int":           {is("99999999999999999999"), 301 * time.Second},
		"a date":                            {in(20 * time.Second), 21 * time.Second},
		"a date that has passed":            {in(-time.Hour), own},
		"a date in a year":                  {in(365 * 24 * time.Hour), 301 * time.Second},
		"a negative number":                 {is("-5"), own},
		"a negative number that is no int":  {is("-99999999999999999999"), own},
		"something that is neither of both": {is("soon"), own},
		"part of a second":                  {is("1.5"), own},
		"nothing":                           {is(""), own},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// A clock that is not that of the machine: the date is held against the client's own.
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
				client := newClient(t, nowhere, over(f), longestWaits, func(c *ims.Config) { c.Now = now })
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

// What the answer asks for does not shorten the own wait.
func TestAShortRetryAfterIsNoReasonToHurry(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"0", "1", "2"} {
		synctest.Test(t, func(t *testing.T) {
			f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
				return faketransport.Response(503, "", "Retry-After", asked), nil
			}}
			client := newClient(t, nowhere, over(f), longestWaits, maxRetries(ims.DefaultMaxRetries))
			if err := client.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
				t.Fatal("it succeeded")
			}
			if waits := f.Waits()[2:]; !slices.Equal(waits, limits[2:]) {
				t.Errorf("with %s the waits are %v, want %v", asked, waits, limits[2:])
			}
		})
	}
}
