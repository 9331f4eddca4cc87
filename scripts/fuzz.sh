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

# targets prints "folder name" for each target of the module in the current folder.
targets() {
	local file name
	go list -f '{{$dir := .Dir}}{{range .TestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}{{range .XTestGoFiles}}{{$dir}}/{{.}}{{"\n"}}{{end}}' ./... |
		while read -r file; do
			[[ -n $file ]] || continue
			sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r name; do
				printf '%s %s\n' "$(dirname -- "$file")" "$name"
			done
		done
}

fuzz() {
	local output
	output=$(mktemp)
	# shellcheck disable=SC2064 # the value of now is meant
	trap "rm -f '$output'" RETURN
	go test -run='^$' -fuzz="^$1\$" -fuzztime="${seconds}s" . 2>&1 | tee "$output" && return
	# The go command now and then reports its own deadline as a failure when the time is up.
	# Such a report comes without an input; a second run must then pass.
	if grep -q 'context deadline exceeded' "$output" && ! grep -q 'Failing input written' "$output"; then
		say "$1: no failing input, only the end of the time; once more"
		go test -run='^$' -fuzz="^$1\$" -fuzztime="${seconds}s" .
		return
	fi
	return 1
}

passed=0 failed=()
while read -r module; do
	cd "$module"
	list=$(targets)
	while read -r -u 8 folder name; do
		[[ -n $name ]] || continue
		cd "$folder"
		printf '%s: %s\n' "${folder#"$ROOT/"}" "$name"
		if fuzz "$name"; then
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
