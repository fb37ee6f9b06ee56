package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

const testProject = "0123456789abcdef0123456789abcdef"

func TestResolveFillsGapsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	complete := map[string]string{"OS_REGION_NAME": "eu-de", "OS_PROJECT_ID": testProject, "OS_TOKEN": "t"}
	cases := map[string]struct {
		model       providerModel
		environment map[string]string // besides the complete one
		want        settings
	}{
		"all of it": {
			want: settings{endpoint: "https://ims.eu-de.myhuaweicloud.com", projectID: testProject, token: "t", maxRetries: 10},
		},
		"the names of Huawei Cloud come first": {
			environment: map[string]string{
				"HW_REGION_NAME": "eu-west-101", "HW_PROJECT_ID": strings.Repeat("f", 32), "HW_AUTH_TOKEN": "h", "HW_CLOUD": "example.com",
				"HW_MAX_RETRIES": "3", "OS_MAX_RETRIES": "4", "OS_INSECURE": "true", "OS_CACERT": "/ca.pem",
			},
			want: settings{
				endpoint: "https://ims.eu-west-101.example.com", projectID: strings.Repeat("f", 32), token: "h", maxRetries: 3,
				insecure: true, caCert: "/ca.pem",
			},
		},
		"what is configured wins": {
			model: providerModel{
				Region: text("eu-nl"), CloudDomain: text("otc.t-systems.com"), ProjectID: text(strings.Repeat("a", 32)), Token: text("c"),
				MaxRetries: types.Int64Value(0), Insecure: types.BoolValue(false), CACertFile: text("/mine.pem"),
			},
			environment: map[string]string{"HW_CLOUD": "example.com", "HW_MAX_RETRIES": "3", "HW_INSECURE": "true", "OS_CACERT": "/ca.pem"},
			want: settings{
				endpoint: "https://ims.eu-nl.otc.t-systems.com", projectID: strings.Repeat("a", 32), token: "c", caCert: "/mine.pem",
			},
		},
		"an endpoint makes region and domain needless": {
			model:       providerModel{Endpoint: text("https://ims.example.com/prefix/")},
			environment: map[string]string{"HW_REGION_NAME": "no host name!"},
			want:        settings{endpoint: "https://ims.example.com/prefix/", projectID: testProject, token: "t", maxRetries: 10},
		},
		"an endpoint of the environment comes before a region": {
			model:       providerModel{Region: text("eu-de")},
			environment: map[string]string{"IMS_ENDPOINT": "https://ims.example.com"},
			want:        settings{endpoint: "https://ims.example.com", projectID: testProject, token: "t", maxRetries: 10},
		},
		"an empty text is not set": {
			model: providerModel{Token: text(""), ProjectID: text("")},
			want:  settings{endpoint: "https://ims.eu-de.myhuaweicloud.com", projectID: testProject, token: "t", maxRetries: 10},
		},
		"a secret key alone can come from the environment": {
			model:       providerModel{AccessKey: text("ak")},
			environment: map[string]string{"HW_SECRET_KEY": "sk", "HW_SECURITY_TOKEN": "of another key"},
			want: settings{
				endpoint: "https://ims.eu-de.myhuaweicloud.com", projectID: testProject, accessKey: "ak", secretKey: "sk", maxRetries: 10,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := c.model.resolve(func(name string) string {
				if value, ok := c.environment[name]; ok {
					return value
				}
				return complete[name]
			})
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			if got != c.want {
				t.Errorf("the settings are\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestResolveReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	good := providerModel{Region: text("eu-de"), ProjectID: text(testProject), Token: text("t")}
	with := func(change func(*providerModel)) providerModel {
		model := good
		change(&model)
		return model
	}
	cases := map[string]struct {
		model       providerModel
		environment map[string]string
		summary     string
		details     []string
	}{
		"nothing at all": {
			summary: "Incomplete provider configuration",
			details: []string{"address is missing", "project id is missing", "credentials are missing"},
		},
		"an access key without its secret": {
			model:   with(func(m *providerModel) { m.Token, m.AccessKey = text(""), text("ak") }),
			summary: "Incomplete provider configuration",
			details: []string{"access_key is set, but its secret key is missing: set secret_key", "HW_SECRET_KEY, OS_SECRET_KEY"},
		},
		"a secret without its access key": {
			model:   with(func(m *providerModel) { m.Token, m.SecretKey = text(""), text("sk") }),
			summary: "Incomplete provider configuration",
			details: []string{"secret_key is set, but its access key is missing: set access_key"},
		},
		"two ways to log in": {
			model:   with(func(m *providerModel) { m.AccessKey, m.SecretKey = text("ak"), text("sk") }),
			summary: "Incomplete provider configuration",
			details: []string{"token and access_key or secret_key are both configured"},
		},
		"a project that is a name": {
			model:   with(func(m *providerModel) { m.ProjectID = text("eu-de") }),
			summary: "Invalid project id",
			details: []string{`"eu-de" is not 32 hexadecimal digits`},
		},
		"a region that is no part of a host": {
			model:   with(func(m *providerModel) { m.Region = text("eu/de") }),
			summary: "Invalid region",
			details: []string{`"eu/de" cannot be part of a host name`},
		},
		"a domain that is none": {
			model:   with(func(m *providerModel) { m.CloudDomain = text("https://otc.t-systems.com") }),
			summary: "Invalid cloud domain",
			details: []string{"is no domain name"},
		},
		"retries that are no number": {
			model:       good,
			environment: map[string]string{"HW_MAX_RETRIES": "many"},
			summary:     "Invalid max_retries",
			details:     []string{`HW_MAX_RETRIES is "many"`, "0 to 100"},
		},
		"a switch that is none": {
			model:       good,
			environment: map[string]string{"OS_INSECURE": "maybe"},
			summary:     "Invalid insecure",
			details:     []string{`OS_INSECURE is "maybe"`},
		},
		"plain http to another host is a warning": {
			model:   with(func(m *providerModel) { m.Endpoint = text("http://ims.example.com") }),
			summary: "Endpoint without encryption",
			details: []string{"anyone on the way to it can read the credentials"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := c.model.resolve(func(name string) string { return c.environment[name] })
			if len(diags) != 1 || diags[0].Summary() != c.summary {
				t.Fatalf("the diagnostics are %v, want one %q", diags, c.summary)
			}
			for _, want := range c.details {
				if !strings.Contains(diags[0].Detail(), want) {
					t.Errorf("the detail does not say %q:\n%s", want, diags[0].Detail())
				}
			}
		})
	}
}

func TestResolveTakesPlainHTTPToThisMachine(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"} {
		model := providerModel{
			Endpoint: types.StringValue(endpoint), ProjectID: types.StringValue(testProject), Token: types.StringValue("t"),
		}
		if _, diags := model.resolve(func(string) string { return "" }); len(diags) > 0 {
			t.Errorf("%s: %v", endpoint, diags)
		}
	}
}

func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	s := settings{token: "tok", secretKey: "sk", projectID: testProject}
	if got, want := s.redact("a tok, sk and "+testProject), "a ***, *** and "+testProject; got != want {
		t.Errorf("redacted is %q, want %q", got, want)
	}
	if got := s.secrets(); !slices.Equal(got, []string{"tok", "sk"}) {
		t.Errorf("the secrets are %q", got)
	}
}

func TestParseImportID(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	other := strings.Repeat("f", 32)
	cases := map[string]struct {
		id, project, image, key string
	}{
		"an image and a key":              {image + "/environment", testProject, image, "environment"},
		"with a project":                  {other + "/" + image + "/environment", other, image, "environment"},
		"a key with slashes":              {image + "/a/b/c", testProject, image, "a/b/c"},
		"a key that begins with a slash":  {image + "//a", testProject, image, "/a"},
		"a key that looks like a project": {image + "/" + other, testProject, image, other},
		"a key that looks like an image":  {image + "/" + image, testProject, image, image},
		"a key that is blank":             {image + "/ ", testProject, image, " "},
		"a key beyond the limits":         {image + "/" + strings.Repeat("k", 127), testProject, image, strings.Repeat("k", 127)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseImportID(c.id, testProject)
			if err != nil {
				t.Fatal(err)
			}
			if got.image.ProjectID != c.project || got.image.ID != c.image || got.key != c.key {
				t.Errorf("the address is %+v", got)
			}
		})
	}
}
