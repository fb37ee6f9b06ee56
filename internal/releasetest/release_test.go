// SPDX-License-Identifier: MPL-2.0

//go:build release

// Package releasetest builds a release as the workflow does, with a key of its own, and checks it: the names and sums
// that the registries ask for, the signature, the bill of materials, a second build, and an installation in every way.
package releasetest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	project = "terraform-provider-ims"
	version = "99.0.0"
)

// release is what goreleaser built.
type release struct {
	dist string
	key  signingKey
}

func TestRelease(t *testing.T) {
	t.Parallel()
	first := checkout(t)
	r := release{dist: filepath.Join(first, "dist"), key: newKey(t, "the registries know this key")}
	build(t, first, r.key)

	checks := map[string]func(*testing.T){
		"it has the files that the registries ask for":        r.testFiles,
		"each archive has the provider and the license":       r.testArchives,
		"the sums are those of the files":                     r.testSums,
		"the manifest is the one of the repository":           r.testManifest,
		"the sums are signed":                                 r.testSignature,
		"the bill of materials has the modules of the binary": r.testBillOfMaterials,
		"the binary says what it is":                          r.testVersion,
		"a second build has the same files":                   func(t *testing.T) { t.Helper(); r.testSecondBuild(t, first) },
		"a build from nothing has the same binary":            func(t *testing.T) { t.Helper(); r.testBuildFromNothing(t, first) },
		"Terraform installs it":                               func(t *testing.T) { t.Helper(); r.testInstallations(t, cli(t, "terraform")) },
		"OpenTofu installs it":                                func(t *testing.T) { t.Helper(); r.testInstallations(t, cli(t, "tofu")) },
	}
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
}

// The registry cuts longer pages off.
func TestDocumentationPagesAreShortEnoughForTheRegistry(t *testing.T) {
	t.Parallel()
	pages := 0
	err := filepath.WalkDir("../../docs", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		pages++
		info, err := entry.Info()
		if err == nil && info.Size() >= 500_000 {
			t.Errorf("%s has %d bytes, and the registry shows at most 500 KB", path, info.Size())
		}
		return err
	})
	if err != nil || pages == 0 {
		t.Errorf("%d pages were looked at: %v", pages, err)
	}
}

// run runs a command in a folder and returns what it printed.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = dir, append(os.Environ(), env...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, stdout, stderr.String())
	}
	return string(stdout)
}

// identity is the author of the commits that the test makes. Their time is fixed, so that a run can be repeated.
var identity = []string{
	"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.test", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
	"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.test", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z",
}

// checkout copies the repository, with what is not committed yet, and tags it.
func checkout(t *testing.T) string {
	t.Helper()
	source := strings.TrimSpace(run(t, ".", nil, "git", "rev-parse", "--show-toplevel"))
	copied := filepath.Join(t.TempDir(), "first")
	run(t, ".", nil, "git", "clone", "--quiet", "--no-tags", source, copied)
	changed := strings.Fields(run(t, source, nil, "git", "ls-files", "--modified", "--others", "--exclude-standard"))
	for _, name := range changed {
		copyFile(t, filepath.Join(source, name), filepath.Join(copied, name))
	}
	run(t, copied, identity, "git", "add", "--all")
	run(t, copied, identity, "git", "commit", "--quiet", "--allow-empty", "--message=release")
	run(t, copied, identity, "git", "tag", "v"+version)
	run(t, copied, nil, "git", "remote", "set-url", "origin", "https://github.com/terraform-provider-ims/"+project)
	return copied
}

// copyFile copies a file; one that is gone is removed.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if os.IsNotExist(err) {
		if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, info.Mode()); err != nil {
		t.Fatal(err)
	}
}

// build runs goreleaser as the workflow does, but publishes nothing.
func build(t *testing.T, source string, key signingKey) {
	t.Helper()
	run(t, source, append(key.env, "GPG_FINGERPRINT="+key.fingerprint),
		"go", "tool", "-modfile=internal/tools/release/go.mod", "goreleaser", "release", "--clean", "--skip=publish,announce")
}

// signingKey is a GPG key that only this test knows.
type signingKey struct {
	env         []string // of a gpg that has it
	fingerprint string
	public      string // armored
}

var fingerprint = regexp.MustCompile(`(?m)^fpr:+([0-9A-F]{40}):`)

func newKey(t *testing.T, name string) signingKey {
	t.Helper()
	home, err := os.MkdirTemp("", "ims-gpg-") //nolint:usetesting // the path of t.TempDir is too long for the agent's socket
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"GNUPGHOME=" + home}
	t.Cleanup(func() {
		// The agent ends by itself when its folder is gone.
		_ = exec.Command("gpgconf", "--homedir", home, "--kill", "gpg-agent").Run()
		_ = os.RemoveAll(home)
	})
	run(t, home, env, "gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", name, "rsa2048", "sign", "never")
	listed := fingerprint.FindStringSubmatch(run(t, home, env, "gpg", "--batch", "--list-secret-keys", "--with-colons"))
	if listed == nil {
		t.Fatal("gpg lists no key")
	}
	return signingKey{env: env, fingerprint: listed[1], public: run(t, home, env, "gpg", "--batch", "--armor", "--export", listed[1])}
}
