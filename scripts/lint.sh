#!/usr/bin/env bash
# Runs the linters over every module:
#
#   scripts/lint.sh            all of them
#   scripts/lint.sh NAME…      only these: gofmt vet tidy golangci-lint govulncheck shell dependabot english
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Tools run from source at a fixed version. They are not "tool" lines in go.mod, because
# a library's go.mod is its users' too.
export GOLANGCI_LINT=github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
export GOVULNCHECK=golang.org/x/vuln/cmd/govulncheck@v1.8.0

# Each stage calls this script again with the name of the one check to do.
check() {
	case $1 in
	gofmt)
		# gofmt would go into node_modules and hidden folders, where Go files of others may lie.
		local unformatted
		unformatted=$(find "$ROOT" \( -name node_modules -o -name '.?*' \) -prune -o -name '*.go' -print0 | xargs -0r gofmt -l)
		[[ -z $unformatted ]] || die "not formatted (make fmt does it): $unformatted"
		;;
	vet) go vet ./... ;;
	tidy) go mod tidy -diff ;;
	golangci-lint) go run "$GOLANGCI_LINT" run --config "$ROOT/.golangci.yml" ./... ;;
	govulncheck) govulncheck ;;
	english) "$ROOT/scripts/english.sh" ;;
	shell) shellcheck -x -S warning "$ROOT"/scripts/*.sh "$ROOT/.ci/run" ;;
	dependabot)
		# The folder of a new module or package has to be added, or it is never updated.
		local difference
		difference=$(diff <(folders_of_dependabot) <(folders_with_dependencies)) ||
			die "the folders of .github/dependabot.yml (<) are not those with dependencies (>):"$'\n'"$difference"
		;;
	esac
}

# folders_of_dependabot prints "ecosystem folder" for what .github/dependabot.yml lists.
folders_of_dependabot() {
	awk -F'[][]' '
		/package-ecosystem:/ { sub(/.*: /, ""); ecosystem = $0 }
		/directories:/ { n = split($2, folders, /, */); for (i = 1; i <= n; i++) print ecosystem, folders[i] }
	' "$ROOT/.github/dependabot.yml" | sort
}

# folders_with_dependencies prints the same for what the repository has.
folders_with_dependencies() {
	find "$ROOT" \( -name node_modules -o -name '.?*' \) -prune -o \( -name go.mod -o -name package.json \) -printf '%f /%P\n' |
		sed -E 's#^go\.mod#gomod#; s#^package\.json#npm#; s#/[^/]*$##; s# $# /#' | sort
}

govulncheck() {
	local output code=0
	output=$(go run "$GOVULNCHECK" ./... 2>&1) || code=$?
	if ((code != 0)) && grep -q 'fetching vulnerabilities' <<<"$output"; then
		say 'govulncheck: data not reachable, not run'
		exit "$NOT_RUN"
	fi
	printf '%s\n' "$output"
	return "$code"
}

if [[ ${1:-} == --check ]]; then
	check "$2"
	exit
fi

names=("$@")
if [[ ${#names[@]} -eq 0 ]]; then names=(gofmt vet tidy golangci-lint govulncheck shell dependabot english); fi
for name in "${names[@]}"; do
	case $name in
	gofmt | shell | dependabot | english) folders=. ;;
	vet | tidy | golangci-lint | govulncheck) folders=$(go_modules | sed "s|^$ROOT\$|.|; s|^$ROOT/||") ;;
	*) die "no check is called $name" ;;
	esac
	for folder in $folders; do
		title=$name
		if [[ $folder != . ]]; then title="$name $folder"; fi
		printf '%s\t%s\t%s\n' "$title" "$folder" "'$ROOT/scripts/lint.sh' --check $name"
	done
done | run_stages
