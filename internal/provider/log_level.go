// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// logVariables are the environment variables that set the level of the loggers in this process: those of the SDKs and
// that of the provider. Without them, each logger writes all messages and Terraform discards those below its level,
// which takes a fifth of the CPU time of a plan.
var logVariables = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_IMS"}

// LimitLogs sets the level of the loggers in this process to the level that Terraform logs, which TF_LOG_PROVIDER or
// TF_LOG sets. It does not change environment variables that are set. It returns the errors of setenv.
func LimitLogs(getenv func(string) string, setenv func(name, value string) error) error {
	level := strings.ToUpper(cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"), "OFF"))
	if !slices.Contains([]string{"DEBUG", "INFO", "WARN", "ERROR", "OFF"}, level) {
		return nil // Terraform logs all messages for any other value
	}
	var failed []error
	for _, name := range logVariables {
		if getenv(name) == "" {
			failed = append(failed, setenv(name, level))
		}
	}
	return errors.Join(failed...)
}
