// SPDX-License-Identifier: MPL-2.0

package service_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	configured := service.Unknown(service.Place{ProjectID: "p"}, false)
	if got, diags := service.From(configured); got != configured || diags.HasError() {
		t.Errorf("a configured provider: %v, %v", got, diags)
	}
	if got, diags := service.From(nil); got != nil || diags.HasError() {
		t.Errorf("a provider that is not configured: %v, %v", got, diags)
	}
	if _, diags := service.From("something else"); !diags.HasError() {
		t.Error("data of another provider is accepted")
	}
}

// Validation runs before the provider is configured, and asks the same questions.
func TestAProviderThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	var none *service.Service
	if none.IsReady() || none.DefaultProject() != "" || none.DefaultRegion() != "" {
		t.Errorf("ready: %t, project: %q, region: %q", none.IsReady(), none.DefaultProject(), none.DefaultRegion())
	}
	if claim := none.Claim(ims.Image{}, "k", "owner"); !claim.WillDelete() {
		t.Error("somebody else claims a tag")
	}
}

func TestClaimsAreShared(t *testing.T) {
	t.Parallel()
	configured := service.Unknown(service.Place{}, true)
	configured.Claim(ims.Image{ID: "i"}, "k", "one").Hold()
	if configured.Claim(ims.Image{ID: "i"}, "k", "another").WillDelete() {
		t.Error("a tag that another owner holds may be deleted")
	}
}

var own = service.Place{Region: "here", ProjectID: "aa"}

// A connection is made once for each place that is not the provider's.
func TestConnectionsAreMadeOnce(t *testing.T) {
	t.Parallel()
	main := &service.Connection{ProjectID: "aa"}
	var made []service.Place
	s := service.New(own, main, func(_ context.Context, place service.Place) (*service.Connection, diag.Diagnostics) {
		made = append(made, place)
		return &service.Connection{ProjectID: cmp.Or(place.ProjectID, "bb")}, nil
	})
	for _, place := range []service.Place{{}, own, {Region: "here"}, {ProjectID: "AA"}, {Region: "here", ProjectID: "aa"}} {
		if got, diags := s.At(t.Context(), place); got != main || diags.HasError() {
			t.Errorf("%v is not the place of the provider", place)
		}
	}
	there, _ := s.At(t.Context(), service.Place{Region: "there"})
	for _, place := range []service.Place{{Region: "there"}, {Region: "there", ProjectID: "bb"}, {Region: "there", ProjectID: "BB"}} {
		if got, _ := s.At(t.Context(), place); got != there {
			t.Errorf("%v has another connection", place)
		}
	}
	_, _ = s.At(t.Context(), service.Place{Region: "there", ProjectID: "cc"})
	_, _ = s.At(t.Context(), service.Place{Region: "here", ProjectID: "cc"})
	want := []service.Place{{Region: "there"}, {Region: "there", ProjectID: "cc"}, {ProjectID: "cc"}}
	if !slices.Equal(made, want) {
		t.Errorf("connections were made to %v, want %v", made, want)
	}
}

// loginsOf counts the logins of connections that are bound to one project. The project of the region "there" is "bb".
type loginsOf map[string]int

func (l loginsOf) connect(_ context.Context, place service.Place) (*service.Connection, diag.Diagnostics) {
	project := cmp.Or(place.ProjectID, "bb")
	l[project]++
	named := map[string]string{"bb": "there"}[project]
	return &service.Connection{ProjectID: project, HasProjectNamed: func(_ context.Context, name string) bool { return name == named }}, nil
}

