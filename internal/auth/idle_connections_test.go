// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

func TestTransportKeepsConnectionForEachOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const operations = 100
		var round *sync.WaitGroup
		network := newPipes()
		servePipes(t, network, nil, func(w http.ResponseWriter, _ *http.Request) {
			round.Done()
			round.Wait() // for the other operations, so that each needs a connection
			w.WriteHeader(http.StatusNoContent)
		})
		transport := newTransport(t, auth.TLS{})
		transport.DialContext = network.dial

		for range 3 {
			round = &sync.WaitGroup{}
			round.Add(operations)
			var done sync.WaitGroup
			for range operations {
				r := newRequest(t, http.MethodGet, "http://ims.example.com", "")
				done.Go(func() { send(t, transport, r) })
			}
			done.Wait()
		}
		if got := network.dialed.Load(); got != operations {
			t.Errorf("%d connections were opened, want %d", got, operations)
		}
	})
}
