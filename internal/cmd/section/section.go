// SPDX-License-Identifier: MPL-2.0

// Package section replaces generated sections of Markdown files. A section is between the lines <!-- name:begin --> and
// <!-- name:end -->.
package section

import (
	"fmt"
	"os"
	"strings"
)

// Write writes sections by their name into a file. A file that has none of them is an error.
func Write(file string, sections map[string]string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, replaced := string(content), false
	for name, section := range sections {
		begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
		before, rest, begins := strings.Cut(text, begin)
		_, after, ends := strings.Cut(rest, end)
		if begins && !ends {
			return fmt.Errorf("%s: the section %s has no end", file, name)
		}
		if begins {
			text, replaced = before+begin+section+end+after, true
		}
	}
	if !replaced {
		return fmt.Errorf("%s: there is no section to replace", file)
	}
	return os.WriteFile(file, []byte(text), 0o600) // keeps the mode of the file
}
