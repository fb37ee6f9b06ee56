// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// answerOnce answers the first call for several tags with an answer, after the test has changed the image.
func answerOnce(mock *imstest.Server, answer imstest.Answer, first func()) {
	answerFirst(mock, first, answer)
}

// answerFirst answers the first calls for several tags, after the test has changed the image.
func answerFirst(mock *imstest.Server, first func(), answers ...imstest.Answer) {
	calls := 0
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if calls == 0 {
			first()
		}
		if calls++; calls > len(answers) {
			return nil
		}
		return &answers[calls-1]
	})
}

// forbidSecond refuses the second call for several tags.
func forbidSecond(mock *imstest.Server) {
	calls := 0
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if calls++; calls == 2 {
			answer := imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right")
			return &answer
		}
		return nil
	})
}

// An image has room for ten tags: what makes room goes first, and only then.
func TestTheDeleteComesFirstWhereTheLimitNeedsIt(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		others int
		before tags
		after  tags
		want   []batch
	}{
		"ten own tags": {
			0, many(10), with(without(many(10), "k9"), tags{"new": "v"}),
			[]batch{remove("k9"), create(tags{"new": "v"})},
		},
		"eight foreign tags": {
			8, many(2),
			tags{"k0": "v", "new": "v"},
			[]batch{remove("k1"), create(tags{"new": "v"})},
		},
		"room for one more": {
			7, many(2),
			tags{"k0": "v", "new": "v"},
			[]batch{create(tags{"new": "v"}), remove("k1")},
		},
		"ten tags, and no new key": {
			0, many(10), with(without(many(10), "k9"), tags{"k0": "changed"}),
			[]batch{create(tags{"k0": "changed"}), remove("k9")},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			for i := range c.others {
				mock.SetTag(image, string(rune('a'+i)), "foreign")
			}
			for key, value := range c.before {
				mock.SetTag(image, key, value)
			}
			p := newServer(t, mock)
			read := refresh(p, setValue(p, image, c.before), nil)
			p.NoErrors(apply(p, read.NewState, setValue(p, image, c.after), read.Private).Diagnostics)
			expectBatches(t, mock, c.want...)
		})
	}
}

// A service that carries a rejected call out in part: the state has what the image has of it.
func TestPartialSuccessGoesIntoTheState(t *testing.T) {
	t.Parallel()
	before, after := tags{"a": "1", "b": "1", "old": "x"}, tags{"a": "2", "b": "2", "new": "n", "taken": "ours"}
	cases := map[string]struct {
		answer imstest.Answer
		remote tags // what changes before the answer
		want   tags
		reads  int
	}{
		"in part":         {imstest.IMSError(400, "IMG.0115", "Invalid tag."), tags{"a": "2", "new": "n"}, tags{"a": "2", "b": "1", "old": "x", "new": "n"}, 1},
		"nothing of it":   {imstest.IMSError(400, "IMG.0115", "Invalid tag."), nil, before, 1},
		"another's value": {imstest.IMSError(400, "IMG.0115", "Invalid tag."), tags{"taken": "theirs"}, before, 1},
		"the image is not there": {
			imstest.IMSError(400, "IMG.0144", "No image."), nil, before, 0,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			for key, value := range before {
				mock.SetTag(image, key, value)
			}
			answerOnce(mock, c.answer, func() {
				for key, value := range c.remote {
					mock.SetTag(image, key, value)
				}
			})
			p := newServer(t, mock)
			resp := apply(p, setValue(p, image, before), setValue(p, image, after), nil)
			expectError(t, resp.Diagnostics, "Cannot update image tags")
			if got := tagsIn(p, resp.NewState); !maps.Equal(got, c.want) {
				t.Errorf("the state has %v, want %v", got, c.want)
			}
			acctest.ExpectCalls(t, mock, imstest.BatchTags, 1)
			acctest.ExpectCalls(t, mock, imstest.ListTags, c.reads)
		})
	}
}

// What the first call of a change did is in the state when the second fails.
func TestAChangeThatFailsHalfWayGoesIntoTheState(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	before := tags{"a": "1", "old": "x"}
	for key, value := range before {
		mock.SetTag(image, key, value)
	}
	forbidSecond(mock)
	p := newServer(t, mock)
	resp := apply(p, setValue(p, image, before), setValue(p, image, tags{"a": "2", "new": "n"}), nil)
	expectError(t, resp.Diagnostics, "Cannot update image tags")
	if got, want := tagsIn(p, resp.NewState), (tags{"a": "2", "new": "n", "old": "x"}); !maps.Equal(got, want) {
		t.Errorf("the state has %v, want %v", got, want)
	}
}

