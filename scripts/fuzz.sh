#!/usr/bin/env bash
# Runs every fuzz target of every module for some seconds:
#
#   scripts/fuzz.sh SECONDS
#
# A failing input is written below testdata/fuzz of its package, where it is a test
# case from then on: commit it with the fix.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

[[ ${1:-} =~ ^[1-9][0-9]*$ ]] || die "usage: scripts/fuzz.sh SECONDS"
seconds=$1

# targets prints "import-path folder name" for each target of the module in the current folder,
# those of one package together.
targets() {
	local import file name
	go list -f '{{$p := .}}{{range .TestGoFiles}}{{$p.ImportPath}} {{$p.Dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$p.ImportPath}} {{$p.Dir}}/{{.}}{{"\n"}}{{end}}' ./... |
		while read -r import file; do
			[[ -n $file ]] || continue
			sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r name; do
				printf '%s %s %s\n' "$import" "$(dirname -- "$file")" "$name"
			done
		done
}

# run fuzzes the target $2 of the package $1, whose test binary is built, in the current folder.
# An input that merely covers more is not made small for a minute, which is what Go does unasked.
run() {
	"$work/test" -test.run='^$' -test.fuzz="^$2\$" -test.fuzztime="${seconds}s" \
		-test.fuzzminimizetime=200x -test.fuzzcachedir="$cache/$1"
}

fuzz() {
	run "$@" 2>&1 | tee "$work/output" && return
	# Go now and then reports its own deadline as a failure when the time is up.
	# Such a report comes without an input; a second run must then pass.
	if grep -q 'context deadline exceeded' "$work/output" && ! grep -q 'Failing input written' "$work/output"; then
		say "$2: no failing input, only the end of the time; once more"
		run "$@"
		return
	fi
	return 1
}

# The targets with JavaScript on the other side are skipped without it.
if command -v npm >/dev/null; then (cd "$ROOT/conformance" && npm_install); fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=$(go env GOCACHE)/fuzz

passed=0 failed=()
while read -r module; do
	cd "$module"
	list=$(targets)
	built=
	while read -r -u 8 import folder name; do
		[[ -n $name ]] || continue
		cd "$folder"
		if [[ $built != "$import" ]]; then
			# Once for all targets of a package: go test would link a binary for each.
			go test -c -fuzz=. -o "$work/test" .
			built=$import
		fi
		printf '%s: %s\n' "${folder#"$ROOT/"}" "$name"
		if fuzz "$import" "$name"; then
			passed=$((passed + 1))
		else
			failed+=("${folder#"$ROOT/"}: $name")
		fi
	done 8<<<"$list"
done < <(go_modules)

if [[ ${#failed[@]} -gt 0 ]]; then
	printf 'FAILED %s\n' "${failed[@]}"
fi
printf '%d fuzz targets passed, %d failed\n' "$passed" "${#failed[@]}"
# No target at all means that the search above is broken.
((${#failed[@]} == 0 && passed > 0))
