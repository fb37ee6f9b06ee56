package provider

import (
	"cmp"
	"reflect"
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
	token := func(from, token string) login { return login{way: wayToken, from: from, token: token} }
	const iam = "https://iam.eu-de.myhuaweicloud.com/v3"
	cases := map[string]struct {
		config      configuration
		environment map[string]string // besides the complete one
		want        settings
		endpoint    string
		single      bool // no bulk reads
	}{
		"all of it": {
			want:     settings{authURL: iam, projectID: testProject, login: token("OS_TOKEN", "t"), region: "eu-de"},
			endpoint: "https://ims.eu-de.myhuaweicloud.com",
		},
		"the names of Huawei Cloud come first": {
			environment: map[string]string{
				"HW_REGION_NAME": "eu-west-101", "HW_PROJECT_ID": strings.Repeat("f", 32), "HW_AUTH_TOKEN": "h", "HW_CLOUD": "example.com",
				"HW_MAX_RETRIES": "3", "OS_MAX_RETRIES": "4", "OS_INSECURE": "true", "OS_CACERT": "/ca.pem", "IMS_BULK_READS": "false",
			},
			single: true,
			want: settings{
				authURL: "https://iam.eu-west-101.example.com/v3", cloudDomain: "example.com", region: "eu-west-101",
				projectID: strings.Repeat("f", 32), login: token("HW_AUTH_TOKEN", "h"), maxRetries: 3, insecure: true, caCert: "/ca.pem",
			},
			endpoint: "https://ims.eu-west-101.example.com",
		},
		"what is configured wins": {
			config: configuration{providerModel: providerModel{
				Region: text("eu-nl"), CloudDomain: text("otc.t-systems.com"), ProjectID: text(strings.Repeat("a", 32)), Token: text("c"),
				MaxRetries: types.Int64Value(7), Insecure: types.BoolValue(false), CACertFile: text("/mine.pem"),
				AuthURL: text("https://iam.example.com"), BulkReads: types.BoolValue(true),
			}},
			environment: map[string]string{"IMS_BULK_READS": "0", "HW_CLOUD": "example.com", "HW_MAX_RETRIES": "3", "HW_INSECURE": "true", "OS_CACERT": "/ca.pem"},
			want: settings{
				authURL: "https://iam.example.com/v3", cloudDomain: "otc.t-systems.com", region: "eu-nl",
				projectID: strings.Repeat("a", 32), login: token("the configuration", "c"), maxRetries: 7, caCert: "/mine.pem",
			},
			endpoint: "https://ims.eu-nl.otc.t-systems.com",
		},
		"an empty text is not set": {
			config:   configuration{providerModel: providerModel{Token: text(""), ProjectID: text("")}},
			want:     settings{authURL: iam, projectID: testProject, login: token("OS_TOKEN", "t"), region: "eu-de"},
			endpoint: "https://ims.eu-de.myhuaweicloud.com",
		},
		"configured keys win over a token of the environment, and over the token of another key": {
			config:      configuration{providerModel: providerModel{AccessKey: text("ak")}},
			environment: map[string]string{"HW_SECRET_KEY": "sk", "HW_SECURITY_TOKEN": "of another key"},
			want: settings{
				authURL: iam, projectID: testProject, region: "eu-de",
				login: login{way: wayAccessKey, from: "the configuration", accessKey: "ak", secretKey: "sk"},
			},
			endpoint: "https://ims.eu-de.myhuaweicloud.com",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := c.config.resolve(func(name string) string {
				if value, ok := c.environment[name]; ok {
					return value
				}
				return complete[name]
			})
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			c.want.maxRetries = cmp.Or(c.want.maxRetries, 10)
			c.want.metadataURL = defaultMetadataURL
			c.want.bulkReads = !c.single
			c.want.cloudDomain = cmp.Or(c.want.cloudDomain, defaultCloudDomain)
			if !reflect.DeepEqual(got, c.want) {
				type plain settings // without the method that hides it
				t.Errorf("the settings are\n%#v, want\n%#v", plain(got), plain(c.want))
			}
			if got.builtEndpoint() != c.endpoint {
				t.Errorf("the endpoint is %s, want %s", got.builtEndpoint(), c.endpoint)
			}
		})
	}
}

// Of several ways to log in, a configured one comes first, and then their order is fixed.
func TestOrderOfTheWaysIn(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	everything := map[string]string{
		"OS_TOKEN": "t", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_DOMAIN_NAME": "d",
		"HW_ASSUME_ROLE_IDP_ID": "i", "HW_ASSUME_ROLE_ID_TOKEN": "j", "HW_PROFILE": "x", "OS_CLOUD": "c", "IMS_USE_METADATA": "true",
	}
	steps := []struct {
		way  way
		gone []string // variables taken away before the next step
	}{
		{wayToken, []string{"OS_TOKEN"}},
		{wayAccessKey, []string{"HW_ACCESS_KEY", "HW_SECRET_KEY"}},
		{wayPassword, []string{"OS_PASSWORD"}},
		{wayWebIdentity, []string{"HW_ASSUME_ROLE_ID_TOKEN"}},
		{wayProfile, []string{"HW_PROFILE"}},
		{wayCloud, []string{"OS_CLOUD"}},
		{wayMetadata, []string{"IMS_USE_METADATA"}},
		{"", nil},
	}
	gone := make(map[string]bool)
	for _, step := range steps {
		r := &resolver{getenv: func(name string) string {
			if gone[name] {
				return ""
			}
			return everything[name]
		}}
		if got := r.login().way; got != step.way {
			t.Errorf("the way in is %q, want %q", got, step.way)
		}
		for _, name := range step.gone {
			gone[name] = true
		}
	}

	configured := map[way]providerModel{
		wayAccessKey: {AccessKey: text("ak")},
		wayPassword:  {UserName: text("u")},
		wayProfile:   {Profile: text("x")},
		wayCloud:     {Cloud: text("c")},
		wayMetadata:  {UseMetadata: types.BoolValue(true)},
	}
	for want, model := range configured {
		r := &resolver{config: configuration{providerModel: model}, getenv: func(name string) string { return everything[name] }}
		if got := r.login(); got.way != want || got.from != "the configuration" {
			t.Errorf("the way in is %q from %s, want %q", got.way, got.from, want)
		}
	}
	off := &resolver{getenv: func(name string) string { return map[string]string{"IMS_USE_METADATA": "false"}[name] }}
	if got := off.login().way; got != "" {
		t.Errorf("a switch that is off leads to %q", got)
	}
}