// A create that failed in part is in the state as far as it went, and one that did nothing is not.
func TestACreateThatFailed(t *testing.T) {
	t.Parallel()
	invalid := imstest.IMSError(400, "IMG.0115", "Invalid tag.")
	throttled := imstest.GatewayError(429, "APIGW.0308", "Too many requests.")
	failed := imstest.IMSError(503, "IMG.0000", "Busy.")
	cases := map[string]struct {
		answers []imstest.Answer
		remote  tags
		want    tags
	}{
		"in part, perhaps":        {[]imstest.Answer{failed, invalid}, tags{"a": "1"}, tags{"a": "1"}},
		"rejected":                {[]imstest.Answer{invalid}, tags{"a": "1"}, nil},
		"throttled, and rejected": {[]imstest.Answer{throttled, invalid}, tags{"a": "1"}, nil},
		"nothing of it":           {[]imstest.Answer{failed, invalid}, nil, nil},
		"another's tags":          {[]imstest.Answer{failed, invalid}, tags{"a": "theirs"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			answerFirst(mock, func() {
				for key, value := range c.remote {
					mock.SetTag(image, key, value)
				}
			}, c.answers...)
			p := newServer(t, mock)
			resp := apply(p, p.Null(p.Resource), setValue(p, image, tags{"a": "1", "b": "2"}), nil)
			expectError(t, resp.Diagnostics, "Cannot create image tags")
			if got := tagsIn(p, resp.NewState); !maps.Equal(got, c.want) || (got == nil) != (c.want == nil) {
				t.Errorf("the state has %v, want %v", got, c.want)
			}
		})
	}
}

func TestADeleteThatFailedKeepsWhatIsLeft(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	set := tags{"a": "1", "b": "2"}
	for key, value := range set {
		mock.SetTag(image, key, value)
	}
	answerOnce(mock, imstest.IMSError(400, "IMG.0028", "Protected."), func() { mock.RemoveTag(image, "a") })
	p := newServer(t, mock)
	resp := apply(p, setValue(p, image, set), p.Null(p.Resource), nil)
	expectError(t, resp.Diagnostics, "Cannot delete image tags")
	if got := tagsIn(p, resp.NewState); !maps.Equal(got, tags{"b": "2"}) {
		t.Errorf("the state has %v", got)
	}
}

// The service may not say which tag it rejects.
func TestARejectedTagIsPointedAt(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		set     tags
		message string
		at      string
		want    string
	}{
		"the service names the key": {
			tags{"a=b": "1", "stage": "x y"},
			`Invalid tag "a=b".`,
			`AttributeName("tags").ElementKeyString("a=b")`, `The service names the key "a=b".`,
		},
		"one tag is suspicious by its key": {
			tags{"a=b": "1", "stage": "test"},
			"Invalid tag.",
			`AttributeName("tags").ElementKeyString("a=b")`, `Only the tag "a=b" has characters`,
		},
		"one tag is suspicious by its value": {
			tags{"owner": "a team", "stage": "v1.2"},
			"Invalid tag.",
			`AttributeName("tags").ElementKeyString("owner")`, `Only the tag "owner" has characters`,
		},
		"several are": {
			tags{"owner": "a team", "a=b": "1", "stage": "test"},
			"Invalid tag.",
			`AttributeName("tags")`, `The tags "a=b", "owner" have characters`,
		},
		"none is": {
			tags{"owner": "me", "stage": "test"},
			"Invalid tag.",
			`AttributeName("tags")`, "The service does not say which of the tags it means.",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.ForceAlways(imstest.BatchTags, imstest.IMSError(400, "IMG.0115", c.message))
			p := newServer(t, mock)
			resp := apply(p, p.Null(p.Resource), setValue(p, image, c.set), nil)
			detail, at := expectError(t, resp.Diagnostics, "Cannot create image tags")
			if at != c.at || !strings.Contains(detail, c.want) {
				t.Errorf("it points at %s and says\n%s", at, detail)
			}
		})
	}
}

func TestTooManyTagsListsTheKeys(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	for key := range many(9) {
		mock.SetTag(image, key, "foreign")
	}
	p := newServer(t, mock)
	resp := apply(p, p.Null(p.Resource), setValue(p, image, tags{"a": "1", "b": "2"}), nil)
	detail, _ := expectError(t, resp.Diagnostics, "Cannot create image tags")
	if !strings.Contains(detail, `The image has the keys "k0"`) || !strings.Contains(detail, "maximum of ten tags") {
		t.Errorf("the error says\n%s", detail)
	}
}

// A write that is cancelled before it is sent changes nothing, and leaves the state as it is.
func TestACancelledUpdateKeepsTheState(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := newServer(t, mock)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	resp := applyWithin(ctx, p, setValue(p, image, tags{"a": "1"}), setValue(p, image, tags{"a": "2"}), nil)
	expectError(t, resp.Diagnostics, "Cannot update image tags")
	if got := tagsIn(p, resp.NewState); !maps.Equal(got, tags{"a": "1"}) {
		t.Errorf("the state has %v", got)
	}
	acctest.ExpectNoWrites(t, mock)
}
