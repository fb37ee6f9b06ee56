#!/usr/bin/env bash
# Prints the notes of a release: the section of CHANGELOG.md that has its version (v1.2.3) as the heading.
set -euo pipefail
cd "$(dirname "$0")/../.."

tag="$1"
notes="$(awk -v version="${tag#v}" '/^## / { found = $2 == version; next } found' CHANGELOG.md)"
if [ -z "${notes//[[:space:]]/}" ]; then
	echo "CHANGELOG.md has no section \"## ${tag#v}\"." >&2
	exit 1
fi
# The page of a release is in another folder than the changelog.
echo "$notes" | sed "s|](docs/|](https://github.com/terraform-provider-ims/terraform-provider-ims/blob/$tag/docs/|g"