// The hosts of the clouds as far as they follow a pattern. The others are asked for.
func TestAddressesOfTheClouds(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ region, domain, endpoint, authURL string }{
		"Huawei Cloud":          {"eu-west-101", "", "https://ims.eu-west-101.myhuaweicloud.com", "https://iam.eu-west-101.myhuaweicloud.com/v3"},
		"Open Telekom Cloud DE": {"eu-de", "otc.t-systems.com", "https://ims.eu-de.otc.t-systems.com", "https://iam.eu-de.otc.t-systems.com/v3"},
		"Open Telekom Cloud NL": {"eu-nl", "otc.t-systems.com", "https://ims.eu-nl.otc.t-systems.com", "https://iam.eu-nl.otc.t-systems.com/v3"},
		"Open Telekom Cloud CH": {"eu-ch2", "sc.otc.t-systems.com", "", ""},
		"Flexible Engine":       {"eu-west-0", "prod-cloud-ocb.orange-business.com", "", "https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3"},
		"no region":             {"", "", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			model := providerModel{
				Region: types.StringValue(c.region), CloudDomain: types.StringValue(c.domain),
				ProjectID: types.StringValue(testProject), Token: types.StringValue("t"),
			}
			got, diags := configuration{providerModel: model}.resolve(func(string) string { return "" })
			if got.builtEndpoint() != c.endpoint || got.authURL != c.authURL {
				t.Errorf("the addresses are %q and %q", got.builtEndpoint(), got.authURL)
			}
			if asked := len(diags) == 1 && strings.Contains(diags[0].Detail(), "set endpoint"); asked != (c.endpoint == "") {
				t.Errorf("the diagnostics are %v", diags)
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
			details: []string{"address is missing", "project is missing", "credentials are missing"},
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
		"a user without a password": {
			model:   with(func(m *providerModel) { m.Token, m.UserName = text(""), text("u") }),
			summary: "Incomplete provider configuration",
			details: []string{"its password is missing: set password", "HW_USER_PASSWORD, OS_PASSWORD", "account (IAM domain)", "HW_DOMAIN_NAME"},
		},
		"a user by name and by id": {
			model: with(func(m *providerModel) {
				m.Token, m.UserName, m.UserID, m.Password, m.DomainName = text(""), text("u"), text("i"), text("p"), text("d")
			}),
			summary: "Incomplete provider configuration",
			details: []string{"user_name and user_id contradict each other"},
		},
		"an account by name and by id": {
			model: with(func(m *providerModel) {
				m.Token, m.UserName, m.Password, m.DomainName, m.DomainID = text(""), text("u"), text("p"), text("d"), text("i")
			}),
			summary: "Incomplete provider configuration",
			details: []string{"domain_name and domain_id contradict each other"},
		},
		"a client certificate without its key": {
			model:   with(func(m *providerModel) { m.Cert = text("/cert.pem") }),
			summary: "Incomplete provider configuration",
			details: []string{"cert and key belong together"},
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
		"an IAM that is no URL": {
			model:   with(func(m *providerModel) { m.AuthURL = text("iam.example.com") }),
			summary: "Invalid IAM address",
			details: []string{"is not an absolute http or https URL", "OS_AUTH_URL"},
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
		"an agency without its account": {
			model:       good,
			environment: map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": "a"},
			summary:     "Incomplete provider configuration",
			details:     []string{"The account of the agency is missing", "HW_ASSUME_ROLE_DOMAIN_NAME"},
		},
		"plain http to another host is a warning": {
			model:   with(func(m *providerModel) { m.Endpoint = text("http://ims.example.com") }),
			summary: "Address without encryption",
			details: []string{"anyone on the way to it can read the credentials"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := configuration{providerModel: c.model}.resolve(func(name string) string { return c.environment[name] })
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
		if _, diags := (configuration{providerModel: model}).resolve(func(string) string { return "" }); len(diags) > 0 {
			t.Errorf("%s: %v", endpoint, diags)
		}
	}
}

func TestSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	s := settings{login: login{token: "tok", password: "pw"}, projectID: testProject}
	if got, want := s.redact("a tok, pw and "+testProject), "a ***, *** and "+testProject; got != want {
		t.Errorf("redacted is %q, want %q", got, want)
	}
	if got := s.secrets(); !slices.Equal(got, []string{"tok", "pw"}) {
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
