// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
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
	calls := 0
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if calls++; calls == 2 {
			answer := imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right")
			return &answer
		}
		return nil
	})
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

// A rejected create does not make a tag of somebody else its own. Terraform destroys what is in the state before it tries again.
func TestARejectedCreateDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	full := with(many(9), tags{"stage": "production"})
	for key, value := range full {
		mock.SetTag(image, key, value)
	}
	set := tags{"stage": "production", "owner": "core"}
	p := newServer(t, mock)
	failed := apply(p, p.Null(p.Resource), setValue(p, image, set), nil)
	detail, _ := expectError(t, failed.Diagnostics, "Cannot create image tags")
	if got := tagsIn(p, failed.NewState); got != nil || !strings.Contains(detail, `has the keys "stage" with the values of this resource`) {
		t.Errorf("the state has %v, and the error says\n%s", got, detail)
	}
	acctest.ExpectTags(t, mock, image, full)

	// The tag that it creates in the end is its own.
	mock.RemoveTag(image, "k1")
	again := newServer(t, mock)
	created := apply(again, again.Null(again.Resource), setValue(again, image, set), nil)
	again.NoErrors(created.Diagnostics)
	last := newServer(t, mock)
	last.NoErrors(apply(last, created.NewState, last.Null(last.Resource), created.Private).Diagnostics)
	acctest.ExpectTags(t, mock, image, without(without(full, "k1"), "stage"))
}

// A create of an exclusive set that has not removed the tags of others owns only its own: Terraform replaces it, and the new
// configuration may leave the others alone.
func TestAFailedExclusiveCreateOwnsNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "ci-1", "v")
	calls := 0
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if calls++; calls == 2 {
			answer := imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right")
			return &answer
		}
		return nil
	})
	p := newServer(t, mock)
	exclusive := map[string]any{"exclusive": true}
	failed := apply(p, p.Null(p.Resource), setValue(p, image, tags{"a": "1"}, exclusive), nil)
	expectError(t, failed.Diagnostics, "Cannot create image tags")

	again := newServer(t, mock)
	read := refresh(again, failed.NewState, failed.Private)
	config := newSet(again, image, tags{"a": "1"}, exclusive, map[string]any{"ignore_keys": []string{"ci-*"}})
	create := again.Plan(again.Null(again.Resource), config, config, nil) // of a tainted resource
	last := newServer(t, mock)
	last.NoErrors(apply(last, read.NewState, last.Null(last.Resource), create.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, tags{"ci-1": "v"})
}

// A key of a rejected update stays if the configuration is reverted, and is owned once an update has succeeded.
func TestARejectedUpdateDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	old, wanted := tags{"a": "1"}, tags{"a": "1", "stage": "production", "bad": "!"}
	ignoring := map[string]any{"exclusive": true, "ignore_keys": []string{"stage"}}
	for name, c := range map[string]struct {
		second  tags // configuration after the error
		changes map[string]any
		want    tags // of the image, after the set was destroyed
	}{
		"reverted": {old, nil, tags{"stage": "production"}},
		"ignored":  {old, ignoring, tags{"stage": "production"}},
		"kept":     {without(wanted, "bad"), nil, nil},
		"repaired": {with(without(wanted, "bad"), tags{"good": "1"}), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			p := newServer(t, mock)
			created := apply(p, p.Null(p.Resource), setValue(p, image, old), nil)
			p.NoErrors(created.Diagnostics)
			mock.SetTag(image, "stage", "production")
			throttled := imstest.GatewayError(429, "APIGW.0308", "Too many requests.")
			answerFirst(mock, func() {}, throttled, imstest.IMSError(400, "IMG.0115", "Invalid tag."))
			failed := apply(p, created.NewState, setValue(p, image, wanted), created.Private)
			expectError(t, failed.Diagnostics, "Cannot update image tags")

			second := newServer(t, mock)
			read := refresh(second, failed.NewState, failed.Private)
			config := setValue(second, image, c.second, c.changes)
			plan := second.Plan(read.NewState, config, config, read.Private)
			if second.Equal(plan.PlannedState, read.NewState) {
				t.Error("it plans no update")
			}
			done := apply(second, read.NewState, plan.PlannedState, plan.PlannedPrivate)
			second.NoErrors(done.Diagnostics)
			last := newServer(t, mock)
			read = refresh(last, done.NewState, done.Private)
			destroy := last.Plan(read.NewState, last.Null(last.Resource), last.Null(last.Resource), read.Private)
			last.NoErrors(apply(last, read.NewState, destroy.PlannedState, destroy.PlannedPrivate).Diagnostics)
			acctest.ExpectTags(t, mock, image, c.want)
		})
	}
}

// An update that fails before it writes does not make an equal tag of somebody else its own.
func TestAnUpdateThatFailsInItsDeleteDeletesNoTagOfOthers(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	own := tags{"a": "1", "b": "1"}
	others := with(many(7), tags{"stage": "production"})
	for key, value := range with(others, own) {
		mock.SetTag(image, key, value)
	}
	var repaired atomic.Bool
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if repaired.Load() {
			return nil
		}
		answer := imstest.IMSError(http.StatusServiceUnavailable, "IMG.0000", "Busy.")
		return &answer
	})
	p := newServer(t, mock)
	read := refresh(p, setValue(p, image, own), nil)
	failed := apply(p, read.NewState, setValue(p, image, tags{"a": "1", "stage": "production"}), read.Private)
	expectError(t, failed.Diagnostics, "Cannot update image tags")
	repaired.Store(true)

	second := newServer(t, mock)
	reverted := setValue(second, image, own)
	plan := second.Plan(failed.NewState, reverted, reverted, failed.Private)
	second.NoErrors(apply(second, failed.NewState, plan.PlannedState, plan.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, with(others, own))
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
