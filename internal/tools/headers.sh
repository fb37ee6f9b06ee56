#!/usr/bin/env bash
# Puts the license header on top of each Go file that does not have it. The linter goheader holds it.
set -euo pipefail
cd "$(dirname "$0")/../.."

header='// SPDX-License-Identifier: MPL-2.0'
git ls-files --cached --others --exclude-standard '*.go' | while read -r file; do
	if [ -f "$file" ] && [ "$(head -n 1 "$file")" != "$header" ]; then
		content="$(cat "$file"; echo x)"
		printf '%s\n\n%s' "$header" "${content%x}" >"$file"
	fi
done
