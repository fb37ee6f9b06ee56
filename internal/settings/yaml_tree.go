// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// tree is a YAML mapping.
type tree map[string]any

// readTree returns a section of a YAML file. If the file does not exist, the section is empty, or the error is
// [fs.ErrNotExist] if the file is required.
func (r *resolver) readTree(path, section string, required bool) (tree, error) {
	content, err := r.in.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return tree{}, nil
	}
	name := filepath.Base(path)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	var document yaml.Node
	var whole map[string]any
	if err = yaml.Unmarshal(content, &document); err == nil {
		keepDigits(&document)
		err = document.Decode(&whole)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, withoutContent(err))
	}
	found, _ := asTree(whole[section]).(tree)
	return found, nil
}

// keepDigits reads numbers as text. Otherwise an unquoted password such as 0123 would lose its leading zero.
func keepDigits(node *yaml.Node) {
	switch node.ShortTag() {
	case "!!int", "!!float", "!!timestamp":
		node.Tag = "!!str"
	}
	for _, child := range node.Content {
		keepDigits(child)
	}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\n\s*)?(line \d+): `)

// withoutContent removes the content of the file from an error, because it may be a secret. The parser quotes content, such
// as the name of an alias, which an unquoted password can look like.
func withoutContent(err error) error {
	var mismatch *yaml.TypeError
	if errors.As(err, &mismatch) {
		return errors.New("the file is not a mapping, or a key is set twice" + lineOf(err))
	}
	if !strings.ContainsAny(err.Error(), "'\"`") {
		return err
	}
	return fmt.Errorf("the file is not valid YAML%s; values that begin with *, & or ! have to be in quotes", lineOf(err))
}

// lineOf returns the line that an error names, in parentheses. It is empty for none.
func lineOf(err error) string {
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		return " (" + found[1] + ")"
	}
	return ""
}

// asTree converts maps to trees recursively.
func asTree(v any) any {
	switch v := v.(type) {
	case map[string]any:
		result := make(tree, len(v))
		for key, value := range v {
			result[key] = asTree(value)
		}
		return result
	case []any:
		for i := range v {
			v[i] = asTree(v[i])
		}
	}
	return v
}

// merged returns the values of both trees. A value of above replaces that of below.
func merged(below, above tree) tree {
	result := make(tree, len(below))
	for key, value := range below {
		result[key] = value
	}
	for key, value := range above {
		lower, isTree := result[key].(tree)
		upper, isTreeToo := value.(tree)
		switch {
		case isTree && isTreeToo:
			result[key] = merged(lower, upper)
		case value != nil:
			result[key] = value
		}
	}
	return result
}

// text returns the text at a path of keys, empty if there is none.
func (t tree) text(path []string) string {
	switch value := t[path[0]].(type) {
	case tree:
		if len(path) > 1 {
			return value.text(path[1:])
		}
	case string:
		return value
	}
	return ""
}
