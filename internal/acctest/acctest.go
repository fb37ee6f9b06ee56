// SPDX-License-Identifier: MPL-2.0

// Package acctest is what the acceptance tests of all packages share: the provider against the mock, through the real
// Terraform and at the protocol level.
package acctest

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

// Addr is the resource of [TagConfig].
const Addr = "ims_image_tag.test"

// OtherProject is a project that a mock does not know until it is told.
const OtherProject = "fedcba9876543210fedcba9876543210"

// Isolated is a provider that sees none of the developer's environment and never waits between two attempts.
var Isolated = provider.Dependencies{
	Getenv: func(string) string { return "" },
	Jitter: func(time.Duration) time.Duration { return 0 },
}

// Hurried is like [Isolated], and its operations give up soon.
func Hurried(timeout time.Duration) provider.Dependencies {
	dependencies := Isolated
	dependencies.Timeout = timeout
	return dependencies
}

// Factories is the provider for plugin-testing, isolated.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return FactoriesWith(Isolated)
}

// FactoriesWith is the provider for plugin-testing.
func FactoriesWith(dependencies provider.Dependencies) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ims": providerserver.NewProtocol6WithError(provider.New("test", dependencies)()),
	}
}

// EnvironmentOf returns an environment of these variables and no others.
func EnvironmentOf(variables map[string]string) func(string) string {
	variables = maps.Clone(variables)
	return func(name string) string { return variables[name] }
}

// ProviderBlock is the configuration of a provider that logs in to the mock with a token.
func ProviderBlock(mock *imstest.Server) string {
	return fmt.Sprintf(`
provider "ims" {
  endpoint   = %q
  project_id = %q
  token      = %q
}
`, mock.URL(), imstest.ProjectID, imstest.Token)
}

// WithAccessKey is a configuration with [ProviderBlock] that logs in with an access key, which is valid for all projects.
func WithAccessKey(config string) string {
	token := fmt.Sprintf("token      = %q", imstest.Token)
	return strings.Replace(config, token, fmt.Sprintf("access_key = %q\n  secret_key = %q", imstest.AccessKey, imstest.SecretKey), 1)
}

// TagConfig is a configuration with one tag, ims_image_tag.test. Extra lines go into the resource.
func TagConfig(mock *imstest.Server, image, key, value string, extra ...string) string {
	return ProviderBlock(mock) + TagBlock("test", image, key, value, extra...)
}

// TagBlock is the configuration of one tag. Extra lines go into the resource.
func TagBlock(name, image, key, value string, extra ...string) string {
	return fmt.Sprintf(`
resource "ims_image_tag" %q {
  image_id = %q
  key      = %q
  value    = %q
  %s
}
`, name, image, key, value, strings.Join(extra, "\n  "))
}

// ManyTags is a configuration of as many tags on as many images, so that Terraform writes ten at a time.
func ManyTags(mock *imstest.Server, many int) string {
	var config strings.Builder
	config.WriteString(ProviderBlock(mock))
	for i := range many {
		name := string(rune('a'+i/10)) + string(rune('0'+i%10))
		config.WriteString(TagBlock(name, mock.AddImage(name), name, "v"))
	}
	return config.String()
}

// NoTagsLeft is a CheckDestroy that asks the mock, not the state.
func NoTagsLeft(mock *imstest.Server) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := mock.AllTags(); len(left) > 0 {
			return fmt.Errorf("tags are left: %v", left)
		}
		return nil
	}
}

// ExpectTags fails the test when an image has other tags than these.
func ExpectTags(t *testing.T, mock *imstest.Server, image string, want map[string]string) {
	t.Helper()
	if got := mock.Tags(image); !maps.Equal(got, want) {
		t.Errorf("the image has the tags %v, want %v", got, want)
	}
}

// StartWithImage starts a mock that has one image.
func StartWithImage(t *testing.T) (*imstest.Server, string) {
	t.Helper()
	mock := imstest.Start(t)
	return mock, mock.AddImage("golden")
}

// TagState is the state of the tag "environment" of an image.
func TagState(image, value string) map[string]string {
	return map[string]string{
		"id":         image + "/environment",
		"project_id": imstest.ProjectID,
		"image_id":   image,
		"key":        "environment",
		"value":      value,
	}
}

// TagIdentity is the identity of the tag "environment" of an image.
func TagIdentity(image string) map[string]string {
	return map[string]string{"project_id": imstest.ProjectID, "image_id": image, "key": "environment"}
}
