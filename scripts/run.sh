#!/usr/bin/env bash
# Runs the example, the Go server and its Next.js client, until Ctrl-C.
#
#   WEB_PORT          where the browser goes (3000)
#   PORT              where the Go server listens, on 127.0.0.1 only (8080)
#   DATABASE_URL      a database other than the SQLite file in example/
#   AUTH_BASE_PATH    /auth
#   SESSION_STRATEGY  jwt or database
#
# Further variables reach both processes as they are.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

WEB_PORT=${WEB_PORT:-3000}
PORT=${PORT:-8080}
READY_SECONDS=180 # the first page has to be compiled on a slow machine too

for program in node npm; do
	command -v "$program" >/dev/null || die "$program is missing: install Node.js 20 or newer"
done
check_port() {
	if port_busy "$1"; then
		die "port $1 is in use: stop what listens there, or choose another one: $2=$3 make run"
	fi
}
[[ $WEB_PORT != "$PORT" ]] || die "WEB_PORT and PORT are both $PORT: choose another one for one of them"
check_port "$WEB_PORT" WEB_PORT 3001
check_port "$PORT" PORT 8081

# Both processes need the same secret: the server seals the session, proxy.ts opens it.
if [[ -z ${AUTH_SECRET:-} ]]; then
	secret_file=$ROOT/example/.auth-secret
	if [[ ! -s $secret_file ]]; then
		(umask 077 && head -c 32 /dev/urandom | base64 | tr -d '\n' >"$secret_file")
	fi
	AUTH_SECRET=$(<"$secret_file")
fi
export AUTH_SECRET
export AUTH_URL=${AUTH_URL:-http://localhost:$WEB_PORT}
export AUTH_BASE_PATH=${AUTH_BASE_PATH:-/auth}
export SESSION_STRATEGY=${SESSION_STRATEGY:-jwt}

(cd "$ROOT/example/web" && npm_install)

groups=()
stop() {
	local code=$?
	trap '' INT TERM HUP
	set +e
	local group
	for group in "${groups[@]}"; do kill -s TERM -- "-$group" 2>/dev/null; done
	# A server that has open connections may take a moment; nobody should wait for it long.
	local deadline=$((SECONDS + 10))
	for group in "${groups[@]}"; do
		while kill -0 -- "-$group" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
		kill -s KILL -- "-$group" 2>/dev/null
	done
	exit "$code"
}
trap stop EXIT
trap 'say; exit 0' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Each process gets a group of its own: npm and Next.js start others, which must go too.
# Both listen on this machine only: what the example shows of e-mails is not for other machines.
set -m
export BACKEND_URL=http://127.0.0.1:$PORT
(cd "$ROOT/example" && PORT=$PORT exec "$ROOT/bin/example") </dev/null &
groups+=($!)
(cd "$ROOT/example/web" && PORT=$WEB_PORT exec npm run --silent dev -- --hostname localhost) </dev/null &
groups+=($!)
set +m

alive() {
	local group
	for group in "${groups[@]}"; do
		kill -0 "$group" 2>/dev/null || die "$1 (see above)"
	done
}

# Any answer that is not a server error will do. That of the client's own page shows that
# it is compiled, the other one that requests find their way through to the Go server.
answers() {
	node -e 'fetch(process.argv[1]).then((r) => process.exit(r.status < 500 ? 0 : 1), () => process.exit(1))' "$1"
}
for url in "http://localhost:$WEB_PORT/" "http://localhost:$WEB_PORT$AUTH_BASE_PATH/providers"; do
	until answers "$url"; do
		alive 'the example did not start'
		((SECONDS < READY_SECONDS)) || die "$url does not answer after $READY_SECONDS s"
		sleep 0.3
	done
done

printf '\n  Open %s\n\n  Ctrl-C stops both servers.\n\n' "$AUTH_URL"
wait -n "${groups[@]}" || true
die "one of the two servers ended by itself (see above)"
