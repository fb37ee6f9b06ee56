// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

var (
	signaturePattern = regexp.MustCompile(`Signature=([0-9a-f]{64})`)
	issuedPattern    = regexp.MustCompile(`mock-issued-[a-z-]+\d+-[0-9a-f]{4}`)
)

// knownSecrets are the secrets of all login methods.
var knownSecrets = []string{
	imstest.Token, imstest.SecretKey, imstest.TempSecretKey, imstest.TempSecurityToken, imstest.Password, imstest.IDToken,
	imstest.ApplicationCredentialSecret,
}

// The log at TF_LOG=TRACE, the output, the plan and the state contain no secret, with any login method, also if calls
// fail. The secrets are in the environment, because Terraform itself shows the content of configuration files in plans.
func TestAccNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	for name, c := range loginCases {
		if c.environment == nil || c.config != nil {
			continue // another case sets the same login method in the environment
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			project := cmp.Or(c.project, imstest.ProjectID)
			image := addImageTo(mock, project)
			dir := writeLoginFiles(t, mock)
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n}\n", mock.URL(), project)
			w := acctest.NewWorkspace(t, mock, config+acctest.TagBlock("test", image, "environment", "production"))
			log := filepath.Join(w.Dir, "trace.log")
			w.Env = append(w.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+log, "IMS_METADATA_ENDPOINT="+mock.URL())
			var given []string
			for name, value := range c.environment(mock, dir) {
				w.Env = append(w.Env, name+"="+value)
				given = append(given, value)
			}

			// The service returns the credentials of the request in an error, as a careless gateway might.
			var repeated atomic.Bool
			mock.React(imstest.WriteTag, func(r imstest.Request) *imstest.Answer {
				if repeated.Swap(true) {
					return nil
				}
				sent := append(slices.Clone(given), r.Header.Get("X-Auth-Token"), r.Header.Get("X-Security-Token"))
				answer := imstest.GatewayError(400, "APIGW.0106", "refused: "+strings.Join(sent, " "))
				return &answer
			})
			output := w.Fail("Cannot create image tag", "apply", "-auto-approve")
			output += w.Run("apply", "-auto-approve")
			output += w.Run("plan", "-out=plan.tfplan")
			output += w.Run("show", "-json", "plan.tfplan")
			output += w.Run("destroy", "-auto-approve")

			logged := read(t, log)
			for _, want := range []string{"tf_http_req_method=POST", "tf_http_res_status_code=204", "Resolved provider settings"} {
				if !strings.Contains(logged, want) {
					t.Errorf("the log does not show %q", want)
				}
			}
			for _, secret := range append(sentSecrets(mock), knownSecrets...) {
				expectNoSecret(t, "the log", logged, secret)
				expectNoSecret(t, "the output", output, secret)
				expectNoSecret(t, "the state", read(t, filepath.Join(w.Dir, "terraform.tfstate.backup")), secret)
			}
			if match := issuedPattern.FindString(logged + output); match != "" {
				t.Errorf("a credential that IAM issued is shown: %s", match)
			}
		})
	}
}

// A failed login shows no secret either.
func TestAccNoSecretIsLoggedByALoginThatFails(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.Force(imstest.CreateToken, imstest.Answer{
		Status: 401, Body: `{"error":{"code":401,"message":"the password ` + imstest.Password + ` is wrong","title":"Unauthorized"}}`,
	})
	config := fmt.Sprintf("provider \"ims\" {\n auth_url = %q\n region = %q\n user_name = \"u\"\n domain_name = \"d\"\n}\n",
		iamURL(mock), imstest.Region)
	w := acctest.NewWorkspace(t, mock, config+acctest.TagBlock("test", image, "k", "v"))
	log := filepath.Join(w.Dir, "trace.log")
	w.Env = append(w.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+log, "OS_PASSWORD="+imstest.Password)

	output := w.Fail("the password *** is wrong", "apply", "-auto-approve")
	expectNoSecret(t, "the output", output, imstest.Password)
	expectNoSecret(t, "the log", read(t, log), imstest.Password)
}

// A passcode is not logged.
func TestAccNoPasscodeIsLogged(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t, imstest.WithSecondFactor())
	image := mock.AddImage("golden")
	config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n auth_url = %q\n project_id = %q\n user_id = %q\n}\n",
		mock.URL(), iamURL(mock), imstest.ProjectID, imstest.UserID)
	w := acctest.NewWorkspace(t, mock, config+acctest.TagBlock("test", image, "k", "v"))
	log := filepath.Join(w.Dir, "trace.log")
	w.Env = append(w.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+log, "OS_PASSWORD="+imstest.Password, "OS_PASSCODE="+imstest.Passcode)
	mock.Force(imstest.WriteTag, imstest.GatewayError(400, "APIGW.0106", "refused: "+imstest.Passcode))

	output := w.Fail("refused: ***", "apply", "-auto-approve")
	for _, secret := range append(sentSecrets(mock), imstest.Password, imstest.Passcode) {
		expectNoSecret(t, "the output", output, secret)
		expectNoSecret(t, "the log", read(t, log), secret)
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
}

// sentSecrets returns the tokens and signatures in the requests that the mock received.
func sentSecrets(mock *imstest.Server) []string {
	var all []string
	for _, r := range mock.Requests() {
		if match := signaturePattern.FindStringSubmatch(r.Header.Get("Authorization")); match != nil {
			all = append(all, match[1])
		}
		for _, header := range []string{"X-Auth-Token", "X-Security-Token"} {
			if value := r.Header.Get(header); value != "" {
				all = append(all, value)
			}
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
