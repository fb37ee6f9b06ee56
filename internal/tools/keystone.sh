#!/usr/bin/env bash
# Runs the tests of the build tag keystone against a real Keystone, which it starts on a loopback address and in a
# temporary folder, and takes down again. Exit code 77: no Keystone can be installed here.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder="$(mktemp -d)"
server=""

clean_up() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

unavailable() {
	echo "The tests against a real Keystone were not run: $1." >&2
	exit 77
}

last_line() { tail -n 1 "$folder/output"; }

fail() {
	echo "$1: $(last_line)" >&2
	exit 1
}

# quietly runs a command whose output is of interest only if it fails, and then its last line.
quietly() { "$@" >"$folder/output" 2>&1; }

# python prints the interpreter that has Keystone, which need not be the first one on the PATH.
python() { sed -n '1s/^#! *//p' "$(command -v keystone-manage)"; }

is_installed() { command -v keystone-manage >/dev/null && "$(python)" -c 'import keystone, waitress' 2>/dev/null; }

install() {
	if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
		unavailable "keystone-manage or waitress is missing, and only root can install them, with apt-get"
	fi
	export DEBIAN_FRONTEND=noninteractive
	quietly apt-get update -qq || unavailable "apt-get update failed: $(last_line)"
	quietly apt-get install -y -qq --no-install-recommends python3-keystone python3-waitress ||
		unavailable "apt-get install failed: $(last_line)"
	is_installed || unavailable "the packages python3-keystone and python3-waitress do not work"
}

write_configuration() {
	cat >"$folder/keystone.conf" <<-END
		[DEFAULT]
		log_file = $folder/keystone.log
		[database]
		connection = sqlite:///$folder/keystone.db
		[fernet_tokens]
		key_repository = $folder/tokens
		[fernet_receipts]
		key_repository = $folder/receipts
		[credential]
		key_repository = $folder/credentials
		[identity]
		password_hash_rounds = 4
		[auth]
		methods = password,token,application_credential,totp
		[cache]
		enabled = false
	END
}

manage() { quietly keystone-manage --config-file "$folder/keystone.conf" "$@" || fail "keystone-manage $1 failed"; }

set_up() {
	local owner=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
	write_configuration
	mkdir "$folder/tokens" "$folder/receipts" "$folder/credentials"
	manage db_sync
	# Otherwise Keystone's own readers block its writers.
	quietly "$(python)" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA journal_mode=WAL")' \
		"$folder/keystone.db" || fail "The database cannot be set up"
	manage fernet_setup "${owner[@]}"
	manage credential_setup "${owner[@]}"
	OS_BOOTSTRAP_PASSWORD="$KEYSTONE_TEST_PASSWORD" manage bootstrap
}

# start runs the server on a free port, which it writes into a file. It has one thread: of two requests that read and then
# write at the same time, SQLite fails one at once, and Keystone returns the status 500.
start() {
	OS_KEYSTONE_CONFIG_FILES="$folder/keystone.conf" "$(python)" - "$folder/port" >"$folder/output" 2>&1 <<-'END' &
		import os, sys, waitress
		from keystone.server import wsgi

		path = sys.argv.pop()  # Keystone reads the arguments, too
		server = waitress.create_server(wsgi.initialize_public_application(), host="127.0.0.1", port=0, threads=1)
		with open(path + ".new", "w") as file:
		    file.write(str(server.effective_port))
		os.rename(path + ".new", path)
		server.run()
	END
	server=$!
}

# await waits until the server listens, for a minute at the most.
await() {
	for _ in $(seq 600); do
		[ ! -e "$folder/port" ] || return 0
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	fail "Keystone did not start"
}

is_installed || install
KEYSTONE_TEST_PASSWORD="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
export KEYSTONE_TEST_PASSWORD # of the user admin of the domain Default, for the project admin
set_up
start
await
KEYSTONE_TEST_URL="http://127.0.0.1:$(cat "$folder/port")/v3"
export KEYSTONE_TEST_URL

# A run that is interrupted leaves its own temporary files there, too.
if ! TMPDIR="$folder" internal/tools/test.sh -tags=keystone -timeout=30m -run '^TestAccKeystone' ./internal/provider; then
	sed -n 's/.*Exception while serving/Keystone returned the status 500 for/p' "$folder/keystone.log" >&2
	exit 1
fi
