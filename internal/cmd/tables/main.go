// Command tables writes the tables that the provider reads, of the environment and of the clouds, into the files that are
// named, between the comments that mark their places.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

func main() {
	for _, name := range os.Args[1:] {
		if err := update(name); err != nil {
			fmt.Fprintf(os.Stderr, "tables: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func update(name string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	updated, err := fill(string(content))
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(updated), 0o600)
}

// fill puts the tables into a text. One that has no place for any of them is an error.
func fill(text string) (string, error) {
	filled := false
	for marker, table := range map[string]string{
		"environment": settings.EnvironmentTable(),
		"clouds":      settings.CloudTable(),
	} {
		begin, end := "<!-- "+marker+":begin -->\n", "<!-- "+marker+":end -->"
		before, rest, found := strings.Cut(text, begin)
		if !found {
			continue
		}
		_, after, found := strings.Cut(rest, end)
		if !found {
			return "", errors.New("the place of " + marker + " has no end")
		}
		text, filled = before+begin+table+end+after, true
	}
	if !filled {
		return "", errors.New("there is no place for a table")
	}
	return text, nil
}
