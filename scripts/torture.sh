#!/usr/bin/env bash
# Breaks things on purpose while people sign up and in, on PostgreSQL, MariaDB and SQLite:
#
#   scripts/torture.sh                       everything but the soak
#   scripts/torture.sh -kills 5000 'kill -9' one scenario, with another size
#   scripts/torture.sh soak -minutes 10      mixed traffic, with a look at what is in use
#   scripts/torture.sh -help                 the sizes;  -list  the scenarios
#
#   KILLS         kill -9 of the server, per database (1000)
#   TORTURE_RACE  1 looks for data races too, which takes several times as long
#
# It ends with a table and the line "N passed, N failed".
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

if [[ -z ${GINAUTH_TORTURE_READY:-} && ${1:-} != -help && ${1:-} != -list ]]; then
	export GINAUTH_TORTURE_READY=1
	exec "$ROOT/scripts/services.sh" run -- "$ROOT/scripts/torture.sh" "$@"
fi

# "soak -minutes 10" reads better than flags first, which is how Go wants them.
if [[ ${1:-} == soak ]]; then
	shift
	set -- "$@" soak
fi

# A database that is missing is a failure.
export GINAUTH_REQUIRE_ALL=1
if [[ ${TORTURE_RACE:-} == 1 ]]; then
	# The detector wants cgo, and both halves have races to look for.
	(cd "$ROOT/example" && CGO_ENABLED=1 go build -race -o "$ROOT/bin/example-race" ./server)
	cd "$ROOT/torture"
	CGO_ENABLED=1 go build -race -o "$ROOT/bin/torture-race" .
	exec "$ROOT/bin/torture-race" -example "$ROOT/bin/example-race" "$@"
fi
make --no-print-directory -C "$ROOT" bin/example
cd "$ROOT/torture"
go build -o "$ROOT/bin/torture" .
exec "$ROOT/bin/torture" "$@"
