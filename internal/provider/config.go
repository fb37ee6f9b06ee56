package provider

import (
	"context"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// resolve returns the settings of a provider block without unknown values.
func (p *imsProvider) resolve(config tfsdk.Config) (*settings.Settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	block := make(map[string]string)
	if err := readBlock(block, "", config.Raw); err != nil {
		diags.AddError("Cannot read the provider configuration", err.Error())
		return nil, diags
	}
	resolved, problems := settings.Resolve(settings.Input{Block: block, Getenv: p.getenv, ReadFile: p.readFile, Home: p.home()})
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
		if value.Type().Is(tftypes.Object{}) {
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
	}
	return diag.WithPath(at, d)
}

// knownProject returns the project_id of a provider block with unknown values. It is empty if project_id is null or
// unknown.
func knownProject(ctx context.Context, config tfsdk.Config) (string, diag.Diagnostics) {
	var project types.String
	diags := config.GetAttribute(ctx, path.Root("project_id"), &project)
	return strings.ToLower(project.ValueString()), diags
}
