// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	tfresource "github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	ims "github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

func TestSchemasAreValid(t *testing.T) {
	t.Parallel()
	p := ims.New("test", acctest.Isolated)()
	var schema provider.SchemaResponse
	p.Schema(t.Context(), provider.SchemaRequest{}, &schema)
	if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Error(diags)
	}
	for _, secret := range []string{"token", "access_key", "secret_key", "security_token"} {
		if !schema.Schema.Attributes[secret].IsSensitive() {
			t.Errorf("%s is not sensitive", secret)
		}
	}
	for name, attribute := range schema.Schema.Attributes {
		if !attribute.IsOptional() || attribute.GetMarkdownDescription() == "" {
			t.Errorf("%s is not optional or has no description", name)
		}
	}

	for _, newResource := range p.Resources(t.Context()) {
		r := newResource()
		var schema resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(t.Context()); diags.HasError() {
			t.Error(diags)
		}
		for name, attribute := range schema.Schema.Attributes {
			if attribute.GetMarkdownDescription() == "" {
				t.Errorf("%s has no description", name)
			}
		}
	}
}

// The text in TF_APPEND_USER_AGENT may contain line breaks.
func TestAccProviderUserAgent(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	dependencies := acctest.Isolated
	dependencies.Getenv = acctest.EnvironmentOf(map[string]string{"TF_APPEND_USER_AGENT": "pipeline/7\nrun/8"})
	tfresource.UnitTest(t, tfresource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
		Steps:                    []tfresource.TestStep{{Config: acctest.TagConfig(mock, image, "k", "v")}},
	})
	want := regexp.MustCompile(`^terraform-provider-ims/test Terraform/\d+\.\d+\.\S+ pipeline/7 run/8$`)
	for _, r := range mock.Requests() {
		if agent := r.Header.Get("User-Agent"); !want.MatchString(agent) {
			t.Fatalf("the user agent is %q", agent)
		}
	}
}

// While a setting of the provider is unknown, the plan makes no calls and does not use the environment.
func TestAccProviderUnknownSettings(t *testing.T) {
	t.Parallel()
	for _, attribute := range []string{"endpoint", "project_id", "token", "secret_key", "max_retries", "insecure", "cacert_file", "region"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			settings := map[string]string{
				"endpoint":    fmt.Sprintf("%q", mock.URL()),
				"project_id":  fmt.Sprintf("%q", imstest.ProjectID),
				"access_key":  fmt.Sprintf("%q", imstest.AccessKey),
				"secret_key":  fmt.Sprintf("%q", imstest.SecretKey),
				"max_retries": "3",
				"insecure":    "false",
				"cacert_file": `""`,
				"region":      `"eu-de"`,
				"token":       `""`,
			}
			config := func(input string) string {
				var b strings.Builder
				known := settings[attribute]
				fmt.Fprintf(&b, "resource \"terraform_data\" \"known_later\" {\n  input = %s\n  triggers_replace = %q\n}\n", known, input)
				b.WriteString("provider \"ims\" {\n")
				for name, value := range settings {
					if name == attribute {
						value = "terraform_data.known_later.output"
					}
					fmt.Fprintf(&b, "  %s = %s\n", name, value)
				}
				b.WriteString("}\n" + acctest.TagBlock("test", image, "environment", "production"))
				return b.String()
			}
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(map[string]string{
				"IMS_ENDPOINT": "http://127.0.0.1:1", "HW_PROJECT_ID": "wrong", "HW_SECRET_KEY": "wrong",
			})

			tfresource.UnitTest(t, tfresource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []tfresource.TestStep{
					{ // The plan makes no call; the apply knows the setting and makes them.
						Config: config("first"),
						ConfigPlanChecks: tfresource.ConfigPlanChecks{
							PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate)},
						},
						PostApplyFunc: func() { acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"}) },
					},
					{ // With the tag in the state, a refresh without a client leaves it as it is.
						Config:   config("second"),
						PlanOnly: true,
						ConfigPlanChecks: tfresource.ConfigPlanChecks{
							PostApplyPostRefresh: []plancheck.PlanCheck{
								plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionNoop),
								plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("value"), knownvalue.StringExact("production")),
							},
						},
						ExpectNonEmptyPlan: true, // terraform_data itself
					},
				},
			})
		})
	}
}

// After a call with wrong credentials, no other is made, because more of them can lock the access key.
func TestAccProviderStopsAfterRejectedCredentials(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	config.WriteString(strings.Replace(acctest.ProviderBlock(mock), imstest.Token, "wrong", 1))
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	tfresource.UnitTest(t, tfresource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []tfresource.TestStep{{
			Config:      config.String(),
			ExpectError: regexp.MustCompile(`The service (does not accept|rejected) the credentials`),
		}},
	})
	if got := mock.Count(); got != 2 {
		t.Errorf("%d calls were made with the wrong credentials, want one by the plan and one by the apply", got)
	}
}

func TestAccProviderEndpointErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ endpoint, want string }{
		"no scheme":      {"ims.eu-de.otc.t-systems.com", "is not an absolute http or https URL"},
		"another scheme": {"ftp://ims.example.com", "is not an absolute http or https URL"},
		"no host":        {"https:///v2", "is not an absolute http or https URL"},
		"a query":        {"https://ims.example.com/?a=b", "has a query or a fragment"},
		"a user":         {"https://user:hunter2@ims.example.com", "contains a user name or a password"},
		"no URL":         {"https://ims.example.com:port", "cannot be read as a URL"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, nil, fmt.Sprintf("provider \"ims\" {\n  endpoint = %q\n  project_id = %q\n  token = \"t\"\n}\n",
				c.endpoint, imstest.ProjectID)+acctest.TagBlock("test", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "k", "v"))
			output := w.Fail("Invalid endpoint", "plan")
			if !strings.Contains(acctest.Squeeze(output), c.want) || !strings.Contains(output, "with provider") || !strings.Contains(output, "endpoint = ") {
				t.Errorf("the error does not say %q at the attribute:\n%s", c.want, output)
			}
			if rest := strings.ReplaceAll(output, fmt.Sprintf("endpoint = %q", c.endpoint), ""); strings.Contains(rest, "hunter2") {
				t.Errorf("the error repeats the password:\n%s", output)
			}
		})
	}
}

func TestAccProviderMissingSettingsAreOneError(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, nil, "provider \"ims\" {}\n"+acctest.TagBlock("test", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "k", "v"))
	output := acctest.Squeeze(w.Fail("Incomplete provider configuration", "plan"))
	for _, want := range []string{
		"The endpoint of the image service is missing", "IMS_ENDPOINT", "HW_REGION_NAME, OS_REGION_NAME, OS_REGION",
		"The project is missing", "HW_PROJECT_ID, OS_PROJECT_ID, OS_TENANT_ID",
		"No credentials are configured", "HW_AUTH_TOKEN, OS_AUTH_TOKEN, OS_TOKEN", "HW_ACCESS_KEY, OS_ACCESS_KEY",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("the error does not say %q:\n%s", want, output)
		}
	}
	if got := strings.Count(output, "Error:"); got != 1 {
		t.Errorf("there are %d errors, want one", got)
	}
}

// A region that is not in the provider block is unknown as well while a setting is: it can come from anywhere.
func TestAccUnknownSettingsAndARegionOfTheEnvironment(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	dependencies := acctest.Isolated
	dependencies.Getenv = acctest.EnvironmentOf(map[string]string{"HW_REGION_NAME": imstest.Region})
	config := func(trigger, key, value string) string {
		return fmt.Sprintf(`
resource "terraform_data" "known_later" {
  input            = %q
  triggers_replace = %q
}
provider "ims" {
  endpoint   = %q
  project_id = %q
  access_key = %q
  secret_key = terraform_data.known_later.output
}
resource "ims_image_tags" "test" {
  image_id = %q
  tags     = { in-a-set = %q }
}
`, imstest.SecretKey, trigger, mock.URL(), imstest.ProjectID, imstest.AccessKey, image, value) + acctest.TagBlock("test", image, key, value)
	}
	tagged := func(key, value string) func() {
		return func() { acctest.ExpectTags(t, mock, image, map[string]string{key: value, "in-a-set": value}) }
	}
	region := func(check knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{
			statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("region"), check),
			statecheck.ExpectKnownValue("ims_image_tags.test", tfjsonpath.New("region"), check),
		}
	}
	tfresource.UnitTest(t, tfresource.TestCase{
		ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []tfresource.TestStep{
			{Config: config("create", "stage", "a"), PostApplyFunc: tagged("stage", "a"), ConfigStateChecks: region(knownvalue.StringExact(imstest.Region))},
			{
				Config: config("update", "stage", "b"), PostApplyFunc: tagged("stage", "b"),
				ConfigPlanChecks: tfresource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionUpdate),
					plancheck.ExpectResourceAction("ims_image_tags.test", plancheck.ResourceActionUpdate),
				}},
			},
			{
				Config: config("replace", "phase", "b"), PostApplyFunc: tagged("phase", "b"),
				ConfigPlanChecks: tfresource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionDestroyBeforeCreate),
				}},
			},
		},
	})
}
