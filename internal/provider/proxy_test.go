// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The provider uses the proxy in the environment, here the mock. The host of the endpoint does not exist.
func TestAccProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := fmt.Sprintf("provider \"ims\" {\n endpoint = \"http://ims.invalid\"\n project_id = %q\n}\n", imstest.ProjectID)
	w := acctest.NewWorkspace(t, mock, config+acctest.TagBlock("test", image, "k", "v"))
	w.Env = append(w.Env, "HTTP_PROXY="+mock.URL(), "HW_ACCESS_KEY="+imstest.AccessKey, "HW_SECRET_KEY="+imstest.SecretKey)
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"k": "v"})
}

// If a proxy requires a password, the error names the proxy, and one request is made for any number of tags.
func TestAccProxyRequiresPassword(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.ForceAlways(imstest.Any, imstest.Answer{Status: http.StatusProxyAuthRequired})
	config := fmt.Sprintf("provider \"ims\" {\n endpoint = \"http://ims.invalid\"\n project_id = %q\n}\n", imstest.ProjectID)
	for i := range 3 {
		config += acctest.TagBlock(fmt.Sprintf("test%d", i), image, fmt.Sprintf("k%d", i), "v")
	}
	w := acctest.NewWorkspace(t, mock, config)
	w.Env = append(w.Env, "HTTP_PROXY="+strings.Replace(mock.URL(), "://", "://user:hunter2@", 1), "HW_AUTH_TOKEN="+imstest.Token)
	output := acctest.Squeeze(w.Fail("Cannot create image tag", "apply", "-auto-approve"))
	if named := "the proxy " + strings.TrimPrefix(mock.URL(), "http://") + " responded with HTTP 407"; strings.Count(output, named) != 3 {
		t.Errorf("not each error says %q:\n%s", named, output)
	}
	if strings.Count(output, "Check the environment variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY") != 3 || strings.Contains(output, "hunter2") {
		t.Errorf("the errors do not say what to do, or repeat the password:\n%s", output)
	}
	acctest.ExpectCalls(t, mock, imstest.WriteTag, firstWrites())
}

// firstWrites is how many writes find out that there is no way to the service: one, or none if the checks of the plan find it out
// in the apply.
func firstWrites() int {
	if acctest.AnnouncesApplies() {
		return 1
	}
	return 0
}

// If the connection is refused, one call is made. The errors of the other tags say why their calls were not sent, also of
// those that wait for another write to the same image.
func TestAccConnectionRefused(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(nil)
	closed.Close()
	config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n max_retries = 2\n}\n", closed.URL, imstest.ProjectID)
	for i := range 20 {
		image := fmt.Sprintf("%08d-4f50-6172-8394-a5b6c7d8e9f0", max(i, 2)) // three tags on the first
		config += acctest.TagBlock(fmt.Sprintf("test%d", i), image, fmt.Sprintf("k%d", i), "v")
	}
	w := acctest.NewWorkspace(t, nil, config)
	log := filepath.Join(w.Dir, "log")
	w.Env = append(w.Env, "HW_AUTH_TOKEN="+imstest.Token, "TF_LOG_PROVIDER=WARN", "TF_LOG_PATH="+log)
	output := acctest.Squeeze(w.Fail("Cannot create image tag", "apply", "-auto-approve"))
	for text, times := range map[string]int{
		"The service did not respond. Check endpoint and the network": 20,
		"connection refused": 20,
		"not sent, because the service could not be reached": 20 - firstWrites(),
		"Attempts: 3 in ": firstWrites(),
	} {
		if got := strings.Count(output, text); got != times {
			t.Errorf("%d errors say %q, want %d:\n%s", got, text, times, output)
		}
	}
	logged, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if sent := strings.Count(string(logged), "Received no HTTP response"); sent != 3+3 {
		t.Errorf("%d requests were sent, want those of the checks of the plan and of one call", sent)
	}
	w.ExpectNoResources()
}
