// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// logSubsystem is the name of the logger for requests.
const logSubsystem = "api"

// logRequests returns an observer that logs each attempt of a request. It never logs headers or bodies. Secrets in other
// fields are redacted, because a response can contain them.
func logRequests(secrets *auth.Secrets) ims.Observer {
	return func(ctx context.Context, attempt ims.Attempt) {
		if !tflog.IsWarn(ctx) {
			return // creating the logger takes time
		}
		ctx = tflog.NewSubsystem(ctx, logSubsystem, tflog.WithRootFields())
		fields := map[string]any{
			"tf_http_op_type":         string(attempt.Operation),
			"tf_http_req_method":      attempt.Method,
			"tf_http_req_uri":         secrets.Redact(attempt.Path),
			"tf_http_res_status_code": attempt.StatusCode,
			"duration_ms":             attempt.Duration.Milliseconds(),
			"request_id":              secrets.Redact(attempt.RequestID),
			"attempt":                 attempt.Number,
		}
		if attempt.Err != nil {
			fields["error"] = secrets.Redact(attempt.Err.Error())
			tflog.SubsystemWarn(ctx, logSubsystem, "Received no HTTP response", fields)
			return
		}
		tflog.SubsystemDebug(ctx, logSubsystem, "Received HTTP response", fields)
	}
}

// logThrottling logs that all requests wait because the service throttles them, and the minimum wait. The service does
// not return how long it throttles.
func logThrottling(ctx context.Context, wait time.Duration) {
	ctx = tflog.NewSubsystem(ctx, logSubsystem, tflog.WithRootFields())
	tflog.SubsystemWarn(ctx, logSubsystem, "Waiting because the service throttles requests", map[string]any{
		"wait_at_least_ms": wait.Milliseconds(),
	})
}
