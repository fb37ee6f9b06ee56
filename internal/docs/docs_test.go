// SPDX-License-Identifier: MPL-2.0

// Package docs_test checks what the documentation shows: each Terraform block is formatted, valid, and does what it says.
package docs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const root = "../.."

// block is a code block of a page.
type block struct {
	page, language, content string
	line                    int
}

func (b block) String() string { return fmt.Sprintf("%s line %d", b.page, b.line) }

var fence = regexp.MustCompile("(?ms)^( *)```(\\w+)\n(.*?)^ *```$")

// blocksOf returns the code blocks of a page.
func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, at := range fence.FindAllSubmatchIndex(content, -1) {
		indent, text := string(content[at[2]:at[3]]), "\n"+string(content[at[6]:at[7]])
		blocks = append(blocks, block{
			page: page, language: string(content[at[4]:at[5]]),
			line:    strings.Count(string(content[:at[0]]), "\n") + 1,
			content: strings.ReplaceAll(text, "\n"+indent, "\n")[1:],
		})
	}
	return blocks
}

// pages are the README and all pages of the registry.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	uuid        = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	inRegion    = regexp.MustCompile(`(eu-\w\w) += "(` + uuid.String() + `)"`)
	project     = regexp.MustCompile(`project_id += "([0-9a-f]{32})"`)
	importOf    = regexp.MustCompile(`(?m)^import \{\n  to = (\w+)\.(\w+)$`)
	importEach  = regexp.MustCompile(`(?m)^import \{\n  for_each`)
	declaration = regexp.MustCompile(`(?m)^resource "`)
	input       = regexp.MustCompile(`(?m)^variable "`)
	search      = regexp.MustCompile(`(?m)^data "ims_image"`)
	listBlock   = regexp.MustCompile(`(?m)^list "`)
	testBlock   = regexp.MustCompile(`(?m)^(mock_\w+|run) "`)
)

func TestTerraformBlocksOfTheDocumentation(t *testing.T) {
	t.Parallel()
	terraform, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	built := t.TempDir()
	if err := tfrun.Build(t.Context(), tfrun.Module, filepath.Join(built, tfrun.BinaryName)); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, page := range pages(t) {
		blocks := blocksOf(t, page)
		for _, b := range blocks {
			switch b.language {
			case "terraform":
				checked++
			case "hcl", "tf":
				t.Errorf("%s is marked as %s, and the other pages say terraform", b, b.language)
				continue
			default:
				continue
			}
			t.Run(b.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorkspace(t, terraform, built)
				w.checkFormat(b)
				w.check(complete(b, blocks))
			})
		}
	}
	if checked < 10 {
		t.Errorf("only %d blocks were found", checked)
	}
}

// complete adds to an import block the first resource of its page that it imports to.
func complete(b block, page []block) block {
	for _, target := range importOf.FindAllStringSubmatch(b.content, -1) {
		header := fmt.Sprintf("resource %q %q {", target[1], target[2])
		declares := func(other block) bool {
			return other.language == "terraform" && strings.Contains(other.content, header)
		}
		if i := slices.IndexFunc(page, declares); i >= 0 && !strings.Contains(b.content, header) {
			b.content += "\n" + page[i].content
		}
	}
	return b
}

// workspace is a folder in which Terraform runs a block with the provider, against a mock.
type workspace struct {
	*tfrun.Folder

	t    *testing.T
	mock *imstest.Server
}

// The regions of the blocks, and a project in each.
var projects = map[string]string{"eu-de": "11111111111111111111111111111111", "eu-nl": "22222222222222222222222222222222"}

