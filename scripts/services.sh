#!/usr/bin/env bash
# Throw-away PostgreSQL, PgBouncer before it, MariaDB and Redis, for tests and for people:
#
#   scripts/services.sh run -- COMMAND ARGS…   start, run the command, stop; its exit code is passed on
#   scripts/services.sh up                     start, print the environment, stay until Ctrl-C
#
# The servers listen on 127.0.0.1 on free ports, keep their data in one temporary
# folder, and are gone with it when this script ends. Servers of the machine itself
# are neither used nor touched. GINAUTH_FSYNC=1 makes the databases write to the disk
# as they would in production; without it they are faster and lose data in a crash.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

READY_SECONDS=60 # for one server to answer
STOP_SECONDS=15  # for one process to end before it is killed

dir=''
command_group=''
postgres_pid='' pgbouncer_pid='' mariadb_pid='' redis_pid=''

usage() {
	sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
	exit 2
}

# user_for prints the user that a server runs as: PostgreSQL, PgBouncer and MariaDB refuse
# to run as root. The first that exists of those named.
user_for() {
	if ((EUID != 0)); then
		id -un
		return
	fi
	local name
	for name in "$@" nobody; do
		if id -u "$name" >/dev/null 2>&1; then
			printf '%s\n' "$name"
			return
		fi
	done
	die "no user to run a database as: root may not, and none of '$* nobody' exists"
}

# as_user runs a command as a user. The process is replaced rather than forked, so that
# $! is the server itself, and it is ended by the kernel should this script be killed.
as_user() {
	local user=$1
	shift
	# The folder the script was called in may be closed to that user.
	cd "$dir"
	if ((EUID == 0)); then
		exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --pdeathsig TERM -- "$@"
	fi
	exec setpriv --pdeathsig TERM -- "$@"
}

# make_dir makes a folder that only the given user can enter.
make_dir() {
	mkdir -m 700 "$1"
	if ((EUID == 0)); then chown "$2:" "$1"; fi
}

# free_port prints a port below the range that outgoing connections are given.
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		if ! port_busy "$port"; then
			printf '%s\n' "$port"
			return
		fi
	done
}

# wait_ready polls a server with a real connection until it answers. It returns 1 when the
# server has ended, and gives up for good when it runs but does not answer.
wait_ready() {
	local name=$1 pid=$2 log=$3 deadline=$((SECONDS + READY_SECONDS))
	shift 3
	until "$@" >/dev/null 2>"$dir/last-error"; do
		if ! kill -0 "$pid" 2>/dev/null; then
			say "$name ended while it was starting. Its log:"
			tail -n 50 "$log" >&2
			return 1
		fi
		if ((SECONDS >= deadline)); then
			say "$name does not answer after $READY_SECONDS s: $(<"$dir/last-error")"
			tail -n 50 "$log" >&2
			exit 1
		fi
		sleep 0.1
	done
}

# attempt_thrice runs a start function up to three times: between finding a free port
# and using it, another process may have taken it.
attempt_thrice() {
	local n
	for n in 1 2 3; do
		if "$1"; then return; fi
		say "attempt $n to start failed"
	done
	exit 1
}

# postgres_bin prints the folder of PostgreSQL's programs. Debian keeps it out of PATH;
# of several versions the newest wins.
postgres_bin() {
	local found
	found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
	[[ -x $found ]] || found=$(command -v initdb) || die "PostgreSQL's initdb is missing (run scripts/deps.sh)"
	dirname -- "$(readlink -f -- "$found")"
}

init_postgres() {
	make_dir "$dir/postgres" "$postgres_user"
	printf '%s\n' "$password" >"$dir/postgres/password"
	if ((EUID == 0)); then chown "$postgres_user:" "$dir/postgres/password"; fi
	(as_user "$postgres_user" "$postgres_bin/initdb" --pgdata="$dir/postgres/data" --username=ginauth \
		--pwfile="$dir/postgres/password" --auth=scram-sha-256 \
		--encoding=UTF8 --locale=C.UTF-8 --no-sync) >"$dir/postgres-init.log" 2>&1 ||
		{
			cat "$dir/postgres-init.log" >&2
			die "initdb failed"
		}
}

start_postgres() {
	local durability=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
	if [[ ${GINAUTH_FSYNC:-} == 1 ]]; then durability=(); fi
	postgres_port=$(free_port)
	(as_user "$postgres_user" setsid "$postgres_bin/postgres" -D "$dir/postgres/data" -p "$postgres_port" \
		-c listen_addresses=127.0.0.1 -c unix_socket_directories="$dir/postgres" \
		-c max_connections=300 "${durability[@]}") >"$dir/postgres.log" 2>&1 &
	postgres_pid=$!
	export PGPASSWORD=$password
	wait_ready PostgreSQL "$postgres_pid" "$dir/postgres.log" \
		"$postgres_bin/psql" -X -w -h 127.0.0.1 -p "$postgres_port" -U ginauth -d postgres -c 'SELECT 1' || return 1
	"$postgres_bin/psql" -X -w -q -h 127.0.0.1 -p "$postgres_port" -U ginauth -d postgres -c 'CREATE DATABASE ginauth' || return 1
	unset PGPASSWORD
}

