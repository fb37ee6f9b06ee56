// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"math/big"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// input returns the source of the settings of a provider block without unknown values.
func (p *imsProvider) input(config tfsdk.Config) (settings.Input, diag.Diagnostics) {
	block := make(map[string]string)
	if err := readBlock(block, "", config.Raw); err != nil {
		return settings.Input{}, diag.Diagnostics{diag.NewErrorDiagnostic("Cannot read the provider configuration", err.Error())}
	}
	return settings.Input{Block: block, Getenv: p.Getenv, ReadFile: os.ReadFile, Home: p.home()}, nil
}

func resolve(in settings.Input) (*settings.Settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	resolved, problems := settings.Resolve(in)
	for _, problem := range problems {
		diags.Append(problemDiagnostic(problem))
	}
	return resolved, diags
}

// readBlock adds the attributes of an object that are set to a map, as text. See [settings.Input] for its keys.
func readBlock(into map[string]string, prefix string, object tftypes.Value) error {
	attributes := make(map[string]tftypes.Value)
	if err := object.As(&attributes); err != nil {
		return err
	}
	for name, value := range attributes {
		if value.IsNull() {
			continue
		}
		if value.Type().Is(tftypes.Object{}) || value.Type().Is(tftypes.Map{}) {
			into[name] = "set"
			if err := readBlock(into, name+".", value); err != nil {
				return err
			}
			continue
		}
		text, err := asText(value)
		if err != nil {
			return err
		}
		if text != "" {
			into[prefix+name] = text
		}
	}
	return nil
}

func asText(value tftypes.Value) (string, error) {
	switch {
	case value.Type().Is(tftypes.String):
		var text string
		err := value.As(&text)
		return text, err
	case value.Type().Is(tftypes.Bool):
		var set bool
		err := value.As(&set)
		return strconv.FormatBool(set), err
	default:
		var number big.Float
		err := value.As(&number)
		return number.Text('f', -1), err
	}
}

// problemDiagnostic returns a diagnostic that points at the attribute that caused the problem.
func problemDiagnostic(p settings.Problem) diag.Diagnostic {
	d := diag.Diagnostic(diag.NewErrorDiagnostic(p.Summary, p.Detail))
	if p.Warning {
		d = diag.NewWarningDiagnostic(p.Summary, p.Detail)
	}
	if p.Attribute == "" {
		return d
	}
	at := path.Root(p.Attribute)
	if object, name, nested := strings.Cut(p.Attribute, "."); nested {
		at = path.Root(object).AtName(name)
		if object == "endpoints" {
			at = path.Root(object).AtMapKey(name)
		}
	}
	return diag.WithPath(at, d)
}

// knownPlace returns the region and the project of a provider block with unknown values, as far as they are set and known, and
// whether the region is unknown: one that is not set can come from the environment, a file or a URL.
func knownPlace(ctx context.Context, config tfsdk.Config) (place service.Place, isRegionUnknown bool, diags diag.Diagnostics) {
	var region, project types.String
	diags.Append(config.GetAttribute(ctx, path.Root("project_id"), &project)...)
	diags.Append(config.GetAttribute(ctx, path.Root("region"), &region)...)
	place = service.Place{Region: region.ValueString(), ProjectID: strings.ToLower(project.ValueString())}
	return place, place.Region == "", diags
}
