#!/usr/bin/env bash
# Sees to it that this machine has what the tests need:
#
#   scripts/deps.sh          installs what is missing with apt, if it may
#   scripts/deps.sh --check  only tells what is missing
#
# Go and Node.js are not installed: a distribution's are too old, and where the new
# ones come from is the machine owner's choice.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

MIN_NODE=20

# What is looked for, and the Debian package that has it. MariaDB's packages with "core"
# in the name bring the programs without a service.
requirements() {
	cat <<-'EOT'
		gcc libc6-dev|gcc|have gcc && [[ -e /usr/include/stdlib.h ]]
		postgresql|PostgreSQL (initdb)|have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'
		pgbouncer|PgBouncer|have pgbouncer
		mariadb-server-core|MariaDB (mariadbd)|have mariadbd && have mariadb-install-db
		mariadb-client-core|MariaDB's client (mariadb)|have mariadb
		redis-server redis-tools|Redis (redis-server, redis-cli)|have redis-server && have redis-cli
		chromium|Chromium, or CHROMIUM_PATH|[[ -n $(find_chromium) ]]
		shellcheck|shellcheck|have shellcheck
		util-linux|setpriv|have setpriv
	EOT
}

have() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }

# missing fills the two lists with what is not there.
missing() {
	packages=() names=()
	local list name check
	while IFS='|' read -r -u 9 list name check; do
		if eval "$check" >/dev/null; then continue; fi
		names+=("$name")
		# shellcheck disable=SC2206 # a list of packages, split on purpose
		packages+=($list)
	done 9< <(requirements)
}

check_go() {
	local want
	want=$(sed -n 's/^go //p' "$ROOT/go.mod")
	have go || die "Go is missing: install Go $want or newer from go.dev/dl and put its bin folder into PATH"
	# With GOTOOLCHAIN=local an older Go fails here; otherwise it fetches the one that go.mod asks for.
	(cd "$ROOT" && go version >/dev/null) || die "Go is too old: install Go $want or newer"
}

check_node() {
	have node && have npm || die "Node.js is missing: install Node.js $MIN_NODE or newer, with npm"
	local major
	major=$(node -p 'process.versions.node.split(".")[0]')
	((major >= MIN_NODE)) || die "Node.js $(node --version) is too old: install Node.js $MIN_NODE or newer"
}

# install runs apt so that no package starts a service: the tests start servers of
# their own, and this machine's owner did not ask for any.
install() {
	local sudo=()
	if ((EUID != 0)); then sudo=(sudo -n); fi
	local policy=/usr/sbin/policy-rc.d
	local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
	if [[ ! -e $policy ]]; then
		printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
		"${sudo[@]}" chmod 755 "$policy"
		# shellcheck disable=SC2064 # the values of now are meant
		trap "${sudo[*]} rm -f $policy" EXIT
	fi
	say "installing: $*"
	"${apt[@]}" update >&2
	"${apt[@]}" install -y --no-install-recommends "$@" >&2
	# Nor may they start at the next boot; only what was installed just now is disabled.
	local package service
	if [[ -d /run/systemd/system ]]; then
		for package in "$@"; do
			case $package in postgresql | pgbouncer | redis-server) service=$package ;; *) continue ;; esac
			"${sudo[@]}" systemctl disable --quiet "$service" >&2 || say "note: the service $service will start at the next boot"
		done
	fi
}

may_install() {
	have apt-get || return 1
	((EUID == 0)) || { have sudo && sudo -n true 2>/dev/null; }
}

check_go
check_node
missing
if [[ ${#names[@]} -eq 0 ]]; then exit 0; fi
if [[ ${1:-} != --check ]] && may_install; then
	install "${packages[@]}"
	missing
	if [[ ${#names[@]} -eq 0 ]]; then exit 0; fi
fi
say 'missing on this machine:'
printf '  %s\n' "${names[@]}" >&2
die "install them, on Debian with: sudo apt-get install --no-install-recommends ${packages[*]}"