# init_pgbouncer writes what the pooler reads: who may connect, and later the settings, which
# name the ports.
init_pgbouncer() {
	make_dir "$dir/pgbouncer" "$postgres_user"
	printf '"ginauth" "%s"\n' "$password" >"$dir/pgbouncer/users.txt"
	if ((EUID == 0)); then chown "$postgres_user:" "$dir/pgbouncer/users.txt"; fi
}

# start_pgbouncer pools by transaction, as hosted poolers do, with fewer connections than the tests
# have clients: each database gets four.
start_pgbouncer() {
	pgbouncer_port=$(free_port)
	cat >"$dir/pgbouncer/pgbouncer.ini" <<-INI
		[databases]
		* = host=127.0.0.1 port=$postgres_port
		[pgbouncer]
		listen_addr = 127.0.0.1
		listen_port = $pgbouncer_port
		unix_socket_dir =
		auth_type = scram-sha-256
		auth_file = $dir/pgbouncer/users.txt
		pool_mode = transaction
		default_pool_size = 4
		max_client_conn = 300
	INI
	if ((EUID == 0)); then chown "$postgres_user:" "$dir/pgbouncer/pgbouncer.ini"; fi
	(as_user "$postgres_user" setsid "$pgbouncer" "$dir/pgbouncer/pgbouncer.ini") >"$dir/pgbouncer.log" 2>&1 &
	pgbouncer_pid=$!
	PGPASSWORD=$password wait_ready PgBouncer "$pgbouncer_pid" "$dir/pgbouncer.log" \
		"$postgres_bin/psql" -X -w -h 127.0.0.1 -p "$pgbouncer_port" -U ginauth -d ginauth -c 'SELECT 1'
}

init_mariadb() {
	make_dir "$dir/mariadb" "$mariadb_user"
	# skip-test-db also leaves out the anonymous users.
	(as_user "$mariadb_user" mariadb-install-db --no-defaults --datadir="$dir/mariadb/data" \
		--auth-root-authentication-method=normal --skip-test-db --skip-name-resolve) >"$dir/mariadb-init.log" 2>&1 ||
		{
			cat "$dir/mariadb-init.log" >&2
			die "mariadb-install-db failed"
		}
}

start_mariadb() {
	# 0 leaves the writing to the kernel once a second; 1 is the default.
	local durability=(--innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite)
	if [[ ${GINAUTH_FSYNC:-} == 1 ]]; then durability=(); fi
	mariadb_port=$(free_port)
	# The character set is the one of a Debian server; without its file it would be latin1.
	(as_user "$mariadb_user" setsid "$mariadbd" --no-defaults --datadir="$dir/mariadb/data" \
		--tmpdir="$dir/mariadb" --socket="$dir/mariadb/sock" --pid-file="$dir/mariadb/pid" \
		--bind-address=127.0.0.1 --port="$mariadb_port" --skip-name-resolve --max-connections=300 \
		--character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci \
		"${durability[@]}") >"$dir/mariadb.log" 2>&1 &
	mariadb_pid=$!
	wait_ready MariaDB "$mariadb_pid" "$dir/mariadb.log" \
		mariadb --no-defaults --socket="$dir/mariadb/sock" -u root -e 'SELECT 1' || return 1
	# Over TCP there is one user, with a password. The socket is in a folder nobody else can enter.
	mariadb --no-defaults --socket="$dir/mariadb/sock" -u root <<-SQL || return 1
		DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys' AND NOT (User = 'root' AND Host = 'localhost');
		FLUSH PRIVILEGES;
		CREATE USER 'ginauth'@'127.0.0.1' IDENTIFIED BY '$password';
		GRANT ALL PRIVILEGES ON *.* TO 'ginauth'@'127.0.0.1' WITH GRANT OPTION;
		CREATE DATABASE ginauth;
	SQL
	MYSQL_PWD=$password wait_ready MariaDB "$mariadb_pid" "$dir/mariadb.log" \
		mariadb --no-defaults -h 127.0.0.1 -P "$mariadb_port" -u ginauth ginauth -e 'SELECT 1'
}

start_redis() {
	redis_port=$(free_port)
	(as_user "$redis_user" setsid redis-server --port "$redis_port" --bind 127.0.0.1 --save '' \
		--appendonly no --dir "$dir/redis" --daemonize no) >"$dir/redis.log" 2>&1 &
	redis_pid=$!
	wait_ready Redis "$redis_pid" "$dir/redis.log" redis_ping
}

