// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source is a module whose program says that it is version 1.2.3.
var source = map[string]string{
	"go.mod": "module example.test/tofu\n\ngo 1.24\n",
	"main.go": "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"example.test/tofu/version\"\n)\n\n" +
		"func main() {\n\tif os.Getenv(\"TF_CLI_CONFIG_FILE\") != \"\" {\n\t\tfmt.Println(\"Warning: no such file\")\n\t}\n" +
		"\tfmt.Println(\"OpenTofu v\" + version.String())\n}\n",
	"version/version.go": "package version\n\nvar dev = \"yes\"\n\nfunc String() string {\n\tif dev == \"no\" {\n\t\treturn \"1.2.3\"\n\t}\n\treturn \"1.2.3-dev\"\n}\n",
}

var tofu = program{name: "tofu", version: "1.2.3", module: "example.test/tofu", pkg: "."}

// newBuilder returns a builder for which the Go module proxy is a folder with one module, and the text of its progress.
func newBuilder(t *testing.T, source map[string]string) (builder, *bytes.Buffer) {
	t.Helper()
	proxy := t.TempDir()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for name, content := range source {
		file, err := writer.Create("example.test/tofu@v1.2.3/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	versions := filepath.Join(proxy, "example.test", "tofu", "@v")
	if err := os.MkdirAll(versions, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"v1.2.3.info": `{"Version":"v1.2.3"}`, "v1.2.3.mod": source["go.mod"], "v1.2.3.zip": archive.String(),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	modules := t.TempDir()
	t.Cleanup(func() { makeWritable(t, modules) })
	progress := new(bytes.Buffer)
	env := append(os.Environ(), "GOPROXY=file://"+filepath.ToSlash(proxy), "GONOSUMDB=*", "GOMODCACHE="+modules)
	return builder{cache: t.TempDir(), env: env, progress: progress}, progress
}

// makeWritable lets a module cache, which go writes read-only, be removed.
func makeWritable(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o700)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func notFound(string) (string, error) { return "", errors.New("not found") }

// What is built is a release, is the only thing kept, and is not built a second time. The caller's own settings, of which the
// program warns before it says its version, do not matter.
func TestProgramIsBuiltOnce(t *testing.T) {
	t.Setenv("TF_CLI_CONFIG_FILE", "missing")
	b, progress := newBuilder(t, source)
	path, err := b.get(t.Context(), tofu)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(b.cache, "tofu-1.2.3", tofu.file()); path != want {
		t.Errorf("the path is %q, want %q", path, want)
	}
	if !isVersion(t.Context(), path, "1.2.3") {
		t.Errorf("%s is not version 1.2.3", path)
	}
	expectKept(t, b, "tofu-1.2.3")
	for _, want := range []string{"Downloading the source of tofu 1.2.3.\n", "Compiling ", "Built " + path} {
		if !strings.Contains(progress.String(), want) {
			t.Errorf("the progress lacks %q:\n%s", want, progress)
		}
	}
	progress.Reset()
	if again, err := b.get(t.Context(), tofu); err != nil || again != path || progress.Len() > 0 {
		t.Errorf("the second time it is %q, %v, with the progress %q", again, err, progress)
	}
}

// expectKept fails the test if the cache has other folders than these.
func expectKept(t *testing.T, b builder, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(b.cache)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the cache has %q, want %q", got, want)
	}
}

// A file that an interrupted copy, or a full disk, left in the place of the program does not run: it is built again.
func TestBrokenProgramIsBuiltAgain(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, source)
	path := b.path(tofu)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("half of it"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.get(t.Context(), tofu); err != nil {
		t.Fatal(err)
	}
	if !isVersion(t.Context(), path, "1.2.3") {
		t.Error("the broken program is still there")
	}
}

func TestInterruptedBuildLeavesNothingToRun(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, source)
	ctx, cancel := context.WithCancel(t.Context())
	b.progress = writerFunc(func(p []byte) (int, error) {
		if bytes.HasPrefix(p, []byte("Compiling")) {
			cancel()
		}
		return len(p), nil
	})
	if _, err := b.get(ctx, tofu); err == nil || err.Error() != "interrupted" {
		t.Errorf("the error is %v", err)
	}
	expectKept(t, b)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// The person learns what go said, and what to do instead.
func TestFailedBuildIsExplained(t *testing.T) {
	t.Parallel()
	broken := map[string]string{"go.mod": source["go.mod"], "main.go": "package main\n\nfunc main() { gone() }\n"}
	other := map[string]string{"go.mod": source["go.mod"], "main.go": "package main\n\nfunc main() { println(\"OpenTofu v9.9.9\") }\n"}
	unknown := tofu
	unknown.version = "9.9.9"
	cases := map[string]struct {
		source map[string]string
		build  program
		want   string
	}{
		"does not compile": {broken, tofu, "undefined: gone"},
		"another version":  {other, tofu, "does not say that it is version 1.2.3"},
		"unknown version":  {source, unknown, "v9.9.9"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, _ := newBuilder(t, c.source)
			_, err := b.get(t.Context(), c.build)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "install Terraform or OpenTofu yourself") {
				t.Errorf("the error is %v", err)
			}
			if _, err := os.Stat(b.path(c.build)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("there is a program: %v", err)
			}
		})
	}
}

func TestProgramOnThePathIsNotBuilt(t *testing.T) {
	t.Parallel()
	installed := filepath.Join(t.TempDir(), "terraform")
	script := "#!/bin/sh\necho Terraform v1.5.7\necho on this_platform\n"
	if err := os.WriteFile(installed, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	b := builder{cache: t.TempDir(), progress: new(bytes.Buffer)}
	onlyTerraform := func(name string) (string, error) {
		if name != "terraform" {
			return notFound(name)
		}
		return installed, nil
	}
	for _, args := range [][]string{nil, {"terraform@1.5.7"}} {
		if path, err := find(t.Context(), args, onlyTerraform, b); err != nil || path != installed {
			t.Errorf("%q is %q, %v", args, path, err)
		}
	}
}

// A person who has only Go reads in a line what happens, and only while it happens.
func TestFallbackIsAnnouncedWhenItIsBuilt(t *testing.T) {
	t.Parallel()
	progress := new(bytes.Buffer)
	b := builder{cache: t.TempDir(), env: append(os.Environ(), "GOPROXY=off", "GOMODCACHE="+t.TempDir()), progress: progress}
	if _, err := find(t.Context(), nil, notFound, b); err == nil {
		t.Error("there is no proxy, and still no error")
	}
	if first, _, _ := strings.Cut(progress.String(), "\n"); !strings.HasPrefix(first, "Neither terraform nor tofu is on the PATH: OpenTofu is built") {
		t.Errorf("it starts with %q", first)
	}

	p, err := parse(fallback)
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho OpenTofu v" + p.version + "\n"
	path := b.path(p)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	progress.Reset()
	if got, err := find(t.Context(), nil, notFound, b); err != nil || got != path || progress.Len() > 0 {
		t.Errorf("it is %q, %v, with the progress %q", got, err, progress)
	}
}

func TestArgumentIsAVersion(t *testing.T) {
	t.Parallel()
	p, err := parse("terraform@1.5.7")
	if want := (program{"terraform", "1.5.7", "github.com/hashicorp/terraform", "."}); err != nil || p != want {
		t.Errorf("it is %v, %v", p, err)
	}
	for _, argument := range []string{"", "1.5.7", "terraform", "terraform@1.5", "tofu@latest", "go@1.26.0", "tofu@1.12.6\n"} {
		if p, err := parse(argument); err == nil {
			t.Errorf("%q is %v", argument, p)
		}
	}
}
