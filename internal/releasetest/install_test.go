// SPDX-License-Identifier: MPL-2.0

//go:build release

package releasetest_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// cli returns the path of Terraform or OpenTofu, which is built if it is not on the PATH.
func cli(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	built := map[string]string{"terraform": "terraform@1.5.7", "tofu": "tofu@1.12.6"}[name]
	return strings.TrimSpace(run(t, "../..", nil, "go", "run", "./internal/cmd/cli", built))
}

// workspace is a fresh folder with the configuration of the demo, and a mock for it.
type workspace struct {
	*tfrun.Folder

	t    *testing.T
	mock *imstest.Server
}

func newWorkspace(t *testing.T, cli, source string) workspace {
	t.Helper()
	folder, err := tfrun.New(cli, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := workspace{Folder: folder, t: t, mock: imstest.NewServer()}
	t.Cleanup(folder.Serve(w.mock))
	demo, err := os.ReadFile("../../examples/demo/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	w.write("main.tf", strings.ReplaceAll(string(demo), `"`+tfrun.Source+`"`, `"`+source+`"`))
	w.write("terraform.tfvars", fmt.Sprintf("images = {\n  golden = %q\n}\n", w.mock.AddImage("golden")))
	return w
}

func (w workspace) write(name, content string) {
	w.t.Helper()
	if err := w.Write(name, content); err != nil {
		w.t.Fatal(err)
	}
}

func (w workspace) run(args ...string) string {
	w.t.Helper()
	stdout, stderr, err := tfrun.Output(w.t.Context(), w.Command(w.t.Context(), args...))
	if err != nil {
		w.t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// expectDemo applies the configuration, and looks at the tags, at the version that made them, and at what a plan says then.
func (w workspace) expectDemo() {
	w.t.Helper()
	if printed := w.run("version"); !strings.Contains(printed, "/terraform-provider-ims/ims v"+version+"\n") {
		w.t.Errorf("the provider that was installed is another one:\n%s", printed)
	}
	w.run("apply", "-input=false", "-auto-approve", "-no-color")
	want := map[string]string{"cost-unit": "4711", "environment": "production", "owner": "platform-team"}
	for image, tags := range w.mock.AllTags() {
		if !maps.Equal(tags, want) {
			w.t.Errorf("image %s has the tags %v", image, tags)
		}
	}
	if len(w.mock.AllTags()) != 1 {
		w.t.Errorf("the images have the tags %v", w.mock.AllTags())
	}
	w.run("plan", "-input=false", "-detailed-exitcode") // 0: nothing changes
	w.run("destroy", "-input=false", "-auto-approve")
	for image, tags := range w.mock.AllTags() {
		if len(tags) > 0 {
			w.t.Errorf("image %s keeps the tags %v", image, tags)
		}
	}
}

// locked returns how many sums of each kind the lock file has.
func (w workspace) locked() (packages, archives int) {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, ".terraform.lock.hcl"))
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Count(string(content), `"h1:`), strings.Count(string(content), `"zh:`)
}

func (r release) testInstallations(t *testing.T, cli string) {
	t.Helper()
	t.Run("as the README says", func(t *testing.T) {
		t.Parallel()
		r.testReadme(t, cli)
	})
	t.Run("from a plugin directory", func(t *testing.T) {
		t.Parallel()
		w := newWorkspace(t, cli, tfrun.Source)
		w.run("init", "-input=false", "-plugin-dir="+r.mirror(t))
		w.expectDemo()
	})
	t.Run("from a filesystem mirror", func(t *testing.T) {
		t.Parallel()
		w := newWorkspace(t, cli, tfrun.Source)
		w.write("terraformrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", r.mirror(t)))
		w.run("init", "-input=false")
		w.expectDemo()
	})
	t.Run("from a registry", func(t *testing.T) {
		t.Parallel()
		r.testRegistry(t, cli)
	})
	t.Run("not from a registry whose key did not sign it", func(t *testing.T) {
		t.Parallel()
		s := newRegistry(t, r, newKey(t, "another key"))
		w := newWorkspace(t, cli, s.source())
		w.Env = append(w.Env, "SSL_CERT_FILE="+s.certificate)
		_, stderr, err := tfrun.Output(t.Context(), w.Command(t.Context(), "init", "-input=false", "-no-color"))
		if err == nil || !strings.Contains(stderr, "signature") {
			t.Errorf("init ended with %v:\n%s", err, stderr)
		}
		err = fs.WalkDir(os.DirFS(w.Dir), ".", func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && strings.HasPrefix(entry.Name(), project) { // OpenTofu leaves empty folders
				t.Errorf("%s was installed", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// testReadme runs the commands of the README, with the platform and the program that are here.
func (r release) testReadme(t *testing.T, cli string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := archiveCommands.FindSubmatch(readme)
	if commands == nil {
		t.Fatal("the README does not say how to install from an archive")
	}
	replacements := []string{"linux_amd64", host}
	if filepath.Base(cli) == "tofu" {
		replacements = append(replacements, "registry.terraform.io", "registry.opentofu.org")
	}
	w := newWorkspace(t, cli, tfrun.Source)
	archive := prefix + host + ".zip"
	copyFile(t, filepath.Join(r.dist, archive), filepath.Join(w.Dir, archive))
	shell := exec.CommandContext(t.Context(), "bash", "-euc", strings.NewReplacer(replacements...).Replace(string(commands[1])))
	w.Env = append(w.Env, "HOME="+t.TempDir(), "PATH="+filepath.Dir(cli)+string(os.PathListSeparator)+os.Getenv("PATH"))
	shell.Dir, shell.Env = w.Dir, w.Env
	if printed, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", commands[1], err, printed)
	}
	w.run("init", "-input=false")
	w.expectDemo()
}

var archiveCommands = regexp.MustCompile("(?s)```shell\n(mkdir -p ~/.terraform.d/plugins.*?)```")

// mirror makes a mirror of the archives, as they are, in the folder of each registry.
func (r release) mirror(t *testing.T) string {
	t.Helper()
	mirror := t.TempDir()
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		name := prefix + host + ".zip"
		copyFile(t, filepath.Join(r.dist, name), filepath.Join(mirror, registry, filepath.FromSlash(tfrun.Source), name))
	}
	return mirror
}

// testRegistry installs by the registry protocol, locks three platforms, and installs again by the lock file.
func (r release) testRegistry(t *testing.T, cli string) {
	t.Helper()
	s := newRegistry(t, r, r.key)
	w := newWorkspace(t, cli, s.source())
	w.Env = append(w.Env, "SSL_CERT_FILE="+s.certificate)
	if printed := w.run("init", "-input=false", "-no-color"); !strings.Contains(printed, "key ID "+r.key.fingerprint[24:]) {
		t.Errorf("init does not say that it checked the signature:\n%s", printed)
	}
	for _, path := range []string{
		"/.well-known/terraform.json", providerPath + "versions",
		providerPath + version + "/download/" + strings.Replace(host, "_", "/", 1),
		"/files/" + prefix + "SHA256SUMS", "/files/" + prefix + "SHA256SUMS.sig", "/files/" + prefix + host + ".zip",
	} {
		if s.count(path) == 0 {
			t.Errorf("%s was not asked for", path)
		}
	}
	if packages, archives := w.locked(); packages == 0 || archives < len(platforms) {
		t.Errorf("the lock file has %d sums of packages and %d of archives", packages, archives)
	}
	w.expectDemo()

	w.run("providers", "lock", "-platform=linux_amd64", "-platform=darwin_arm64", "-platform=windows_amd64")
	if packages, _ := w.locked(); packages < 3 {
		t.Errorf("the lock file has the sums of %d packages, want one for each platform", packages)
	}
	if err := os.RemoveAll(filepath.Join(w.Dir, ".terraform")); err != nil {
		t.Fatal(err)
	}
	w.run("init", "-input=false", "-lockfile=readonly")
}
