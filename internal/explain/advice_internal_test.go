// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// What is said of a call without an answer is so for this call.
func TestAdviceForACallWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	cases := map[string]struct {
		err  *ims.Error
		want string
	}{
		"not sent in time":       {&ims.Error{Err: ims.ErrWaitTooLong}, notSentAdvice},
		"not sent again in time": {&ims.Error{Attempts: 1, Err: errors.Join(broken, ims.ErrWaitTooLong)}, imageService.unreachable},
		"still logging in":       {&ims.Error{Attempts: 1, Err: fmt.Errorf("%w after 15s", neterror.ErrLoggingIn)}, loggingInAdvice},
		"the time was over":      {&ims.Error{Attempts: 1, Err: context.DeadlineExceeded}, timeoutAdvice},
		"another call finds out": {&ims.Error{Err: errors.Join(&ims.UnreachableError{Last: &ims.Error{Err: broken}}, context.DeadlineExceeded)}, imageService.unreachable},
	}
	for name, c := range cases {
		if got := advise(Create, Subject{}, c.err); got != c.want {
			t.Errorf("%s: it says %q", name, got)
		}
	}
}
