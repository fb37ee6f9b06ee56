// SPDX-License-Identifier: MPL-2.0

//go:build release

package releasetest_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// platforms are those that HashiCorp recommends for providers, and Windows on ARM and FreeBSD.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_amd64", "freebsd_arm64",
	"linux_amd64", "linux_arm", "linux_arm64", "windows_amd64", "windows_arm64",
}

const prefix = project + "_" + version + "_"

const manifest = "terraform-registry-manifest.json"

func (r release) read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(r.dist, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// The names are those of https://developer.hashicorp.com/terraform/registry/providers/publishing.
func (r release) testFiles(t *testing.T) {
	t.Helper()
	want := []string{prefix + "SHA256SUMS", prefix + "SHA256SUMS.sig"}
	for _, platform := range platforms {
		want = append(want, prefix+platform+".zip", prefix+platform+".cdx.json")
	}
	found, err := filepath.Glob(filepath.Join(r.dist, prefix+"*"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			got = append(got, filepath.Base(path))
		}
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("the files are\n%q, want\n%q", got, want)
	}
}

// binary is the provider's program in the archive of a platform.
func (r release) binary(t *testing.T, platform string) []byte {
	t.Helper()
	return r.archive(t, platform)[binaryName(platform)]
}

func binaryName(platform string) string {
	name := project + "_v" + version
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	return name
}

// archive returns the files of an archive.
func (r release) archive(t *testing.T, platform string) map[string][]byte {
	t.Helper()
	content := r.read(t, prefix+platform+".zip")
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string][]byte)
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[file.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
		if executable := file.Mode()&0o111 == 0o111; executable != (file.Name == binaryName(platform)) {
			t.Errorf("%s in the archive for %s has the mode %s", file.Name, platform, file.Mode())
		}
	}
	return files
}

func (r release) testArchives(t *testing.T) {
	t.Helper()
	for _, platform := range platforms {
		files := r.archive(t, platform)
		for _, name := range []string{binaryName(platform), "LICENSE", "README.md", "CHANGELOG.md"} {
			if len(files[name]) == 0 {
				t.Errorf("the archive for %s has no %s", platform, name)
			}
		}
		if len(files) != 4 {
			t.Errorf("the archive for %s has %d files, want 4", platform, len(files))
		}
		info, err := buildinfo.Read(bytes.NewReader(files[binaryName(platform)]))
		if err != nil {
			t.Fatal(err)
		}
		settings := make(map[string]string)
		for _, setting := range info.Settings {
			settings[setting.Key] = setting.Value
		}
		if built := settings["GOOS"] + "_" + settings["GOARCH"]; built != platform || settings["CGO_ENABLED"] != "0" {
			t.Errorf("the binary for %s was built for %s, with CGO_ENABLED=%s", platform, built, settings["CGO_ENABLED"])
		}
	}
}

