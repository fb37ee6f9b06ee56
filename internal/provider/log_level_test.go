package provider_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

func TestLogsAreLimitedToWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	all := func(level string) map[string]string {
		return map[string]string{
			"TF_LOG_SDK": level, "TF_LOG_SDK_PROTO": level, "TF_LOG_SDK_FRAMEWORK": level, "TF_LOG_PROVIDER_IMS": level,
		}
	}
	own := all("WARN")
	delete(own, "TF_LOG_SDK_PROTO")
	cases := map[string]struct{ environment, want map[string]string }{
		"nobody asks":                   {nil, all("OFF")},
		"Terraform alone is asked for":  {map[string]string{"TF_LOG_CORE": "TRACE"}, all("OFF")},
		"a level":                       {map[string]string{"TF_LOG": "info"}, all("INFO")},
		"a level of providers":          {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "ERROR"}, all("ERROR")},
		"all":                           {map[string]string{"TF_LOG": "TRACE"}, nil},
		"all, in another form":          {map[string]string{"TF_LOG": "JSON"}, nil},
		"all, by a slip of the pen":     {map[string]string{"TF_LOG": "1"}, nil},
		"a variable of a logger stays":  {map[string]string{"TF_LOG": "WARN", "TF_LOG_SDK_PROTO": "TRACE"}, own},
		"providers are not to be heard": {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "OFF"}, all("OFF")},
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
