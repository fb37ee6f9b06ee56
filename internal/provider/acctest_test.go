package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

const addr = "ims_image_tag.test"

// isolated is a provider that sees none of the developer's environment and never waits between two attempts.
var isolated = provider.Dependencies{
	Getenv: func(string) string { return "" },
	Jitter: func(time.Duration) time.Duration { return 0 },
}

// hurried is like isolated, and its operations give up soon.
func hurried(timeout time.Duration) provider.Dependencies {
	hurried := isolated
	hurried.Timeout = timeout
	return hurried
}

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return factoriesWith(isolated)
}

func factoriesWith(dependencies provider.Dependencies) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ims": providerserver.NewProtocol6WithError(provider.New("test", dependencies)()),
	}
}

// environmentOf returns an environment of these variables and no others.
func environmentOf(variables map[string]string) func(string) string {
	variables = maps.Clone(variables)
	return func(name string) string { return variables[name] }
}

// providerBlock is the configuration of a provider that logs in to the mock with a token.
func providerBlock(mock *imstest.Server) string {
	return fmt.Sprintf(`
provider "ims" {
  endpoint   = %q
  project_id = %q
  token      = %q
}
`, mock.URL(), imstest.ProjectID, imstest.Token)
}

// tagConfig is a configuration with one tag, ims_image_tag.test. Extra lines go into the resource.
func tagConfig(mock *imstest.Server, image, key, value string, extra ...string) string {
	return providerBlock(mock) + tagBlock("test", image, key, value, extra...)
}

func tagBlock(name, image, key, value string, extra ...string) string {
	return fmt.Sprintf(`
resource "ims_image_tag" %q {
  image_id = %q
  key      = %q
  value    = %q
  %s
}
`, name, image, key, value, strings.Join(extra, "\n  "))
}

// noTagsLeft is a CheckDestroy that asks the mock, not the state.
func noTagsLeft(mock *imstest.Server) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := mock.AllTags(); len(left) > 0 {
			return fmt.Errorf("tags are left: %v", left)
		}
		return nil
	}
}

// expectTags fails the test when an image has other tags than these.
func expectTags(t *testing.T, mock *imstest.Server, image string, want map[string]string) {
	t.Helper()
	if got := mock.Tags(image); !maps.Equal(got, want) {
		t.Errorf("the image has the tags %v, want %v", got, want)
	}
}

// expectCalls fails the test when the mock has seen another number of calls of an operation.
func expectCalls(t *testing.T, mock *imstest.Server, operation imstest.Operation, want int) {
	t.Helper()
	if got := mock.Count(operation); got != want {
		t.Errorf("%s was called %d times, want %d", operation, got, want)
	}
}

// expectNoWrites fails the test when the mock has seen a call that changes anything.
func expectNoWrites(t *testing.T, mock *imstest.Server) {
	t.Helper()
	if got := mock.Count(imstest.WriteTag, imstest.DeleteTag, imstest.BatchTags); got != 0 {
		t.Errorf("%d writes were made, want none", got)
	}
}

// startWithImage starts a mock that has one image.
func startWithImage(t *testing.T) (*imstest.Server, string) {
	t.Helper()
	mock := imstest.Start(t)
	return mock, mock.AddImage("golden")
}
