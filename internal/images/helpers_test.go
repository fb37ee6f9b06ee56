package images_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

type tags = map[string]string

// data is the configuration of a data source with the name "test".
func data(mock *imstest.Server, kind, body string) string {
	return acctest.ProviderBlock(mock) + fmt.Sprintf("\ndata %q \"test\" {\n%s\n}\n", kind, body)
}

// addImage adds an image with tags. An image that is added later is newer by a minute.
func addImage(mock *imstest.Server, name string, of tags) string {
	id := mock.AddImage(name)
	for key, value := range of {
		mock.SetTag(id, key, value)
	}
	return id
}

// family adds three images of a family, the oldest first: in production, in test, and broken in production.
func family(mock *imstest.Server) (production, test, broken string) {
	production = addImage(mock, "web-1", tags{"family": "web", "stage": "production"})
	test = addImage(mock, "web-2", tags{"family": "web", "stage": "test", "note": ""})
	broken = addImage(mock, "web-3", tags{"family": "web", "stage": "production", "broken": "yes"})
	return production, test, broken
}

// apply applies a configuration and checks the state.
func apply(t *testing.T, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// fails plans a configuration, which ends in this error.
func fails(t *testing.T, config, pattern string) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(pattern)}},
	})
}

func expect(addr, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(addr, tfjsonpath.New(attribute), value)
}
