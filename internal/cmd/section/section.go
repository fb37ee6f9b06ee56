// SPDX-License-Identifier: MPL-2.0

// Package section replaces generated sections of Markdown files. A section is between the lines <!-- name:begin --> and
// <!-- name:end -->.
package section

import (
	"errors"
	"os"
	"strings"
)

// Write writes sections by their name into a file. A file that has none of them is an error.
func Write(file string, sections map[string]string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	replaced, err := replace(string(content), sections)
	if err != nil {
		return errors.New(file + ": " + err.Error())
	}
	return os.WriteFile(file, []byte(replaced), 0o600) // keeps the mode of the file
}

func replace(text string, sections map[string]string) (string, error) {
	replaced := false
	for name, section := range sections {
		begin, end := "<!-- "+name+":begin -->\n", "<!-- "+name+":end -->"
		before, rest, found := strings.Cut(text, begin)
		if !found {
			continue
		}
		_, after, found := strings.Cut(rest, end)
		if !found {
			return "", errors.New("the section " + name + " has no end")
		}
		text, replaced = before+begin+section+end+after, true
	}
	if !replaced {
		return "", errors.New("there is no section to replace")
	}
	return text, nil
}
