package images_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const imageAddr = "data.ims_image.test"

func TestImageIsFoundByItsTags(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	_, test, _ := family(mock)
	apply(t, data(mock, "ims_image", `tags = { family = "web", stage = "test", note = "" }`),
		expect(imageAddr, "id", knownvalue.StringExact(test)),
		expect(imageAddr, "name", knownvalue.StringExact("web-2")),
	)
}
