#!/usr/bin/env bash
# Measures ginauth and Auth.js with the same work and writes conformance/bench/results.md.
# Arguments are passed on, such as: --seconds 2 --runs 1
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

command -v wrk >/dev/null || die "wrk is missing: apt-get install wrk"
command -v node >/dev/null || die "node is missing; version 20 or later is needed"

cd "$ROOT"
CGO_ENABLED=0 go build -trimpath -o bin/conformance ./conformance/candidate
cd conformance
npm_install
exec node bench/bench.mjs --both --candidate ../bin/conformance "$@"
