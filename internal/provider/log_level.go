package provider

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// The variables of the loggers in a provider: those of the framework and the protocol below it, and its own. Without
// them each logs everything, and it is Terraform that throws away what nobody asked for: a fifth of all work of a plan.
var logVariables = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_IMS"}

// LimitLogs makes the loggers of this process leave out what Terraform would throw away, because of TF_LOG and
// TF_LOG_PROVIDER. A variable that is set stays. It is for a process that Terraform has started, which has the
// variables of Terraform.
func LimitLogs(getenv func(string) string, setenv func(name, value string) error) error {
	level := strings.ToUpper(cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"), "OFF"))
	if !slices.Contains([]string{"DEBUG", "INFO", "WARN", "ERROR", "OFF"}, level) {
		return nil // Terraform takes anything else for all there is
	}
	var failed []error
	for _, name := range logVariables {
		if getenv(name) == "" {
			failed = append(failed, setenv(name, level))
		}
	}
	return errors.Join(failed...)
}
