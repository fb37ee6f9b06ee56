// SPDX-License-Identifier: MPL-2.0

package section_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/section"
)

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func expect(t *testing.T, file, want string) {
	t.Helper()
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("the page is %q, %v; want %q", got, err, want)
	}
}

func TestSectionsAreReplaced(t *testing.T) {
	t.Parallel()
	file := write(t, "a\n<!-- one:begin -->\nold\n<!-- one:end -->\nb\n<!-- two:begin -->\n<!-- two:end -->\nc\n")
	for range 2 { // the second time nothing changes
		if err := section.Write(file, map[string]string{"one": "1\n", "two": "2\n", "three": "3\n"}); err != nil {
			t.Fatal(err)
		}
		expect(t, file, "a\n<!-- one:begin -->\n1\n<!-- one:end -->\nb\n<!-- two:begin -->\n2\n<!-- two:end -->\nc\n")
	}
}

func TestAPageWithoutItsSectionIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "<!-- one:begin -->\nno end", "<!-- one:end -->"} {
		file := write(t, page)
		if err := section.Write(file, map[string]string{"one": "1\n"}); err == nil {
			t.Errorf("%q is accepted", page)
		}
		expect(t, file, page)
	}
	if err := section.Write(filepath.Join(t.TempDir(), "gone.md"), nil); err == nil {
		t.Error("a file that is not there is accepted")
	}
}
