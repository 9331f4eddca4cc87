// Package bunadapter stores ginauth's users, accounts, sessions, tokens and passkeys through Bun in
// PostgreSQL, MySQL, MariaDB or SQLite.
//
// It works on the tables that Auth.js's Prisma and Drizzle adapters made, as they are: it looks at
// the columns once, writes what those tools would write, and names what is missing together with
// the SQL that adds it. [Migrate] makes the tables in a database that has none.
//
// # Values
//
// Credential IDs and public keys are standard base64 with padding. Times are UTC, cut to
// milliseconds or to what the column keeps, whatever the time zone of the connection. A MySQL
// column of type TIMESTAMP is used as Drizzle uses it: its text in the connection's time zone is
// taken for UTC. Integers in SQLite are read by their size as seconds, milliseconds or
// microseconds, and written in the unit that the table has; see [WithTimeUnit].
//
// Strings that are not UTF-8 or contain a NUL, that are longer than their column or use characters
// it cannot hold are refused with [ErrValue] and never altered. A new row is stored without the
// decoration that does not fit: a user's name and image, an account's scope, session_state,
// token_type and expires_at, and a passkey's transports. [Adapter.Check] warns of columns that are
// too short, and prints the SQL that widens them.
//
// # Addresses
//
// A user is found by an e-mail address in whatever case the table has it. Columns that ignore case do
// that by themselves; elsewhere an address that no row has exactly is searched for by lower(email).
// The tables of [Migrate] have a unique index for it, so that an address belongs to one user. In other
// tables the search reads every row, and [Adapter.Check] logs the statement that adds the index once
// there are many.
//
// Accents are never folded: änn@example.com is another user's address than ann@example.com. The usual
// collations of MySQL and MariaDB do fold them, so that a unique key over the column lets only one of
// the two sign up. The error for the other one has the statement that changes the collation; the tables
// of [Migrate] have utf8mb4_bin.
//
// # Transactions
//
// The adapter relies on unique keys and not on an isolation level, so the database's default will
// do. A transaction that the database gave up for another one is run again, three times at most.
// PostgreSQL may be reached through a pooler in transaction mode, such as PgBouncer. With pgx that
// takes default_query_exec_mode=exec in the URL, which saves a round trip without a pooler as well.
//
// SQLite should be opened so that writers wait for each other instead of failing: in WAL mode, with
// a busy timeout, and with transactions that begin immediately.
package bunadapter
