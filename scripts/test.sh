#!/usr/bin/env bash
# Runs the tests:
#
#   scripts/test.sh            all of them
#   scripts/test.sh NAME…      only these stages, in the order of the list below
#
#   FUZZ_SECONDS       time for each fuzz target (3)
#   CONFORMANCE_ARGS   further arguments, such as: --only 'passkey/*'
#
# What the tests need is installed first, and databases are started around them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Name, folder, whether it needs the databases, command. Separated by tabs.
stages() {
	cat <<-'EOT'
		unit	.	-	(cd conformance && npm_install) && go test -race ./...
		integration	bunadapter/integration	services	go test -race -count=1 ./...
		ratelimit	ginauth/redislimit	services	go test -race -count=1 ./...
		example	example	services	go test -race -count=1 ./...
		build	.	-	make --no-print-directory build
		conformance	conformance	-	npm_install && eval "node contract.mjs --candidate-cmd ../bin/conformance ${CONFORMANCE_ARGS:-}"
		interop	interop	services	npm_install && npm test
		torture	torture	services	go test -count=1 ./...
		mutants	.	-	scripts/mutants.sh some
		fuzz	.	-	scripts/fuzz.sh "${FUZZ_SECONDS:-3}"
		e2e	e2e	-	npm_install && npm test
	EOT
}

chosen=$(stages)
if [[ $# -gt 0 ]]; then
	for name in "$@"; do
		grep -q "^$name"$'\t' <<<"$chosen" || die "no stage is called $name; there are: $(stages | cut -f 1 | xargs)"
	done
	chosen=$(stages | grep -E "^($(
		IFS='|'
		printf '%s' "$*"
	))"$'\t')
fi

if [[ -z ${GINAUTH_TEST_READY:-} ]]; then
	"$ROOT/scripts/deps.sh"
	export GINAUTH_TEST_READY=1
	if cut -f 3 <<<"$chosen" | grep -q services; then
		exec "$ROOT/scripts/services.sh" run -- "$ROOT/scripts/test.sh" "$@"
	fi
fi

# A test whose database or browser is missing fails instead of being skipped.
export GINAUTH_REQUIRE_ALL=1
# The race detector is C.
export CGO_ENABLED=1
CHROMIUM_PATH=$(find_chromium)
export CHROMIUM_PATH

cut -f 1,2,4 <<<"$chosen" | run_stages
