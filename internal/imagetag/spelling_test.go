// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	composed    = "caf\u00e9"  // as Terraform spells it
	decomposed  = "cafe\u0301" // as another tool may
	halfWay     = "e\u0301t\u00e9"
	otherHalf   = "\u00e9te\u0301"
	allComposed = "\u00e9t\u00e9"
)

// A key that another tool wrote decomposed is found, and what is sent is spelled as the service has it.
func TestAccAKeyStoredDecomposed(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, decomposed, "open")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, composed, "open"))
	w.Run("import", acctest.Addr, image+"/"+composed)
	w.Run("plan", "-detailed-exitcode")

	w.Write("main.tf", acctest.TagConfig(mock, image, composed, "closed"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{decomposed: "closed"})
	w.Run("plan", "-detailed-exitcode")

	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{})
}

// A key that somebody has spelled anew since is sent as it is now.
func TestAccAKeyThatIsComposedNow(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, decomposed, "open")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, composed, "open"))
	w.Run("import", acctest.Addr, image+"/"+composed)
	mock.RemoveTag(image, decomposed)
	mock.SetTag(image, composed, "open")
	w.Write("main.tf", acctest.TagConfig(mock, image, composed, "closed"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{composed: "closed"})
}

func TestAccAKeyStoredDecomposedIsReplaced(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, decomposed, "open")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, composed, "open"))
	w.Run("import", acctest.Addr, image+"/"+composed)
	w.Write("main.tf", acctest.TagConfig(mock, image, "bar", "open"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"bar": "open"})
}

// A key as it is configured comes before a twin, and which of two twins is meant nobody knows.
func TestKeysThatAreNotTheOnlyOnes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		key  string
		tags string
		want string // the value that is read; empty for none
	}{
		"the same key before a twin":  {composed, fmt.Sprintf(`{"key":%q,"value":"twin"},{"key":%q,"value":"it"}`, decomposed, composed), "it"},
		"the same key after a twin":   {composed, fmt.Sprintf(`{"key":%q,"value":"it"},{"key":%q,"value":"twin"}`, composed, decomposed), "it"},
		"two twins":                   {allComposed, fmt.Sprintf(`{"key":%q,"value":"one"},{"key":%q,"value":"two"}`, halfWay, otherHalf), ""},
		"one composed twin":           {decomposed, fmt.Sprintf(`{"key":%q,"value":"it"}`, composed), "it"},
		"a key that only looks alike": {"fi", `{"key":"\ufb01","value":"it"}`, ""},
		"one twin":                    {allComposed, fmt.Sprintf(`{"key":%q,"value":"it"}`, halfWay), "it"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.ForceAlways(imstest.ListTags, imstest.Answer{Status: http.StatusOK, Body: `{"tags":[` + c.tags + `]}`})
			p := acctest.NewProtocolServer(t, mock)
			state := acctest.TagState(image, "old")
			state["key"], state["id"] = c.key, image+"/"+c.key
			resp := p.Read(p.Value(p.Resource, state))
			p.NoErrors(resp.Diagnostics)
			if got := p.Strings(p.Resource, resp.NewState)["value"]; got != c.want {
				t.Errorf("the value is %q, want %q", got, c.want)
			}
			imported := p.ImportState(image+"/"+c.key, nil)
			if got := strings.Join(acctest.Summaries(imported.Diagnostics), " "); (got == "") != (c.want != "") {
				t.Errorf("the import says %q", got)
			}
		})
	}
}
