# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# A stage that exits with this number was not run, for a reason it has printed.
NOT_RUN=77

say() { printf '%s\n' "$*" >&2; }

die() {
	say "error: $*"
	exit 1
}

# go_modules prints the folder of every Go module of the repository.
go_modules() {
	find "$ROOT" \( -name node_modules -o -name testdata -o -name '.?*' \) -prune -o \
		-name go.mod -printf '%h\n' | sort
}

# find_chromium prints the browser for tests, or nothing.
find_chromium() {
	if [[ -n ${CHROMIUM_PATH:-} ]]; then
		printf '%s\n' "$CHROMIUM_PATH"
		return
	fi
	local name
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if command -v "$name"; then return; fi
	done
}

# port_busy reports whether something listens on a port of this machine, on IPv4 or IPv6.
port_busy() {
	(: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (: <>"/dev/tcp/::1/$1") 2>/dev/null
}

# npm_install installs the locked dependencies of the folder it is called in,
# unless they are there already and belong to this lock file.
npm_install() {
	if [[ -f node_modules/.package-lock.json && ! package-lock.json -nt node_modules/.package-lock.json ]]; then
		return
	fi
	# A machine with a browser of its own must not download a second one.
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
	touch node_modules/.package-lock.json
}

# run_stages reads lines "name<TAB>folder<TAB>command" from standard input and runs
# each command in its folder, whatever became of the ones before it, so that one run
# shows every failure. It ends with a table and the line "N passed, N failed".
run_stages() {
	local name folder command code start seconds passed=0 failed=0 skipped=0 table=''
	# The list has a descriptor of its own: a stage that reads standard input must not eat it.
	while IFS=$'\t' read -r -u 9 name folder command; do
		printf '\n=== %s\n' "$name"
		start=$SECONDS
		code=0
		if [[ ! -d $ROOT/$folder ]]; then
			say "error: the folder $folder does not exist"
			code=1
		else
			(cd "$ROOT/$folder" && exec bash -euo pipefail -c "source '$ROOT/scripts/common.sh'; $command") </dev/null || code=$?
		fi
		seconds=$((SECONDS - start))
		case $code in
		0)
			passed=$((passed + 1))
			code=passed
			;;
		"$NOT_RUN")
			skipped=$((skipped + 1))
			code='not run'
			;;
		*)
			failed=$((failed + 1))
			code="FAILED (exit code $code)"
			;;
		esac
		printf -- '--- %s: %s, %d s\n' "$name" "$code" "$seconds"
		table+=$(printf '%-28s %5d s  %s' "$name" "$seconds" "$code")$'\n'
	done 9<&0
	printf '\n%s\n' "$table"
	if ((skipped > 0)); then
		printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	else
		printf '%d passed, %d failed\n' "$passed" "$failed"
	fi
	# A list that ran nothing is a mistake in the list, not a success.
	((failed == 0 && passed > 0))
}
