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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "ims-mock:", err)
		os.Exit(1)
	}
}

// run serves until the context ends. The listener takes connections before anything is printed.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("ims-mock", flag.ContinueOnError)
	flags.SetOutput(stdout)
	listen := flags.String("listen", "127.0.0.1:0", "`HOST:PORT` to listen on; port 0 takes a free one")
	images := flags.String("images", "golden", "`NAMES` of the images that it has, with commas between them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	mock := imstest.NewServer()
	server := &http.Server{Handler: mock, ReadHeaderTimeout: 10 * time.Second}
	if _, err := io.WriteString(stdout, introduction(mock, listener.Addr(), strings.Split(*images, ","))); err != nil {
		return errors.Join(err, listener.Close())
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // Serve returns either way
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// introduction adds the images and says what a client needs.
func introduction(mock *imstest.Server, address net.Addr, images []string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `# An Image Management Service in memory, for tests and demonstrations only. Ctrl-C ends it.
export IMS_ENDPOINT=http://%s
export HW_PROJECT_ID=%s
export HW_AUTH_TOKEN=%s

# Instead of the token:
# export HW_ACCESS_KEY=%s HW_SECRET_KEY=%s

# Images:
`, address, imstest.ProjectID, imstest.Token, imstest.AccessKey, imstest.SecretKey)
	for _, name := range images {
		fmt.Fprintf(&text, "# %s  %s\n", mock.AddImage(name), name)
	}
	return text.String()
}
