// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/ims/v2/model"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const otherProject = "ffffffffffffffffffffffffffffffff"

// startCatalog starts a server with images of the project and others that it sees, or does not see.
func startCatalog(t *testing.T) *imstest.Server {
	t.Helper()
	s := imstest.Start(t)
	day := func(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC) }
	for n, i := range []imstest.Image{
		{Name: "web", CreatedAt: day(1), OSVersion: "Debian 13"},
		{Name: "db", CreatedAt: day(3), Status: "queued", ARM: true},
		{Name: "app", CreatedAt: day(2), OSType: "Windows", UpdatedAt: day(9)},
		{Name: "shared", CreatedAt: day(5), ProjectID: otherProject, SharedWith: []string{imstest.ProjectID}},
		{Name: "public", CreatedAt: day(4), ProjectID: otherProject, Public: true},
		{Name: "foreign", CreatedAt: day(6), ProjectID: otherProject},
	} {
		i.ID = strings.ReplaceAll(absentImage, absentImage[:1], string(rune('a'+n)))
		s.PutImage(i)
	}
	return s
}

// list returns the names of the images, in order.
func list(t *testing.T, s *imstest.Server, query string) string {
	t.Helper()
	got := send(t, s, http.MethodGet, "/v2/cloudimages?"+query, "")
	var content struct{ Images []struct{ Name string } }
	if err := json.Unmarshal([]byte(got.body), &content); err != nil || got.status != http.StatusOK {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	names := make([]string, len(content.Images))
	for n, i := range content.Images {
		names[n] = i.Name
	}
	return strings.Join(names, " ")
}

func TestCloudImages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ query, want string }{
		"newest first, all that the project sees": {"", "shared public db app web"},
		"its own":                        {"__imagetype=private", "db app web"},
		"shared ones":                    {"__imagetype=shared", "shared"},
		"shared ones that were accepted": {"__imagetype=shared&member_status=accepted", "shared"},
		"shared ones that were rejected": {"visibility=shared&member_status=rejected", ""},
		"public ones":                    {"__imagetype=gold", "public"},
		"public ones by visibility":      {"visibility=public", "public"},
		"of the market":                  {"__imagetype=market", ""},
		"by owner":                       {"owner=" + otherProject, "shared public"},
		"by status":                      {"status=queued", "db"},
		"by name, exactly":               {"name=web", "web"},
		"by a part of a name":            {"name=we", ""},
		"by system":                      {"__os_type=Windows", "app"},
		"by architecture":                {"architecture=arm", "db"},
		"by id":                          {"id=" + strings.ReplaceAll(absentImage, absentImage[:1], "a"), "web"},
		"created since":                  {"created_at=" + url.QueryEscape("gte:2026-03-03T12:00:00Z"), "shared public db"},
		"created before":                 {"created_at=" + url.QueryEscape("lt:2026-03-03 12:00:00"), "app web"},
		"updated at":                     {"updated_at=" + url.QueryEscape("eq:2026-03-09T12:00:00Z"), "app"},
		"all conditions hold":            {"__imagetype=private&name=web&status=queued", ""},
		"oldest first":                   {"sort_dir=asc", "web app db public shared"},
		"by the order of names":          {"sort_key=name&sort_dir=asc", "app db public shared web"},
		"the first page":                 {"limit=2", "shared public"},
		"the page after a marker":        {"limit=2&marker=" + strings.ReplaceAll(absentImage, absentImage[:1], "e"), "db app"},
		"the page after the last":        {"marker=" + strings.ReplaceAll(absentImage, absentImage[:1], "a"), ""},
		"a limit that is too long":       {"limit=100000", "shared public db app web"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := list(t, startCatalog(t), c.query); got != c.want {
				t.Errorf("listed %q, want %q", got, c.want)
			}
		})
	}
}

func TestCloudImagesRefusals(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"__imagetype=public", "status=ok", "limit=0", "limit=-1", "limit=x", "marker=x", "marker=" + absentImage, "sort_key=owner",
		"sort_dir=up", "created_at=2026-03-03T12:00:00Z", "created_at=gte:yesterday", "created_at=since:2026-03-03T12:00:00Z",
		"member_status=accepted", "offset=1", "__os_type=linux",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			send(t, startCatalog(t), http.MethodGet, "/v2/cloudimages?"+query, "").expect(t, http.StatusBadRequest, "IMG.0001")
		})
	}
	send(t, startCatalog(t), http.MethodPost, "/v2/cloudimages", "{}").expect(t, http.StatusNotFound, "APIGW.0101")
}

// The path has no project: that of the token counts, whatever the header says.
func TestCloudImagesOfTheProjectOfTheCaller(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithNamedProject("other", otherProject))
	s.AddImage("mine")
	s.PutImage(imstest.Image{ID: absentImage, ProjectID: otherProject, Name: "theirs"})

	token := newRequest(t, s, http.MethodGet, "/v2/cloudimages?__imagetype=private", "")
	token.Header.Set("X-Project-Id", otherProject)
	if got := do(t, token); !strings.Contains(got.body, `"mine"`) || strings.Contains(got.body, `"theirs"`) {
		t.Errorf("the token got %s", got.body)
	}
}

func TestCloudImagesForTheVendorsClient(t *testing.T) {
	t.Parallel()
	s := startCatalog(t)
	id := strings.ReplaceAll(absentImage, absentImage[:1], "a")
	s.SetTag(id, "stage", "test")
	client := newSDKClient(t, s, imstest.AccessKey, imstest.SecretKey, "")

	private, active := model.GetListImagesRequestImagetypeEnum().PRIVATE, model.GetListImagesRequestStatusEnum().ACTIVE
	got, err := client.ListImages(&model.ListImagesRequest{
		Imagetype: &private, Status: &active, Name: new("web"), Limit: new(int32(10)), CreatedAt: new("gte:2026-03-01T00:00:00Z"),
	})
	expectStatus(t, got, err, http.StatusOK)
	if len(*got.Images) != 1 {
		t.Fatalf("got %v", got)
	}
	image := (*got.Images)[0]
	if image.Id != id || image.Name != "web" || image.Owner != imstest.ProjectID || image.CreatedAt != "2026-03-01T12:00:00Z" ||
		image.MinDisk != 40 || *image.OsVersion != "Debian 13" || image.Status.Value() != "active" || image.Imagetype.Value() != "private" ||
		len(image.Tags) != 1 || image.Tags[0] != "stage.test" {
		t.Errorf("got %v", image)
	}
}
