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

// start runs the program until the test ends it, and returns what it printed and how to end it.
func start(t *testing.T, args ...string) (output string, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	printed, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, args, stdout)
		_ = stdout.Close() // never fails
	}()
	buffer := make([]byte, 4096)
	n, err := printed.Read(buffer) // the program prints all at once
	if err != nil {
		t.Fatalf("it printed nothing and ended with %v", <-ended)
	}
	return string(buffer[:n]), func() error {
		cancel()
		return <-ended
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
	output, end := start(t, "-listen", "127.0.0.1:0", "-images", "golden,an image")
	endpoint := exported(t, output, "IMS_ENDPOINT")
	search := endpoint + "/v2/" + exported(t, output, "HW_PROJECT_ID") + "/images/resource_instances/action"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, search, strings.NewReader(`{"action":"filter"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
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

	if err := end(); err != nil {
		t.Errorf("it ended with %v", err)
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
	if err := end(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"help requested":                             {"-h"},
		"flag provided but not defined: -port":       {"-port", "1"},
		"flag needs an argument: -listen":            {"-listen"},
		`unexpected argument "golden"`:               {"golden"},
		"address 127.0.0.1: missing port in address": {"-listen", "127.0.0.1"},
	} {
		if err := run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q ended with %v", args, err)
		}
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var stdout bytes.Buffer
	err = run(t.Context(), []string{"-listen", taken.Addr().String()}, &stdout)
	if err == nil || !strings.HasPrefix(err.Error(), "listen tcp") || stdout.Len() > 0 {
		t.Errorf("it ended with %v and printed %q", err, stdout.String())
	}
}

func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	broken, stdout := io.Pipe()
	if err := broken.CloseWithError(errors.New("broken pipe")); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), nil, stdout); err == nil || err.Error() != "broken pipe" {
		t.Errorf("it ended with %v", err)
	}
}
