// Package integration tests bunadapter against real databases. It is a module of its own so that
// the library's module needs no drivers.
//
// SQLite needs nothing. PostgreSQL and MySQL or MariaDB are tested when GINAUTH_TEST_POSTGRES has a
// postgres:// URL and GINAUTH_TEST_MYSQL a DSN of go-sql-driver/mysql, of users who may create
// databases. PostgreSQL is tested through a pooler as well when GINAUTH_TEST_PGBOUNCER has the URL of
// a PgBouncer before it, in transaction mode. scripts/services.sh starts all of them and sets the
// variables. With GINAUTH_REQUIRE_ALL=1 a missing one fails the tests instead of skipping them.
package integration
