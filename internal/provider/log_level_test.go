// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

func TestLimitLogs(t *testing.T) {
	t.Parallel()
	all := func(level string) map[string]string {
		return map[string]string{
			"TF_LOG_SDK": level, "TF_LOG_SDK_PROTO": level, "TF_LOG_SDK_FRAMEWORK": level, "TF_LOG_PROVIDER_IMS": level,
		}
	}
	own := all("WARN")
	delete(own, "TF_LOG_SDK_PROTO")
	cases := map[string]struct{ environment, want map[string]string }{
		"no variable":                  {nil, all("OFF")},
		"the log of Terraform only":    {map[string]string{"TF_LOG_CORE": "TRACE"}, all("OFF")},
		"a level":                      {map[string]string{"TF_LOG": "info"}, all("INFO")},
		"a level for providers":        {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "ERROR"}, all("ERROR")},
		"all levels":                   {map[string]string{"TF_LOG": "TRACE"}, nil},
		"all levels, as JSON":          {map[string]string{"TF_LOG": "JSON"}, nil},
		"an unknown level means all":   {map[string]string{"TF_LOG": "1"}, nil},
		"a variable that is set stays": {map[string]string{"TF_LOG": "WARN", "TF_LOG_SDK_PROTO": "TRACE"}, own},
		"no log of providers":          {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "OFF"}, all("OFF")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := make(map[string]string)
			err := provider.LimitLogs(acctest.EnvironmentOf(c.environment), func(name, value string) error {
				set[name] = value
				return nil
			})
			if err != nil || !maps.Equal(set, c.want) {
				t.Errorf("it set %v, %v; want %v", set, err, c.want)
			}
		})
	}
	failed := errors.New("read-only")
	if err := provider.LimitLogs(acctest.EnvironmentOf(nil), func(string, string) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("the error is %v", err)
	}
}
