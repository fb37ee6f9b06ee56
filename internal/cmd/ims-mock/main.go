// SPDX-License-Identifier: MPL-2.0

// Command ims-mock is an Image Management Service in memory, for tests and demonstrations only: its credentials are
// printed, and what it holds is gone when it ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const headerTimeout = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until the context ends, and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("ims-mock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage: ims-mock [-listen HOST:PORT] [-image NAME]...")
		fmt.Fprintln(stderr, "An Image Management Service in memory, for tests and demonstrations only.")
		flags.PrintDefaults()
	}
	listen := flags.String("listen", "127.0.0.1:0", "`HOST:PORT` to listen on; port 0 takes a free one")
	var images []string
	const usage = "`NAME` of an image that is there from the start; can be given several times (default golden)"
	flags.Func("image", usage, func(name string) error {
		images = append(images, name)
		return nil
	})
	switch err := flags.Parse(args); { // which prints the error
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintln(stderr, "unexpected argument:", flags.Arg(0))
		flags.Usage()
		return 2
	case len(images) == 0:
		images = []string{"golden"}
	}
	if err := serve(ctx, *listen, images, stdout); err != nil {
		fmt.Fprintf(stderr, "ims-mock: %v\n", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, listen string, images []string, stdout io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	mock := imstest.NewServer()
	if err := introduce(stdout, mock, "http://"+listener.Addr().String(), images); err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: mock, ReadHeaderTimeout: headerTimeout}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // Serve returns either way
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// introduce adds the images and prints what a client needs. The listener takes connections already.
func introduce(stdout io.Writer, mock *imstest.Server, url string, images []string) error {
	var text strings.Builder
	fmt.Fprintf(&text, `# An Image Management Service in memory, for tests and demonstrations only. Ctrl-C ends it.
export IMS_ENDPOINT=%s
export HW_PROJECT_ID=%s
export HW_AUTH_TOKEN=%s

# Instead of the token:
# export HW_ACCESS_KEY=%s HW_SECRET_KEY=%s

# Images:
`, url, imstest.ProjectID, imstest.Token, imstest.AccessKey, imstest.SecretKey)
	for _, name := range images {
		fmt.Fprintf(&text, "# %s  %s\n", mock.AddImage(name), name)
	}
	_, err := io.WriteString(stdout, text.String())
	return err
}
