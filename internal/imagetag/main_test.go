// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"os"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
