package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

var signaturePattern = regexp.MustCompile(`Signature=([0-9a-f]{64})`)

// Neither the log of a whole life of a tag at TF_LOG=TRACE, nor the output, nor the state holds a secret.
func TestAccNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]string{
		"token":      {"HW_AUTH_TOKEN": imstest.Token},
		"access key": {"HW_ACCESS_KEY": imstest.AccessKey, "HW_SECRET_KEY": imstest.SecretKey},
		"temporary access key": {
			"HW_ACCESS_KEY": imstest.TempAccessKey, "HW_SECRET_KEY": imstest.TempSecretKey, "HW_SECURITY_TOKEN": imstest.TempSecurityToken,
		},
	}
	for name, credentials := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := startWithImage(t)
			config := fmt.Sprintf("provider \"ims\" {\n  endpoint = %q\n  project_id = %q\n}\n", mock.URL(), imstest.ProjectID)
			w := newWorkspace(t, mock, config+tagBlock("test", image, "environment", "production"))
			log := filepath.Join(w.dir, "trace.log")
			w.env = append(w.env, "TF_LOG=TRACE", "TF_LOG_PATH="+log)
			var secrets []string
			for name, secret := range credentials {
				w.env = append(w.env, name+"="+secret)
				secrets = append(secrets, secret)
			}

			// The service repeats what it was sent in an error, as a careless gateway might.
			echoed := strings.Join(secrets, " ")
			mock.Force(imstest.WriteTag, imstest.GatewayError(400, "APIGW.0106", "refused: "+echoed))
			output := w.fail("Cannot create image tag", "apply", "-auto-approve")
			output += w.run("apply", "-auto-approve")
			output += w.run("plan", "-out=plan.tfplan")
			output += w.run("show", "-json", "plan.tfplan")
			output += w.run("destroy", "-auto-approve")

			logged := read(t, log)
			if !strings.Contains(logged, "tf_http_req_method=POST") || !strings.Contains(logged, "tf_http_res_status_code=204") {
				t.Error("the log does not show the requests")
			}
			for _, secret := range append(signatures(mock), secrets...) {
				expectNoSecret(t, "the log", logged, secret)
				expectNoSecret(t, "the output", output, secret)
				expectNoSecret(t, "the state", read(t, filepath.Join(w.dir, "terraform.tfstate.backup")), secret)
			}
		})
	}
}

// signatures returns all that the mock was sent.
func signatures(mock *imstest.Server) []string {
	var all []string
	for _, r := range mock.Requests() {
		if match := signaturePattern.FindStringSubmatch(r.Header.Get("Authorization")); match != nil {
			all = append(all, match[1])
		}
	}
	return all
}

func expectNoSecret(t *testing.T, where, text, secret string) {
	t.Helper()
	if secret == "" {
		t.Fatal("an empty secret is in everything")
	}
	if at := strings.Index(text, secret); at >= 0 {
		t.Errorf("%s holds the secret %q: ...%s", where, secret, text[max(0, at-200):at])
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
