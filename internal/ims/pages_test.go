// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// library is a service with as many images. A list of images has pages of at most maxPage.
type library struct{ images, maxPage int }

func (l library) find(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var sent struct{ Limit, Offset string }
	_ = json.Unmarshal(body, &sent)
	limit, _ := strconv.Atoi(sent.Limit)
	offset, _ := strconv.Atoi(sent.Offset)
	respond(200, fmt.Sprintf(`{"resources":[%s],"total_count":%d}`,
		l.page(offset, limit, `{"resource_id":"%d","tags":[]}`), l.images))(w, r)
}

func (l library) list(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	after := -1
	if marker := r.URL.Query().Get("marker"); marker != "" {
		after, _ = strconv.Atoi(marker)
	}
	respond(200, fmt.Sprintf(`{"images":[%s]}`,
		l.page(after+1, min(limit, l.maxPage), `{"id":"%d","created_at":"2026-01-01T00:00:00Z"}`)))(w, r)
}

func (l library) page(start, limit int, format string) string {
	var page []string
	for n := start; n < min(start+limit, l.images); n++ {
		page = append(page, fmt.Sprintf(format, n))
	}
	return strings.Join(page, ",")
}

// bodyKept hands the body, which the server has logged, to the handler.
func bodyKept(s **server, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		requests := (*s).requests()
		r.Body = io.NopCloser(strings.NewReader(requests[len(requests)-1].body))
		handler(w, r)
	}
}

// All images come, each once, with no more calls than pages. Only a short page is certainly the last of the list.
func TestPages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ images, maxPage, finds, lists int }{
		"none":                         {0, 1000, 1, 1},
		"one page":                     {499, 1000, 1, 1},
		"a page that may be cut":       {700, 1000, 1, 2},
		"a page that is cut":           {700, 500, 1, 2},
		"a full page":                  {1000, 1000, 1, 2},
		"an image more":                {1001, 1000, 2, 2},
		"several pages":                {2500, 1000, 3, 4},
		"several pages that are short": {2500, 600, 3, 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := library{c.images, c.maxPage}
			var finds *server
			finds = serve(t, bodyKept(&finds, l.find))
			found, err := collect(newClient(t, finds.URL).FindImages(t.Context(), project, ims.ImageFilter{}))
			if err != nil || len(found) != c.images || len(finds.requests()) != c.finds {
				t.Errorf("found %d images with %d calls, %v; want %d with %d", len(found), len(finds.requests()), err, c.images, c.finds)
			}
			lists := serve(t, l.list)
			listed, err := collect(newClient(t, lists.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
			if err != nil || len(listed) != c.images || len(lists.requests()) != c.lists {
				t.Errorf("listed %d images with %d calls, %v; want %d with %d", len(listed), len(lists.requests()), err, c.images, c.lists)
			}
		})
	}
}

// A caller that has enough causes no further call.
func TestPagesAreRequestedWhenNeeded(t *testing.T) {
	t.Parallel()
	s := serve(t, library{5000, 1000}.list)
	taken := 0
	for _, err := range newClient(t, s.URL).ListImages(t.Context(), project, ims.ImageQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		if taken++; taken == 1000 {
			break
		}
	}
	if got := len(s.requests()); got != 1 {
		t.Errorf("%d calls were made, want 1", got)
	}
}

// A service that always returns the same page does not keep the client busy for ever.
func TestAServiceThatRepeatsAPage(t *testing.T) {
	t.Parallel()
	l := library{1000, 1000}
	list := serve(t, respond(200, `{"images":[`+l.page(0, 1000, `{"id":"%d","created_at":"2026-01-01T00:00:00Z"}`)+`]}`))
	find := serve(t, respond(200, `{"resources":[`+l.page(0, 1000, `{"resource_id":"%d","tags":[]}`)+`],"total_count":5000}`))
	empty := serve(t, respond(200, `{"resources":[],"total_count":5000}`))
	listed, listErr := collect(newClient(t, list.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
	found, findErr := collect(newClient(t, find.URL).FindImages(t.Context(), project, ims.ImageFilter{}))
	none, emptyErr := collect(newClient(t, empty.URL).FindImages(t.Context(), project, ims.ImageFilter{}))
	for name, c := range map[string]struct {
		images, want, calls int
		err                 error
		server              *server
	}{
		"list": {len(listed), 1000, 2, listErr, list}, "find": {len(found), 1000, 2, findErr, find}, "empty": {len(none), 0, 1, emptyErr, empty},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), "returned before") {
			t.Errorf("%s: the error is %v", name, c.err)
		}
		if c.images != c.want || len(c.server.requests()) != c.calls {
			t.Errorf("%s: got %d images with %d calls", name, c.images, len(c.server.requests()))
		}
	}
}

// An error of a later page ends the list, which is not taken for complete.
func TestAnErrorOfALaterPage(t *testing.T) {
	t.Parallel()
	s := serve(t, respondInTurn(library{5000, 1000}.list, respond(403, `{"error":{"code":"IMG.0026","message":"no"}}`)))
	listed, err := collect(newClient(t, s.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
	if err == nil || !strings.Contains(err.Error(), "IMG.0026") || len(listed) != 1000 {
		t.Errorf("listed %d images, and %v", len(listed), err)
	}
}

// A user who has the permission for enterprise projects only lists the images of all of them. The parameter is sent only if it is
// needed, and again for each page.
func TestListOfEnterpriseProjects(t *testing.T) {
	t.Parallel()
	l := library{1400, 1000}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !r.URL.Query().Has("enterprise_project_id") {
			respond(403, `{"error":{"code":"IMG.0026","message":"no"}}`)(w, r)
			return
		}
		l.list(w, r)
	})
	listed, err := collect(newClient(t, s.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
	if err != nil || len(listed) != 1400 || len(s.requests()) != 3 {
		t.Errorf("listed %d images with %d calls, %v", len(listed), len(s.requests()), err)
	}
	plain := serve(t, l.list)
	if _, err := collect(newClient(t, plain.URL).ListImages(t.Context(), project, ims.ImageQuery{})); err != nil {
		t.Fatal(err)
	}
	for _, r := range plain.requests() {
		if strings.Contains(r.path, "enterprise") {
			t.Errorf("the call %s names enterprise projects", r.path)
		}
	}
}

// The error of a user without any permission is that of the first call.
func TestListWithoutPermission(t *testing.T) {
	t.Parallel()
	s := serve(t, respondInTurn(respond(403, `{"error":{"code":"IMG.0026","message":"no"}}`), respond(400, `{"error":{"code":"IMG.0001","message":"unknown"}}`)))
	_, err := collect(newClient(t, s.URL).ListImages(t.Context(), project, ims.ImageQuery{}))
	if err == nil || !strings.Contains(err.Error(), "IMG.0026") || len(s.requests()) != 2 {
		t.Errorf("the error after %d calls is %v", len(s.requests()), err)
	}
}
