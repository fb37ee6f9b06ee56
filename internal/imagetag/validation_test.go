// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

// terraform validate needs neither a network nor credentials to refuse what the service would refuse.
func TestAccImageTagValidate(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	repeat := strings.Repeat
	cases := map[string]struct {
		image, key, value string
		want              []string // none: it is valid
	}{
		"36 letters":               {image, repeat("k", 36), "v", nil},
		"36 accented letters":      {image, repeat("é", 36), "v", nil},
		"36 CJK characters":        {image, repeat("鍵", 36), "v", nil},
		"36 emoji":                 {image, repeat("🔑", 36), "v", nil},
		"a key of any characters":  {image, "a=b*<>\\,|/ {c} ..", "v", nil},
		"an empty value":           {image, "k", "", nil},
		"a value of 43 characters": {image, "k", repeat("値", 43), nil},
		"37 letters": {image, repeat("k", 37), "v", []string{
			`key = "kkk`, "Attribute key UTF-8 character count must be between 1 and 36, got: 37",
		}},
		"37 accented letters": {image, repeat("é", 37), "v", []string{"between 1 and 36, got: 37"}},
		"37 CJK characters":   {image, repeat("鍵", 37), "v", []string{"between 1 and 36, got: 37"}},
		"37 emoji":            {image, repeat("🔑", 37), "v", []string{"between 1 and 36, got: 37"}},
		"an empty key":        {image, "", "v", []string{`key = ""`, "between 1 and 36, got: 0"}},
		"a blank key":         {image, "   ", "v", []string{`= "   "`, "Attribute key must not be blank", "3 characters"}},
		"a space before a key": {image, " k", "v", []string{
			`key = " k"`, "must not begin or end with white space", "2 characters", "the white space is at the beginning.",
		}},
		"a space after a key":     {image, "k ", "v", []string{"Attribute key must not begin or end with white space", "is at the end."}},
		"spaces around a key":     {image, " k ", "v", []string{"is at the beginning and at the end."}},
		"a space before a value":  {image, "k", " v", []string{`value = " v"`, "Attribute value must not begin or end with white space"}},
		"a tab after a value":     {image, "k", "v\t", []string{"Attribute value must not begin or end with white space"}},
		"a blank value":           {image, "k", " ", []string{"Attribute value must not be blank", "1 character,"}},
		"a value of 44":           {image, "k", repeat("v", 44), []string{"Attribute value UTF-8 character count must be at most 43, got: 44"}},
		"an image that is a name": {"golden", "k", "v", []string{`image_id = "golden"`, "Attribute image_id must be the UUID of an image", "6 characters"}},
		"an image in upper case":  {strings.ToUpper(image), "k", "v", []string{"Attribute image_id must be the UUID of an image, 36 characters in lower case"}},
		"an image cut short":      {image[:35], "k", "v", []string{"36 characters", "It has 35 characters"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, nil, acctest.TagBlock("test", c.image, c.key, c.value))
			if c.want == nil {
				w.Run("validate")
				return
			}
			output := w.Fail("Error:", "validate")
			for _, want := range c.want {
				if !strings.Contains(output, want) && !strings.Contains(acctest.Squeeze(output), want) {
					t.Errorf("validate does not say %q:\n%s", want, output)
				}
			}
		})
	}
}

// What is unknown passes, and is checked when it is known: before anything is sent.
func TestAccImageTagUnknownValuesAreCheckedWhenKnown(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.ProviderBlock(mock) + fmt.Sprintf(`
resource "terraform_data" "key" {
  input = %q
}

resource "ims_image_tag" "test" {
  image_id = %q
  key      = terraform_data.key.output
  value    = "v"
}
`, strings.Repeat("k", 37), image)
	w := acctest.NewWorkspace(t, mock, config)

	w.Run("validate")
	w.Run("plan")
	w.Fail("between 1 and 36, got: 37", "apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
}

// A value may be sensitive: Terraform hides it then, and so does what our validators say of it.
func TestAccImageTagValidatorsRepeatNoValue(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-s3cret"
	for _, attribute := range []string{"image_id", "key", "value", "project_id", "timeouts"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			values := map[string]string{
				"image_id": `"0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"`, "key": `"k"`, "value": `"v"`,
				"project_id": `"0123456789abcdef0123456789abcdef"`, "timeouts": `{}`,
			}
			values[attribute] = `sensitive(" ` + secret + ` ")`
			if attribute == "timeouts" {
				values[attribute] = `{ create = sensitive("` + secret + `") }`
			}
			var config strings.Builder
			for name, value := range values {
				fmt.Fprintf(&config, "%s = %s\n", name, value)
			}
			w := acctest.NewWorkspace(t, nil, "resource \"ims_image_tag\" \"test\" {\n"+config.String()+"}\n")
			output := w.Fail("Error: ", "validate")
			for line := range strings.SplitSeq(output, "\n") {
				if strings.Contains(line, secret) && !strings.Contains(line, "sensitive(") {
					t.Errorf("validate repeats the value: %s", line)
				}
			}
		})
	}
}

func TestAccImageTagTimeoutsAreValidated(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	for timeout, valid := range map[string]bool{
		"1s": true, "1h30m": true, "999ms": false, "0s": false, "-5m": false, "20": false, "soon": false, "": false,
	} {
		for _, operation := range []string{"create", "read", "update", "delete"} {
			t.Run(operation+" "+timeout, func(t *testing.T) {
				t.Parallel()
				w := acctest.NewWorkspace(t, nil, acctest.TagBlock("test", image, "k", "v", fmt.Sprintf("timeouts = { %s = %q }", operation, timeout)))
				if valid {
					w.Run("validate")
					return
				}
				output := w.Fail("Invalid timeouts.", "validate")
				if !strings.Contains(acctest.Squeeze(output), "timeouts."+operation+" must be a duration of at least one second") {
					t.Errorf("validate says\n%s", output)
				}
			})
		}
	}
}
