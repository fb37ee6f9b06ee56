// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// interrupted runs a command and interrupts it, as Ctrl-C does, once ready is closed.
func interrupted(w *acctest.Workspace, ready <-chan struct{}, afterwards func(), args ...string) (string, time.Duration) {
	w.T.Helper()
	command := w.Command(append(args, "-no-color")...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		w.T.Fatal(err)
	}
	<-ready
	begun := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		w.T.Fatal(err)
	}
	afterwards()
	if err := command.Wait(); err == nil {
		w.T.Errorf("an interrupted %s succeeded:\n%s", args[0], output.String())
	}
	return output.String(), time.Since(begun)
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
	w := acctest.NewWorkspace(t, mock, acctest.ManyTags(mock, 30))

	// The first call is answered, so that the others go in parallel; then all stay open until Terraform was interrupted.
	release, full := make(chan struct{}), make(chan struct{})
	open := make(chan struct{}, 30)
	remove := mock.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
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
	output, _ := interrupted(w, full, func() {
		time.AfterFunc(3*time.Second, func() { close(release) }) // Terraform has told the provider by then, and the grace is five
	}, "apply", "-auto-approve")
	if !strings.Contains(output, "Interrupt received") {
		t.Errorf("Terraform was not interrupted:\n%s", output)
	}
	remove()

	inState, written := keysOf(w.State()), keysOf(mock.AllTags())
	if !slices.Equal(inState, written) || len(inState) < 10 || len(inState) == 30 {
		t.Errorf("the state holds %v, the service %v", inState, written)
	}
	mock.ResetLog()
	w.Run("apply", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 30-len(inState))
	w.Run("plan", "-detailed-exitcode")
}

// Ctrl-C during a wait for a throttling service ends the wait at once.
func TestAccInterruptEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	throttled := make(chan struct{})
	mock.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
		answer := imstest.GatewayError(429, "APIGW.0308", "limit")
		answer.Header = map[string][]string{"Retry-After": {"300"}}
		defer close(throttled)
		return &answer
	})
	output, took := interrupted(w, throttled, func() {}, "apply", "-auto-approve")
	if took > 20*time.Second { // Terraform itself takes a moment; the wait is five minutes
		t.Errorf("it took %s to end", took)
	}
	if !strings.Contains(acctest.Squeeze(output), "The operation was cancelled") {
		t.Errorf("the output does not say so:\n%s", output)
	}
	acctest.ExpectTags(t, mock, image, map[string]string{})
}
