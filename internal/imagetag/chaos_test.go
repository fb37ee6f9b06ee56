// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// chaosRun is a run against a service in which one call in five fails, the gateway throttles, and tokens expire.
type chaosRun struct {
	seed   uint64
	images int // with five tags each
	stall  time.Duration

	mu    sync.Mutex
	times map[string]int // that a call was made
	kinds map[string]int // faults, by kind
}

// The calls that fail, and how, depend on the seed, on the call, and on how often it was made: not on what happens to
// run at the same time. CHAOS_SEED repeats a run; CHAOS_RUNS makes so many long ones, each with a seed of its own.
func TestAccChaos(t *testing.T) {
	t.Parallel()
	seed, err := strconv.ParseUint(os.Getenv("CHAOS_SEED"), 10, 64)
	if err != nil {
		seed = 1
	}
	runs, err := strconv.Atoi(os.Getenv("CHAOS_RUNS"))
	if err != nil {
		s := &chaosRun{seed: seed, images: 12, stall: 2 * time.Second}
		s.run(t)
		return
	}
	for i := range runs {
		s := &chaosRun{seed: seed + uint64(i), images: 60, stall: 10 * time.Second}
		t.Run(fmt.Sprintf("seed %d", s.seed), func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func (s *chaosRun) run(t *testing.T) {
	t.Helper()
	t.Logf("CHAOS_SEED=%d", s.seed)
	s.times, s.kinds = make(map[string]int), make(map[string]int)
	mock := imstest.Start(t, imstest.WithThrottle(20, time.Second), imstest.WithTokenLifetime(s.stall*3/2))
	mock.React(imstest.Any, s.fault)
	config, want := s.config(mock)
	w := acctest.NewWorkspace(t, mock, config)

	w.Run("apply", "-auto-approve")
	s.expect(t, w, mock, want)
	w.Run("plan", "-detailed-exitcode")
	s.expect(t, w, mock, want)
	w.Run("destroy", "-auto-approve")
	s.expect(t, w, mock, map[string]map[string]string{})

	throttled := 0
	for _, r := range mock.Requests() {
		if r.Status == 429 {
			throttled++
		}
	}
	t.Logf("%d calls, of which %d throttled and %v; %d logins", mock.Count(), throttled, s.kinds, mock.Count(imstest.CreateToken))
}

// expect compares the state and the service with what they should hold, exactly.
func (s *chaosRun) expect(t *testing.T, w *acctest.Workspace, mock *imstest.Server, want map[string]map[string]string) {
	t.Helper()
	if got := mock.AllTags(); !reflect.DeepEqual(got, want) {
		t.Errorf("seed %d: the service holds %v, want %v", s.seed, got, want)
	}
	if got := w.State(); !reflect.DeepEqual(got, want) {
		t.Errorf("seed %d: the state holds %v, want %v", s.seed, got, want)
	}
}

// config is a configuration with a login that expires, and the tags that it leads to.
func (s *chaosRun) config(mock *imstest.Server) (string, map[string]map[string]string) {
	var config strings.Builder
	fmt.Fprintf(&config, `
provider "ims" {
  endpoint    = %q
  auth_url    = %q
  user_name   = %q
  password    = %q
  domain_name = %q
  project_id  = %q
}
`, mock.URL(), mock.URL()+"/v3", imstest.UserName, imstest.Password, imstest.DomainName, imstest.ProjectID)
	want := make(map[string]map[string]string)
	for i := range s.images {
		image := mock.AddImage(fmt.Sprintf("image-%d", i))
		want[image] = make(map[string]string)
		for j := range 5 {
			key, value := fmt.Sprintf("key-%d", j), fmt.Sprintf("value %d of %d", j, i)
			want[image][key] = value
			config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d_%d", i, j), image, key, value))
		}
	}
	return config.String(), want
}

// fault decides how a call fails, if it does.
func (s *chaosRun) fault(r imstest.Request) *imstest.Answer {
	call := fmt.Sprint(r.Operation, r.ImageID, r.Key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times[call]++
	hash := fnv.New64a()
	fmt.Fprint(hash, call, s.times[call])
	random := rand.New(rand.NewPCG(s.seed, hash.Sum64()))
	if random.IntN(5) > 0 {
		return nil
	}

	kinds := []struct {
		name   string
		answer imstest.Answer
	}{
		{"500", imstest.IMSError(500, "IMG.0001", "internal error")},
		{"503", imstest.GatewayError(503, "APIGW.0201", "Backend unavailable")},
		{"reset", imstest.Answer{Drop: true}},
		{"lost answer", imstest.Answer{CarryOut: true, Drop: true}},
		{"stall", imstest.Answer{Delay: s.stall}},
	}
	kind := kinds[random.IntN(len(kinds))]
	s.kinds[kind.name]++
	return &kind.answer
}
