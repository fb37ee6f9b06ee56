// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// The README, from make install to the first tag and the import of an existing one, as a person follows it.
func TestReadmeLeadsToTheFirstTag(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"})
	p := newPerson(t, mock)
	p.typeIn(root, "make install")

	config := p.find("terraform", "required_providers")
	if err := os.WriteFile(filepath.Join(p.dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	apply := p.find("shell", "terraform init\nterraform apply")
	apply = strings.Replace(apply, "HW_ACCESS_KEY=...", "HW_ACCESS_KEY="+imstest.AccessKey, 1)
	apply = strings.Replace(apply, "HW_SECRET_KEY=...", "HW_SECRET_KEY="+imstest.SecretKey, 1)
	p.typeIn(p.dir, apply)
	if tags := mock.Tags("0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"); len(tags) != 1 || tags["environment"] != "production" {
		t.Errorf("the image has the tags %v", tags)
	}

	export, _, _ := strings.Cut(apply, "\n")
	p.typeIn(p.dir, "terraform state rm ims_image_tag.environment")
	p.typeIn(p.dir, export+"\n"+p.find("shell", "terraform import"))
	p.typeIn(p.dir, export+"\nterraform plan -detailed-exitcode")
	if writes := mock.Count(imstest.WriteTag); writes != 1 {
		t.Errorf("there were %d writes, want 1", writes)
	}
}

// What a person runs with make is there. The demo and the tests have tests of their own.
func TestMakeTargetsOfTheDocumentation(t *testing.T) {
	t.Parallel()
	p := newPerson(t, imstest.Start(t))
	ran := 0
	for _, page := range []string{"README.md", ".github/CONTRIBUTING.md"} {
		for _, b := range blocksOf(t, page) {
			for line := range strings.Lines(b.content) {
				if b.language == "shell" && strings.HasPrefix(line, "make ") {
					ran++
					p.typeIn(root, strings.Replace(line, "make ", "make --dry-run ", 1))
				}
			}
		}
	}
	if ran < 3 {
		t.Errorf("only %d commands were found", ran)
	}
}

// person has a home directory of its own, and terraform on the PATH.
type person struct {
	t   *testing.T
	dir string // where it works
	env []string
}

func newPerson(t *testing.T, mock *imstest.Server) person {
	t.Helper()
	terraform, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	home, programs := t.TempDir(), t.TempDir()
	if err := os.Symlink(terraform, filepath.Join(programs, "terraform")); err != nil {
		t.Fatal(err)
	}
	p := person{t: t, dir: t.TempDir()}
	settings := filepath.Join(home, "settings")
	if err := os.WriteFile(settings, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS", "GOTOOLCHAIN"} {
		value, stderr, err := tfrun.Output(t.Context(), exec.CommandContext(t.Context(), "go", "env", name))
		if err != nil {
			t.Fatal(err, stderr)
		}
		p.env = append(p.env, name+"="+strings.TrimSpace(value))
	}
	p.env = append(append(tfrun.CleanEnvironment(os.Environ()), p.env...),
		"HOME="+home, "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "TF_ACC_TERRAFORM_PATH="+terraform, "IMS_ENDPOINT="+mock.URL())
	return p
}

// find returns the only block of the README in a language that contains a text.
func (p person) find(language, text string) string {
	p.t.Helper()
	var found []string
	for _, b := range blocksOf(p.t, "README.md") {
		if b.language == language && strings.Contains(b.content, text) {
			found = append(found, b.content)
		}
	}
	if len(found) != 1 {
		p.t.Fatalf("%d blocks in %s contain %q, want one", len(found), language, text)
	}
	return found[0]
}

// typeIn runs commands as a person types them, and answers yes.
func (p person) typeIn(dir, commands string) {
	p.t.Helper()
	if err := shell(p.t.Context(), dir, p.env, commands); err != nil {
		p.t.Fatal(err)
	}
}

func shell(ctx context.Context, dir string, env []string, commands string) error {
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", commands)
	command.Dir, command.Env, command.Stdin = dir, env, strings.NewReader("yes\n")
	if stdout, stderr, err := tfrun.Output(ctx, command); err != nil {
		return fmt.Errorf("%s: %w\n%s%s", commands, err, stdout, stderr)
	}
	return nil
}

// The notes of a release are the section of its version, and a version without a section is not released.
func TestReleaseNotes(t *testing.T) {
	t.Parallel()
	notes, err := exec.CommandContext(t.Context(), "../tools/release-notes.sh", "vUnreleased").Output()
	text := string(notes)
	if err != nil || !strings.HasPrefix(text, "\n### NOTES\n") || strings.Contains(text, "\n## ") || strings.Contains(text, "](docs/") {
		t.Errorf("the notes are (%v)\n%s", err, text)
	}
	output, err := exec.CommandContext(t.Context(), "../tools/release-notes.sh", "v9.9.9").CombinedOutput()
	if want := "CHANGELOG.md has no section \"## 9.9.9\".\n"; err == nil || string(output) != want {
		t.Errorf("a version without a section ends with %v and %q", err, output)
	}
}