redis_ping() { [[ $(redis-cli -h 127.0.0.1 -p "$redis_port" PING) == PONG ]]; }

# end_process asks a process, or with a minus sign a process group, to end, and kills it if it does not.
end_process() {
	local target=$1 signal=$2 deadline=$((SECONDS + STOP_SECONDS))
	kill -s "$signal" -- "$target" 2>/dev/null || return 0
	while kill -0 -- "$target" 2>/dev/null; do
		if ((SECONDS >= deadline)); then
			kill -s KILL -- "$target" 2>/dev/null || true
			return
		fi
		sleep 0.05
	done
}

clean_up() {
	local code=$?
	trap '' INT TERM HUP
	set +e
	if [[ -n $command_group ]]; then end_process "-$command_group" TERM; fi
	# INT is PostgreSQL's fast shutdown; on TERM it would wait for its clients. PgBouncer waits on INT.
	if [[ -n $pgbouncer_pid ]]; then end_process "$pgbouncer_pid" TERM; fi
	if [[ -n $postgres_pid ]]; then end_process "$postgres_pid" INT; fi
	if [[ -n $mariadb_pid ]]; then end_process "$mariadb_pid" TERM; fi
	if [[ -n $redis_pid ]]; then end_process "$redis_pid" TERM; fi
	wait 2>/dev/null
	if [[ -n $dir ]]; then rm -rf -- "$dir"; fi
	exit "$code"
}

start_all() {
	local name
	postgres_bin=$(postgres_bin)
	mariadbd=$(PATH=$PATH:/usr/sbin command -v mariadbd) || die "mariadbd is missing (run scripts/deps.sh)"
	pgbouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || die "pgbouncer is missing (run scripts/deps.sh)"
	for name in mariadb mariadb-install-db redis-server redis-cli setpriv setsid; do
		command -v "$name" >/dev/null || die "$name is missing (run scripts/deps.sh)"
	done
	postgres_user=$(user_for postgres) mariadb_user=$(user_for mysql) redis_user=$(user_for redis)
	password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

	dir=$(mktemp -d "${TMPDIR:-/tmp}/ginauth-services.XXXXXX")
	# The servers' users pass through this folder to their own.
	chmod 711 "$dir"
	say "starting PostgreSQL, PgBouncer, MariaDB and Redis …"
	init_postgres &
	local init_pid=$!
	init_mariadb
	wait "$init_pid"
	init_pgbouncer
	make_dir "$dir/redis" "$redis_user"
	attempt_thrice start_postgres
	attempt_thrice start_pgbouncer
	attempt_thrice start_mariadb
	attempt_thrice start_redis

	export GINAUTH_TEST_POSTGRES="postgres://ginauth:$password@127.0.0.1:$postgres_port/ginauth?sslmode=disable"
	export GINAUTH_TEST_PGBOUNCER="postgres://ginauth:$password@127.0.0.1:$pgbouncer_port/ginauth?sslmode=disable"
	export GINAUTH_TEST_MYSQL="ginauth:$password@tcp(127.0.0.1:$mariadb_port)/ginauth?parseTime=true"
	export GINAUTH_TEST_MYSQL_URL="mysql://ginauth:$password@127.0.0.1:$mariadb_port/ginauth"
	export GINAUTH_TEST_REDIS="127.0.0.1:$redis_port"
	CHROMIUM_PATH=$(find_chromium)
	export CHROMIUM_PATH
}

[[ $# -gt 0 ]] || usage
mode=$1
shift
if [[ ${1:-} == -- ]]; then shift; fi
case $mode in
run) [[ $# -gt 0 ]] || usage ;;
up) [[ $# -eq 0 ]] || usage ;;
*) usage ;;
esac

trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
start_all

if [[ $mode == up ]]; then
	for name in GINAUTH_TEST_POSTGRES GINAUTH_TEST_PGBOUNCER GINAUTH_TEST_MYSQL GINAUTH_TEST_MYSQL_URL GINAUTH_TEST_REDIS CHROMIUM_PATH; do
		printf "export %s='%s'\n" "$name" "${!name}"
	done
	say "ready; copy the lines above into another terminal. Ctrl-C stops and removes everything."
	# A signal ends a wait at once, but a foreground sleep only when it is over.
	wait -n "$postgres_pid" "$pgbouncer_pid" "$mariadb_pid" "$redis_pid" || true
	die "a server ended by itself"
fi

# The command gets a process group of its own, so that all of it can be ended, whatever it has started.
set -m
"$@" </dev/null &
command_group=$!
set +m
code=0
wait "$command_group" || code=$?
exit "$code"
