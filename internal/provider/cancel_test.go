package provider_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// interrupted runs a command and interrupts it, as Ctrl-C does, once ready is closed.
func (w *workspace) interrupted(ready <-chan struct{}, afterwards func(), args ...string) (string, time.Duration) {
	w.t.Helper()
	command := w.command(append(args, "-no-color")...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		w.t.Fatal(err)
	}
	<-ready
	begun := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		w.t.Fatal(err)
	}
	afterwards()
	if err := command.Wait(); err == nil {
		w.t.Errorf("an interrupted %s succeeded:\n%s", args[0], output.String())
	}
	return output.String(), time.Since(begun)
}

// manyTags is a configuration of as many tags on as many images, so that Terraform writes ten at a time.
func manyTags(mock *imstest.Server, many int) string {
	var config strings.Builder
	config.WriteString(providerBlock(mock))
	for i := range many {
		name := string(rune('a'+i/10)) + string(rune('0'+i%10))
		config.WriteString(tagBlock(name, mock.AddImage(name), name, "v"))
	}
	return config.String()
}

// keysOf returns the keys of all tags, sorted.
func keysOf(images map[string]map[string]string) []string {
	var keys []string
	for _, tags := range images {
		keys = slices.AppendSeq(keys, maps.Keys(tags))
	}
	slices.Sort(keys)
	return keys
}

// Ctrl-C during an apply: what is on its way is answered and stands in the state, nothing else is begun, and the next
// apply finishes the rest.
func TestAccInterruptedApplyKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := newWorkspace(t, mock, manyTags(mock, 30))

	// The first call is answered, so that the others go in parallel; then all stay open until Terraform was interrupted.
	release, full := make(chan struct{}), make(chan struct{})
	open := make(chan struct{}, 30)
	mock.OnRequest(func(r imstest.Request) *imstest.Answer {
		if r.Operation != imstest.WriteTag {
			return nil
		}
		open <- struct{}{}
		switch len(open) {
		case 1:
			return nil
		case 10:
			close(full)
		}
		<-release
		return nil
	})
	output, _ := w.interrupted(full, func() {
		time.AfterFunc(3*time.Second, func() { close(release) }) // Terraform has told the provider by then, and the grace is five
	}, "apply", "-auto-approve")
	if !strings.Contains(output, "Interrupt received") {
		t.Errorf("Terraform was not interrupted:\n%s", output)
	}
	mock.OnRequest(nil)

	inState, written := keysOf(w.state()), keysOf(mock.AllTags())
	if !slices.Equal(inState, written) || len(inState) < 10 || len(inState) == 30 {
		t.Errorf("the state holds %v, the service %v", inState, written)
	}
	mock.ResetLog()
	w.run("apply", "-auto-approve")
	expectCalls(t, mock, imstest.WriteTag, 30-len(inState))
	w.run("plan", "-detailed-exitcode")
}

// Ctrl-C during a wait for a throttling service ends the wait at once.
func TestAccInterruptEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production"))
	throttled := make(chan struct{})
	mock.OnRequest(func(imstest.Request) *imstest.Answer {
		answer := imstest.GatewayError(429, "APIGW.0308", "limit")
		answer.Header = map[string][]string{"Retry-After": {"300"}}
		defer close(throttled)
		return &answer
	})
	output, took := w.interrupted(throttled, func() {}, "apply", "-auto-approve")
	if took > 20*time.Second { // Terraform itself takes a moment; the wait is five minutes
		t.Errorf("it took %s to end", took)
	}
	if !strings.Contains(squeeze(output), "The operation was cancelled") {
		t.Errorf("the output does not say so:\n%s", output)
	}
	expectTags(t, mock, image, map[string]string{})
}
