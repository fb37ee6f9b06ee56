#!/usr/bin/env bash
# Runs all tests, or go test with the arguments given. The acceptance tests run the real Terraform, or OpenTofu, against
# a mock of the service.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -n "${TF_ACC_TERRAFORM_PATH:-}" ] || command -v terraform >/dev/null; then
	:
elif command -v tofu >/dev/null; then
	TF_ACC_TERRAFORM_PATH="$(command -v tofu)"
	export TF_ACC_TERRAFORM_PATH TF_ACC_PROVIDER_HOST=registry.opentofu.org TF_ACC_PROVIDER_NAMESPACE=hashicorp
else
	echo "make test needs terraform or tofu on the PATH: https://developer.hashicorp.com/terraform/install" >&2
	exit 1
fi

race=()
if CGO_ENABLED=1 go build -race -o /dev/null runtime/cgo 2>/dev/null; then
	export CGO_ENABLED=1
	race=(-race)
else
	echo "No working C compiler is here: the tests run without the race detector."
fi

if [ $# = 0 ]; then
	set -- -timeout=20m ./...
fi
exec go tool -modfile=internal/tools/go.mod gotestsum --format "${GOTESTSUM_FORMAT:-pkgname}" --format-hide-empty-pkg -- "${race[@]}" -count=1 "$@"
