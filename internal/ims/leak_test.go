// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain checks that no call leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