// The project of a region has one connection, whether its id is named first or the region alone.
func TestAProjectHasOneConnection(t *testing.T) {
	t.Parallel()
	region, project, other := service.Place{Region: "there"}, service.Place{Region: "there", ProjectID: "BB"}, service.Place{Region: "there", ProjectID: "cc"}
	for _, order := range [][]service.Place{{region, project, other}, {project, region, other}, {other, project, region}, {project, other, region}} {
		logins := loginsOf{}
		s := service.New(own, &service.Connection{ProjectID: "aa"}, logins.connect)
		connections := make(map[service.Place]*service.Connection)
		for _, place := range order {
			connections[place], _ = s.At(t.Context(), place)
		}
		if connections[region] != connections[project] || connections[other] == connections[region] || logins["bb"] != 1 || logins["cc"] != 1 {
			t.Errorf("%v: the logins are %v", order, logins)
		}
	}
}

// A project whose id is named while the project of its region is looked up waits for that, and for its own time only.
func TestAProjectWaitsForTheLookupOfItsRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lookup := make(chan struct{})
		logins := loginsOf{}
		s := service.New(own, &service.Connection{ProjectID: "aa"}, func(ctx context.Context, place service.Place) (*service.Connection, diag.Diagnostics) {
			<-lookup
			return logins.connect(ctx, place)
		})
		done := make(chan *service.Connection, 2)
		at := func(place service.Place) {
			connection, _ := s.At(t.Context(), place)
			done <- connection
		}
		go at(service.Place{Region: "there"})
		synctest.Wait()
		go at(service.Place{Region: "there", ProjectID: "bb"})
		synctest.Wait()

		limited, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, diags := s.At(limited, service.Place{Region: "there"}); !diags.HasError() {
			t.Error("a call whose time is over has a connection")
		}
		close(lookup)
		if first, second := <-done, <-done; first != second || logins["bb"] != 1 {
			t.Errorf("the logins are %v", logins)
		}
	})
}

// A failure is kept, so that rejected credentials are sent once. One that was cancelled on the way is not.
func TestAFailedConnectionIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	attempts := 0
	ctx, cancel := context.WithCancel(t.Context())
	s := service.New(own, &service.Connection{}, func(context.Context, service.Place) (*service.Connection, diag.Diagnostics) {
		attempts++
		cancel()
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("no", "no")}
	})
	for i, ctx := range []context.Context{ctx, t.Context(), t.Context()} {
		if _, diags := s.At(ctx, service.Place{Region: "there"}); !diags.HasError() {
			t.Errorf("attempt %d succeeded", i)
		}
	}
	if attempts != 2 {
		t.Errorf("%d attempts, want 2", attempts)
	}
}

// An operation that has ended does not connect any more, whether it has to wait for its turn or not.
func TestAnOperationThatHasEndedDoesNotConnect(t *testing.T) {
	t.Parallel()
	s := service.New(own, &service.Connection{}, func(context.Context, service.Place) (*service.Connection, diag.Diagnostics) {
		t.Error("a connection was made")
		return nil, nil
	})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for ctx, want := range map[context.Context]string{cancelled: "was cancelled", expired: "timeout of the operation expired"} {
		for range 20 { // whether a turn that is free is taken is random
			for _, place := range []service.Place{{Region: "there"}, {ProjectID: "cc"}} {
				_, diags := s.At(ctx, place)
				if !diags.HasError() || !strings.Contains(diags[0].Detail(), want) {
					t.Fatalf("the diagnostics are %v, want one that says %q", diags, want)
				}
			}
		}
	}
}

// A delete that is skipped sends nothing, so it must not log in to the place of its tag either.
func TestATagIsLeftWithoutAConnection(t *testing.T) {
	t.Parallel()
	s := service.New(own, &service.Connection{ProjectID: "aa"}, func(context.Context, service.Place) (*service.Connection, diag.Diagnostics) {
		t.Error("a connection was made")
		return nil, nil
	})
	image := ims.Image{ID: "i", ProjectID: "bb"}
	s.Leave(service.Place{Region: "elsewhere", ProjectID: "bb"}, image, s.Claim(image, "k", "destroyed"))
	if !s.Claim(image, "k", "another").IsOwned() {
		t.Error("the tag that was left is somebody else's")
	}
}
