// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTablesAreFilledIn(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "page.md")
	page := "a\n<!-- environment:begin -->\nold\n<!-- environment:end -->\nb\n<!-- clouds:begin -->\n<!-- clouds:end -->\nc\n"
	if err := os.WriteFile(name, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing changes
		if err := update(name); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := string(content)
	for _, want := range []string{"a\n<!-- environment", "`OS_AGENCY_NAME`", "<!-- environment:end -->\nb\n", "otc.t-systems.com", "<!-- clouds:end -->\nc\n"} {
		if strings.Count(got, want) == 0 || strings.Contains(got, "old") {
			t.Errorf("the page lacks %q, or still has the old table:\n%s", want, got)
		}
	}
	if strings.Count(got, "`OS_AGENCY_NAME`") != 1 {
		t.Error("the table is there twice")
	}
}
