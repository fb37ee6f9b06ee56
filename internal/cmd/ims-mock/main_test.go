// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// start runs the program until the test ends it, and returns what it printed and how to end it. Ending it returns the
// exit code and what it said on stderr.
func start(t *testing.T, args ...string) (output string, end func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	printed, stdout := io.Pipe()
	var stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, args, stdout, &stderr)
		_ = stdout.Close() // never fails
	}()
	buffer := make([]byte, 4096)
	n, err := printed.Read(buffer) // the program prints all at once
	if err != nil {
		t.Fatalf("it printed nothing, ended with %d and said %s", <-code, stderr.String())
	}
	return string(buffer[:n]), func() (int, string) {
		cancel()
		return <-code, stderr.String()
	}
}

// exported returns the value of a variable in a line that a person can paste.
func exported(t *testing.T, output, name string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^export ` + name + `=(\S+)$`).FindStringSubmatch(output)
	if found == nil {
		t.Fatalf("no line exports %s:\n%s", name, output)
	}
	return found[1]
}

func TestServesUntilItIsEnded(t *testing.T) {
	t.Parallel()
	output, end := start(t, "-listen", "127.0.0.1:0", "-image", "golden", "-image", "an image")
	endpoint := exported(t, output, "IMS_ENDPOINT")
	search := endpoint + "/v2/" + exported(t, output, "HW_PROJECT_ID") + "/images/resource_instances/action"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, search, strings.NewReader(`{"action":"filter"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Auth-Token", exported(t, output, "HW_AUTH_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var found struct {
		Resources []struct {
			ID   string `json:"resource_id"`
			Name string `json:"resource_name"`
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil || len(found.Resources) != 2 {
		t.Fatalf("got %s with %+v (%v), want two images", response.Status, found, err)
	}
	for i, name := range []string{"golden", "an image"} {
		image := found.Resources[i]
		if image.Name != name || !strings.Contains(output, "# "+image.ID+"  "+name+"\n") {
			t.Errorf("it holds the image %+v and printed\n%s", image, output)
		}
	}

	if code, said := end(); code != 0 || said != "" {
		t.Errorf("it ended with %d and said %q", code, said)
	}
	if _, err := http.DefaultClient.Do(request.Clone(t.Context())); err == nil {
		t.Error("it still answers")
	}
}

func TestHasAnImageByDefault(t *testing.T) {
	t.Parallel()
	output, end := start(t)
	if !regexp.MustCompile(`(?m)^# [0-9a-f-]{36}  golden$`).MatchString(output) {
		t.Errorf("it printed\n%s", output)
	}
	if code, said := end(); code != 0 || said != "" {
		t.Errorf("it ended with %d and said %q", code, said)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"help is no error":            {[]string{"-h"}, 0, "Usage: ims-mock"},
		"an unknown flag":             {[]string{"-port", "1"}, 2, "flag provided but not defined: -port"},
		"a flag without its value":    {[]string{"-listen"}, 2, "flag needs an argument: -listen"},
		"an argument that is no flag": {[]string{"golden"}, 2, "unexpected argument: golden"},
		"an address without a port":   {[]string{"-listen", "127.0.0.1"}, 1, "missing port in address"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), c.args, &stdout, &stderr)
			if code != c.code || !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 {
				t.Errorf("it ended with %d, printed %q and said %q; want %d and %q", code, stdout.String(), stderr.String(), c.code, c.says)
			}
		})
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"-listen", taken.Addr().String()}, &stdout, &stderr)
	if code != 1 || !strings.HasPrefix(stderr.String(), "ims-mock: listen tcp") || stdout.Len() > 0 {
		t.Errorf("it ended with %d, printed %q and said %q", code, stdout.String(), stderr.String())
	}
}

func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	broken, stdout := io.Pipe()
	if err := broken.CloseWithError(errors.New("broken pipe")); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	if code := run(t.Context(), nil, stdout, &stderr); code != 1 || stderr.String() != "ims-mock: broken pipe\n" {
		t.Errorf("it ended with %d and said %q", code, stderr.String())
	}
}
