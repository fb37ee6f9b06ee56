#!/usr/bin/env bash
# Runs all tests that run Terraform, and the demo, on each Terraform and OpenTofu, or on those given (terraform@1.5.7), and prints
# a line for each. A version that is not installed is built from its Go module; if that is not possible, it is skipped.
# Go modules of newer Terraforms cannot be built: the workflow test.yml runs those.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ $# = 0 ]; then
	set -- terraform@1.5.7 terraform@1.8.5 terraform@1.11.4 tofu@1.10.10 tofu@1.12.6
fi
logs="${TMPDIR:-/tmp}/ims-matrix-$$"
mkdir -p "$logs"

# The packages whose tests run Terraform.
mapfile -t packages < <(go list -f '{{.ImportPath}} {{join .TestImports " "}} {{join .XTestImports " "}} ' ./... |
	grep -E ' [^ ]*/internal/(acctest|tfrun) ' | cut -d' ' -f1)

# What the race detector finds does not depend on the version, and make test runs it.
export RACE=off

test_cli() {
	local tests demo
	tests="$(internal/tools/test.sh -timeout=60m "${packages[@]}" 2>&1 | tee "$log" | grep '^DONE ')" || return 1
	demo="$(go run ./internal/cmd/demo 2>&1 | tee -a "$log" | grep '^All .* expected result')" || return 1
	result="${tests#DONE }. Demo: $demo"
}

failed=0 passed=0
for version in "$@"; do
	log="$logs/$version.log"
	if ! TF_ACC_TERRAFORM_PATH="$(go run ./internal/cmd/cli "$version" 2> >(tee "$log" >&2))"; then
		echo "$version: skipped, because it is not installed and cannot be built ($log)"
	elif export TF_ACC_TERRAFORM_PATH && test_cli; then
		passed=$((passed + 1))
		echo "$version: passed ($result)"
	else
		failed=$((failed + 1))
		echo "$version: FAILED ($log)"
		grep -E '^(=== FAIL|FAIL|demo:|--- FAIL)' "$log" | head -n 20 | sed 's/^/  /' || true
	fi
	unset TF_ACC_TERRAFORM_PATH
done
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