func newWorkspace(t *testing.T, terraform, built string) workspace {
	t.Helper()
	folder, err := tfrun.New(terraform, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Override(tfrun.Source, built); err != nil {
		t.Fatal(err)
	}
	var options []imstest.Option
	for region, id := range projects {
		options = append(options, imstest.WithRegion(region, id))
	}
	return workspace{Folder: folder, t: t, mock: imstest.Start(t, options...)}
}

func (w workspace) write(name, content string) {
	w.t.Helper()
	if err := w.Write(name, content); err != nil {
		w.t.Fatal(err)
	}
}

func (w workspace) run(args ...string) {
	w.t.Helper()
	if stdout, stderr, err := tfrun.Output(w.t.Context(), w.Command(w.t.Context(), args...)); err != nil {
		w.t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
}

func (w workspace) checkFormat(b block) {
	w.t.Helper()
	w.write("block.tf", b.content)
	w.run("fmt", "-check", "-diff", "block.tf")
}

const versions = `
terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}
`

// check validates a block. One that declares a tag is applied, too; it has everything that it needs. The tests of the
// scenarios run those that need input, and the tests that Terraform runs.
func (w workspace) check(b block) {
	w.t.Helper()
	switch {
	case testBlock.MatchString(b.content):
		return
	case listBlock.MatchString(b.content):
		w.query(b)
		return
	}
	w.write("block.tf", b.content)
	if !strings.Contains(b.content, "required_providers") {
		w.write("versions.tf", versions)
	}
	switch _, minor := w.version(); {
	case minor < 7 && importEach.MatchString(b.content):
		w.t.Skip("import blocks with for_each need Terraform 1.7")
	case minor < 12 && strings.Contains(b.content, "identity = {"):
		w.t.Skip("import blocks with an identity need Terraform 1.12 or OpenTofu 1.12")
	}
	if !declaration.MatchString(b.content) || input.MatchString(b.content) {
		w.run("validate")
		return
	}
	w.configure(b.content)
	w.run("validate")
	w.run("apply", "-input=false", "-auto-approve")
	w.run("plan", "-input=false", "-detailed-exitcode")
	tags := w.mock.AllTags()
	for _, image := range imagesOf(b.content) {
		if len(tags[image]) == 0 {
			w.t.Errorf("the image %s has no tags", image)
		}
	}
}

// query runs the list blocks of a block.
func (w workspace) query(b block) {
	w.t.Helper()
	if version, minor := w.version(); !strings.HasPrefix(version, "Terraform") || minor < 14 {
		w.t.Skip("list blocks need Terraform 1.14")
	}
	if err := os.Remove(filepath.Join(w.Dir, "block.tf")); err != nil {
		w.t.Fatal(err)
	}
	w.write("versions.tf", versions)
	w.write("block.tfquery.hcl", b.content)
	w.configure(b.content)
	w.run("query")
}

var minor = regexp.MustCompile(`v1\.(\d+)\.`)

func (w workspace) version() (version string, number int) {
	w.t.Helper()
	version, err := w.Version(w.t.Context())
	found := minor.FindStringSubmatch(version)
	if err != nil || found == nil {
		w.t.Fatalf("the version is %q: %v", version, err)
	}
	number, err = strconv.Atoi(found[1])
	if err != nil {
		w.t.Fatal(err)
	}
	return version, number
}

func imagesOf(content string) []string {
	images := uuid.FindAllString(content, -1)
	slices.Sort(images)
	return slices.Compact(images)
}

// configure makes the mock have the images of a block, and gives the provider its address and credentials.
func (w workspace) configure(content string) {
	w.t.Helper()
	of := imstest.ProjectID
	if found := project.FindStringSubmatch(content); found != nil {
		of = found[1]
	}
	for _, id := range imagesOf(content) {
		w.mock.PutImage(imstest.Image{ID: id, ProjectID: of})
	}
	for _, found := range inRegion.FindAllStringSubmatch(content, -1) {
		w.mock.PutImage(imstest.Image{ID: found[2], ProjectID: projects[found[1]]})
	}
	if search.MatchString(content) {
		web := w.mock.AddImage("web")
		w.mock.SetTag(web, "family", "web")
		w.mock.SetTag(web, "stage", "production")
	}
	if importOf.MatchString(content) {
		for _, id := range imagesOf(content) {
			w.mock.SetTag(id, "environment", "production")
		}
	}
	name := "provider_override.tf"
	if !strings.Contains(content, `provider "ims" {`) {
		name = "provider.tf"
	}
	w.write(name, fmt.Sprintf(`
provider "ims" {
  region       = %q
  cloud_domain = null
  endpoint     = %q
  auth_url     = "%s/v3"
  endpoints    = { eu-de = %q, eu-nl = %q }
  access_key   = %q
  secret_key   = %q
  domain_id    = %q
}
`, imstest.Region, w.mock.URL(), w.mock.URL(), w.mock.RegionURL("eu-de"), w.mock.RegionURL("eu-nl"),
		imstest.AccessKey, imstest.SecretKey, imstest.DomainID))
}
