#!/usr/bin/env bash
# Breaks what docs/security.md promises, in copies, and shows that a named test fails each time:
#
#   scripts/mutants.sh          every mutation of mutations/promises
#   scripts/mutants.sh some     a quarter of them, which one depends on the commit
#   scripts/mutants.sh ARGS     passed on, such as: -only '^csrf ' or -list or -help
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

cd "$ROOT"
if [[ ${1:-} == some ]]; then
	# A quarter takes less than a minute on two processors, most of it to compile.
	parts=4
	commit=$(git rev-parse --verify --short=7 HEAD 2>/dev/null || date +%s)
	set -- -part "$((16#$commit % parts + 1))/$parts"
fi
exec go run ./mutations "$@"
