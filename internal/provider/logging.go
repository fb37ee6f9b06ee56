package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// logSubsystem names the requests in the log.
const logSubsystem = "api"

// logAttempts returns an observer that logs each request. Headers and bodies are never logged; a secret that the service
// repeats in what it says is hidden.
func logAttempts(secrets *auth.Secrets) ims.Observer {
	return func(ctx context.Context, attempt ims.Attempt) {
		if !tflog.IsWarn(ctx) {
			return // a logger a request is not free
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
			tflog.SubsystemWarn(ctx, logSubsystem, "request was not answered", fields)
			return
		}
		tflog.SubsystemDebug(ctx, logSubsystem, "request was answered", fields)
	}
}

// logThrottling tells that calls wait, and what is known of how long: the service says nothing.
func logThrottling(ctx context.Context, wait time.Duration) {
	ctx = tflog.NewSubsystem(ctx, logSubsystem, tflog.WithRootFields())
	tflog.SubsystemWarn(ctx, logSubsystem, "the service throttles: all calls wait until it takes them again", map[string]any{
		"wait_at_least_ms": wait.Milliseconds(),
	})
}
