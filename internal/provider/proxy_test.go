package provider_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The proxy of the environment is used. Here it is the mock itself; the host of the endpoint does not exist.
func TestAccProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	config := fmt.Sprintf("provider \"ims\" {\n endpoint = \"http://ims.invalid\"\n project_id = %q\n}\n", imstest.ProjectID)
	w := newWorkspace(t, mock, config+tagBlock("test", image, "k", "v"))
	w.env = append(w.env, "HTTP_PROXY="+mock.URL(), "HW_ACCESS_KEY="+imstest.AccessKey, "HW_SECRET_KEY="+imstest.SecretKey)
	w.run("apply", "-auto-approve")
	expectTags(t, mock, image, map[string]string{"k": "v"})
}
