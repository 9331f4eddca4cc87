#!/usr/bin/env bash
# Finds phrases in what users read (documentation, doc comments, error texts) that a native reader would
# stop at, and says what to write instead. Left out are tests, generated pages and the texts of pages, which
# have tests of their own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# What not to write, as an extended regular expression, and what to write instead.
table() {
	cat <<-'EOT'
		\b(says|tells) whether\b	reports whether
		\bis no (URL|origin|address|host)\b	is not a valid URL, is not an origin
		\b[Cc]an not\b	cannot
		\bbelongs? into\b	belongs in, call it from
		\bbears no\b	does not support
		\bby who\b	by whom
		\b([Ww]hoever|[Ss]omebody|[Nn]obody's)\b	user, caller, request, session, client, attacker
		\b[Cc]olours?\b	color
		\b[Ll]icence\b	license
		\b[Bb]ehaviours?\b	behavior
		\b[Dd]efence\b	defense
		\b[Cc]entre\b	center
		\b[Cc]ancell(ed|ing)\b	canceled, canceling
		\b[Nn]eighbours?\b	neighbor
		\b([Nn]ormal|[Aa]uthor|[Rr]ecogn|[Ii]nitial|[Ss]erial|[Mm]inim|[Oo]ptim)is(e|es|ed|ing|ation)\b	normalize, authorize, recognize, …
	EOT
}

cd "$ROOT"
mapfile -t files < <(git ls-files '*.md' 'ginauth/*.go' 'providers/*.go' 'bunadapter/*.go' 'pages/*.go' 'pages/templates/*' 'example/server/*.go' 'internal/*.go' |
	grep -vE '(^|/)(test(authn|client|node)|adaptertest|integration)/|_test\.go$|^interop/MATRIX\.md$|^pages/messages\.go$')
[[ ${#files[@]} -gt 100 ]] || die "only ${#files[@]} files were found"
found=0
while IFS=$'\t' read -r pattern instead; do
	# Names of tests in tables are as they are.
	if lines=$(grep -nE "$pattern" "${files[@]}"); then
		printf '%s\n    write: %s\n' "$lines" "$instead"
		found=1
	fi
done < <(table)
exit "$found"
