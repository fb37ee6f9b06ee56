#!/usr/bin/env bash
# Runs all tests, or go test with the arguments given. The acceptance tests run the real Terraform, or OpenTofu, against
# a mock of the service. TF_ACC_TERRAFORM_PATH is the one to run. RACE=off is faster.
set -euo pipefail
cd "$(dirname "$0")/../.."

TF_ACC_TERRAFORM_PATH="${TF_ACC_TERRAFORM_PATH:-$(go run ./internal/cmd/cli)}"
export TF_ACC_TERRAFORM_PATH
case "$(basename "$TF_ACC_TERRAFORM_PATH")" in
tofu*) export TF_ACC_PROVIDER_HOST=registry.opentofu.org TF_ACC_PROVIDER_NAMESPACE=hashicorp ;;
esac

race=()
if [ "${RACE:-on}" = off ]; then
	:
elif CGO_ENABLED=1 go build -race -o /dev/null runtime/cgo 2>/dev/null; then
	export CGO_ENABLED=1
	race=(-race)
else
	echo "No working C compiler is here: the tests run without the race detector."
fi

if [ $# = 0 ]; then
	set -- -timeout=60m ./...
fi
exec go tool -modfile=internal/tools/go.mod gotestsum --format "${GOTESTSUM_FORMAT:-pkgname}" --format-hide-empty-pkg -- ${race[@]+"${race[@]}"} -count=1 "$@"
