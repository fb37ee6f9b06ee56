// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	addr     = "ims_image_tags.test"
	typeName = "ims_image_tags"

	pinnedImage = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
)

type tags = map[string]string

// setBlock is the configuration of a set of tags. Extra lines go into the resource.
func setBlock(name, image string, set tags, extra ...string) string {
	var lines strings.Builder
	for _, key := range slices.Sorted(maps.Keys(set)) {
		fmt.Fprintf(&lines, "    %q = %q\n", key, set[key])
	}
	return fmt.Sprintf(`
resource "ims_image_tags" %q {
  image_id = %q
  tags = {
%s  }
  %s
}
`, name, image, lines.String(), strings.Join(extra, "\n  "))
}

// setConfig is a configuration with one set of tags, ims_image_tags.test.
func setConfig(mock *imstest.Server, image string, set tags, extra ...string) string {
	return acctest.ProviderBlock(mock) + setBlock("test", image, set, extra...)
}

func exactly(set tags) knownvalue.Check {
	values := make(map[string]knownvalue.Check)
	for key, value := range set {
		values[key] = knownvalue.StringExact(value)
	}
	return knownvalue.MapExact(values)
}

// many returns as many tags: k0, k1 and so on.
func many(count int) tags {
	set := make(tags)
	for i := range count {
		set[fmt.Sprintf("k%d", i)] = "v"
	}
	return set
}

func with(set tags, more tags) tags {
	all := maps.Clone(set)
	maps.Copy(all, more)
	return all
}

func without(set tags, keys ...string) tags {
	left := maps.Clone(set)
	maps.DeleteFunc(left, func(key, _ string) bool { return slices.Contains(keys, key) })
	return left
}

// batch is a call that changed tags.
type batch struct {
	action string
	tags   tags
}

func create(set tags) batch { return batch{"create", set} }

func remove(keys ...string) batch {
	set := make(tags)
	for _, key := range keys {
		set[key] = ""
	}
	return batch{"delete", set}
}

// expectBatches fails the test unless the mock has seen these writes, in this order and no others. It resets the log.
func expectBatches(t *testing.T, mock *imstest.Server, want ...batch) {
	t.Helper()
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 0)
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
	var got []batch
	for _, request := range mock.Requests(imstest.BatchTags) {
		var body struct {
			Action string
			Tags   []imstest.Tag
		}
		if err := json.Unmarshal(request.Body, &body); err != nil {
			t.Fatal(err)
		}
		set := make(tags)
		for _, tag := range body.Tags {
			set[tag.Key] = tag.Value
		}
		got = append(got, batch{body.Action, set})
	}
	equal := func(a, b batch) bool { return a.action == b.action && maps.Equal(a.tags, b.tags) }
	if !slices.EqualFunc(got, want, equal) {
		t.Errorf("the writes are %v, want %v", got, want)
	}
	mock.ResetLog()
}

// newServer is the provider at the protocol level, for sets of tags.
func newServer(t *testing.T, mock *imstest.Server) *acctest.ProtocolServer {
	t.Helper()
	return acctest.NewProtocolServer(t, mock).For(typeName)
}

// setValue is a set of tags as Terraform has it in the state. Changes replace attributes.
func setValue(p *acctest.ProtocolServer, image string, set tags, changes ...map[string]any) *tfprotov6.DynamicValue {
	p.T.Helper()
	values := map[string]any{"id": image, "project_id": imstest.ProjectID, "image_id": image, "exclusive": false, "tags": set}
	for _, change := range changes {
		maps.Copy(values, change)
	}
	return p.ObjectOf(values)
}

// tagsIn returns the tags in a state, nil for a null one.
func tagsIn(p *acctest.ProtocolServer, state *tfprotov6.DynamicValue) tags {
	p.T.Helper()
	attributes := p.Attributes(p.Resource, state)
	if attributes == nil {
		return nil
	}
	var elements map[string]tftypes.Value
	if err := attributes["tags"].As(&elements); err != nil {
		p.T.Fatal(err)
	}
	set := make(tags)
	for key, element := range elements {
		var text string
		if err := element.As(&text); err != nil {
			p.T.Fatal(err)
		}
		set[key] = text
	}
	return set
}

// apply changes a set of tags and returns what Terraform gets.
func apply(
	p *acctest.ProtocolServer, prior, planned *tfprotov6.DynamicValue, private []byte,
) *tfprotov6.ApplyResourceChangeResponse {
	p.T.Helper()
	return applyWithin(p.T.Context(), p, prior, planned, private)
}

// applyWithin is like apply, with a context that may end before.
func applyWithin(
	ctx context.Context, p *acctest.ProtocolServer, prior, planned *tfprotov6.DynamicValue, private []byte,
) *tfprotov6.ApplyResourceChangeResponse {
	p.T.Helper()
	resp, err := p.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, PlannedState: planned, Config: planned, PlannedPrivate: private,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp
}

// expectError fails the test unless there is one error with this summary, and returns its detail and the attribute it points at.
func expectError(t *testing.T, diagnostics []*tfprotov6.Diagnostic, summary string) (detail, at string) {
	t.Helper()
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError || diagnostics[0].Summary != summary {
		t.Fatalf("the diagnostics are %q %q, want one error %q", acctest.Summaries(diagnostics), acctest.Details(diagnostics), summary)
	}
	if path := diagnostics[0].Attribute; path != nil {
		at = path.String()
	}
	return diagnostics[0].Detail, at
}
