// SPDX-License-Identifier: MPL-2.0

//go:build unix

package tfrun_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// A command that does not end on an interrupt is killed, and its children with it. They all hold the pipe open.
func TestOutputLeavesNoProcessBehind(t *testing.T) {
	t.Parallel()
	alive, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", `trap "" INT; sh -c 'echo ready >&3; sleep 600' & wait`)
	command.ExtraFiles = []*os.File{held}
	command.WaitDelay = 100 * time.Millisecond

	ended := make(chan error)
	go func() {
		_, _, err := tfrun.Output(ctx, command)
		ended <- errors.Join(err, held.Close())
	}()
	reader := bufio.NewReader(alive)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, tfrun.ErrInterrupted) {
		t.Errorf("it ended with %v", err)
	}
	if err := alive.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := reader.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("a child is alive: %v", err)
	}
}