// sums reads the file of checksums: the sum of each file by its name.
func (r release) sums(t *testing.T) map[string]string {
	t.Helper()
	sums := make(map[string]string)
	for line := range strings.Lines(string(r.read(t, prefix+"SHA256SUMS"))) {
		sum, name, found := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !found || sums[name] != "" {
			t.Errorf("the line %q is not of the form of sha256sum, or is there twice", line)
		}
		sums[name] = sum
	}
	return sums
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func (r release) testSums(t *testing.T) {
	t.Helper()
	sums := r.sums(t)
	for _, platform := range platforms {
		for _, name := range []string{prefix + platform + ".zip", prefix + platform + ".cdx.json"} {
			if want := sumOf(r.read(t, name)); sums[name] != want {
				t.Errorf("the sum of %s is %q, want %s", name, sums[name], want)
			}
		}
	}
	if want := 2*len(platforms) + 1; len(sums) != want {
		t.Errorf("there are %d sums, want %d", len(sums), want)
	}
}

// The manifest is uploaded under the name of the release, is listed in the sums, and names the protocol that is served.
func (r release) testManifest(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile("../../" + manifest)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.sums(t)[prefix+"manifest.json"], sumOf(content); got != want {
		t.Errorf("the sum of the manifest is %q, want %s", got, want)
	}
	var parsed struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	if parsed.Version != 1 || !slices.Equal(parsed.Metadata.Protocols, []string{"6.0"}) {
		t.Errorf("the manifest is %+v", parsed)
	}
}

func (r release) testSignature(t *testing.T) {
	t.Helper()
	sums := filepath.Join(r.dist, prefix+"SHA256SUMS")
	run(t, r.dist, r.key.env, "gpg", "--batch", "--verify", sums+".sig", sums)
	if signature := r.read(t, prefix+"SHA256SUMS.sig"); bytes.HasPrefix(signature, []byte("-----BEGIN")) {
		t.Error("the signature is armored, and the registries want it binary")
	}
}

func (r release) testBillOfMaterials(t *testing.T) {
	t.Helper()
	for _, platform := range platforms {
		info, err := buildinfo.Read(bytes.NewReader(r.binary(t, platform)))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"std@" + info.GoVersion}
		for _, module := range info.Deps {
			if module.Replace != nil {
				module = module.Replace
			}
			want = append(want, module.Path+"@"+module.Version)
		}
		var bill struct {
			Metadata   struct{ Component component }
			Components []component
		}
		if err := json.Unmarshal(r.read(t, prefix+platform+".cdx.json"), &bill); err != nil {
			t.Fatal(err)
		}
		if main := bill.Metadata.Component; main != (component{Name: info.Main.Path, Version: "v" + version}) {
			t.Errorf("the bill of materials for %s is of %+v", platform, main)
		}
		var got []string
		for _, c := range bill.Components {
			got = append(got, c.Name+"@"+c.Version)
		}
		slices.Sort(want)
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("the bill of materials for %s has\n%q, want\n%q", platform, got, want)
		}
	}
}

type component struct{ Name, Version string }

// host is the platform of this machine.
var host = runtime.GOOS + "_" + runtime.GOARCH

func (r release) testVersion(t *testing.T) {
	t.Helper()
	program := filepath.Join(t.TempDir(), binaryName(host))
	if err := os.WriteFile(program, r.binary(t, host), 0o700); err != nil {
		t.Fatal(err)
	}
	commit := strings.TrimSpace(run(t, filepath.Dir(r.dist), nil, "git", "rev-parse", "HEAD"))
	want := project + " " + version + "\ncommit " + commit + "\n" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\nprotocol 6.0\n"
	if got := run(t, t.TempDir(), nil, program, "-version"); got != want {
		t.Errorf("it says\n%s, want\n%s", got, want)
	}
}

// The second build is made from a clone in another folder, which is deeper.
func (r release) testSecondBuild(t *testing.T, first string) {
	t.Helper()
	second := release{key: r.key}
	folder := filepath.Join(t.TempDir(), "a", "second", "copy")
	run(t, ".", nil, "git", "clone", "--quiet", first, folder)
	run(t, folder, nil, "git", "remote", "set-url", "origin", "https://github.com/terraform-provider-ims/"+project)
	build(t, folder, r.key)
	second.dist = filepath.Join(folder, "dist")
	names := []string{prefix + "SHA256SUMS"} // of which each signature differs
	for _, platform := range platforms {
		names = append(names, prefix+platform+".zip", prefix+platform+".cdx.json")
	}
	for _, name := range names {
		if !bytes.Equal(r.read(t, name), second.read(t, name)) {
			t.Errorf("%s differs", name)
		}
	}
}

// The second build shares what go has compiled with the first one. This one compiles all of it again, for this machine.
func (r release) testBuildFromNothing(t *testing.T, first string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "from", "nothing")
	run(t, ".", nil, "git", "clone", "--quiet", first, folder)
	commit := strings.TrimSpace(run(t, first, nil, "git", "rev-parse", "HEAD"))
	built := filepath.Join(t.TempDir(), "built")
	run(t, folder, []string{"CGO_ENABLED=0", "GOFLAGS=", "GOCACHE=" + t.TempDir()}, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w -X main.version="+version+" -X main.commit="+commit, "-o", built, ".")
	content, err := os.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	if sumOf(content) != sumOf(r.binary(t, host)) {
		t.Error("the binaries differ")
	}
}
