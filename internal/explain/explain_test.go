// SPDX-License-Identifier: MPL-2.0

package explain_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var image = ims.Image{ProjectID: "0123456789abcdef0123456789abcdef", ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"}

// A diagnostic points at the attribute that the service complains about.
func TestErrorPointsAtTheAttribute(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		key, code string
		status    int
		want      path.Path
	}{
		"an image ID that is invalid":             {"k", "IMG.0066", 400, path.Root("image_id")},
		"an image that does not exist":            {"k", "IMG.0027", 400, path.Root("image_id")},
		"a project of another token":              {"k", "IMG.0030", 400, path.Root("project_id")},
		"a tag with a key that is safe":           {"a-B_9", "IMG.0115", 400, path.Root("value")},
		"a tag with a key that may be refused":    {"größe", "IMG.0115", 400, path.Root("key")},
		"an image that has the maximum of tags":   {"k", "IMG.0116", 400, path.Empty()},
		"an error that is not about an attribute": {"k", "APIGW.0201", 502, path.Empty()},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := explain.Error(explain.Create, explain.Tag("", image, c.key), &ims.Error{StatusCode: c.status, Code: c.code})
			at := path.Empty()
			if d, ok := got.(diag.DiagnosticWithPath); ok {
				at = d.Path()
			}
			if !at.Equal(c.want) {
				t.Errorf("the diagnostic points at %q, want %q", at, c.want)
			}
		})
	}
}

// The facts are aligned lines, and only those that there are.
func TestErrorListsTheFacts(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err  error
		want string
	}{
		"a response": {
			&ims.Error{Method: "POST", Path: "/p", StatusCode: 500, Code: "IMG.0001", Message: "down", RequestID: "r-1", Attempts: 3, Elapsed: 1500 * time.Millisecond},
			"  Request:    POST /p\n  Response:   HTTP 500 Internal Server Error IMG.0001: down\n  Request ID: r-1\n  Attempts:   3 in 1.5s",
		},
		"no response":         {&ims.Error{Method: "POST", Path: "/p", Attempts: 1, Err: io.EOF}, "  Request: POST /p\n  Cause:   connection closed without a complete response"},
		"no call":             {&ims.Error{Err: errors.Join(errors.New("one"), errors.New("two"))}, "  Cause:   one; two"},
		"an error of another": {errors.New("broken"), "  Cause:   broken"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := explain.Error(explain.Update, explain.Tag("", image, "k"), c.err, "A remark.")
			if d.Summary() != "Cannot update image tag" || !strings.HasSuffix(d.Detail(), c.want) || !strings.Contains(d.Detail(), "\n\nA remark.\n\n  Image: ") {
				t.Errorf("it says %s\n%s\nwant at the end\n%s", d.Summary(), d.Detail(), c.want)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	if got := explain.Keys(nil); got != "The image has no tags." {
		t.Errorf("of no tags it says %q", got)
	}
	if got := explain.Keys([]ims.Tag{{Key: "b"}, {Key: "a"}}); got != `The image has the keys "a", "b".` {
		t.Errorf("of two tags it says %q", got)
	}
}
