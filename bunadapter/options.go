package bunadapter

import (
	"log/slog"
	"time"
)

// Option changes what [New] assumes of the database.
type Option func(*options)

type options struct {
	tables *Tables
	schema string
	logger *slog.Logger
	// timeUnit is that of integer times in SQLite, where no row tells it.
	timeUnit time.Duration
}

// Tables are the names of the five tables.
type Tables struct {
	User, Account, Session, VerificationToken, Authenticator string
}

// PrismaTables are the names that Prisma gives the models of Auth.js: User, Account, Session,
// VerificationToken, Authenticator. [Migrate] uses them.
func PrismaTables() Tables {
	return Tables{"User", "Account", "Session", "VerificationToken", "Authenticator"}
}

// DrizzleTables are the names of Drizzle's default tables: user, account, session,
// verificationToken, authenticator.
func DrizzleTables() Tables {
	return Tables{"user", "account", "session", "verificationToken", "authenticator"}
}

func (t Tables) names() []string {
	return []string{t.User, t.Account, t.Session, t.VerificationToken, t.Authenticator}
}

// WithTables names the tables instead of looking for Prisma's and Drizzle's names. Empty names are
// Prisma's.
func WithTables(t Tables) Option {
	return func(o *options) {
		standard := PrismaTables()
		for _, name := range []struct {
			given    *string
			standard string
		}{
			{&t.User, standard.User}, {&t.Account, standard.Account}, {&t.Session, standard.Session},
			{&t.VerificationToken, standard.VerificationToken}, {&t.Authenticator, standard.Authenticator},
		} {
			if *name.given == "" {
				*name.given = name.standard
			}
		}
		o.tables = &t
	}
}

// WithSchema names the SQL schema that has the tables: a schema of PostgreSQL, a database of MySQL,
// an attached database of SQLite. Without it they are where the connection looks first.
func WithSchema(name string) Option {
	return func(o *options) { o.schema = name }
}

// WithLogger sets where the adapter reports what works less well than it could: what [Adapter.Check]
// finds, and values that were left out. Defaults to the Logger of the ginauth.Config that the
// adapter is part of, and before [ginauth.Register] has told it that one, to slog.Default().
func WithLogger(l *slog.Logger) Option {
	return func(o *options) { o.logger = l }
}

// WithTimeUnit says in which unit the integers are in which SQLite tables keep times: time.Second
// for Drizzle's mode "timestamp", time.Millisecond for "timestamp_ms". It is needed only where no
// row is there to tell, and refused where the rows tell another. Defaults to milliseconds, as in
// Auth.js's own schema for Drizzle.
func WithTimeUnit(unit time.Duration) Option {
	return func(o *options) { o.timeUnit = unit }
}
