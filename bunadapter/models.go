package bunadapter

import "github.com/uptrace/bun/dialect"

// kind is what a column holds.
type kind int

const (
	otherKind kind = iota
	textKind
	uuidKind // PostgreSQL's own type, as some use it for IDs
	intKind
	boolKind
	timeKind   // a type of the database, or Prisma's text on SQLite
	millisKind // SQLite: Drizzle's integer milliseconds since 1970
)

// field is a column that the models of Auth.js have.
type field struct {
	name string
	kind kind
	// optional columns may be absent as long as there is nothing to write to them.
	optional bool
}

// model is a table as Auth.js knows it.
type model struct {
	name   string // Prisma's
	fields []field
	unique []string // columns of which some must be a unique key
}

// models are in an order that foreign keys allow.
var models = [...]model{
	{"User", []field{
		{name: "id", kind: textKind},
		{name: "name", kind: textKind, optional: true},
		{name: "email", kind: textKind},
		{name: "emailVerified", kind: timeKind, optional: true},
		{name: "image", kind: textKind, optional: true},
	}, []string{"email"}},
	{"Account", []field{
		{name: "userId", kind: textKind},
		{name: "type", kind: textKind},
		{name: "provider", kind: textKind},
		{name: "providerAccountId", kind: textKind},
		{name: "refresh_token", kind: textKind, optional: true},
		{name: "access_token", kind: textKind, optional: true},
		{name: "expires_at", kind: intKind, optional: true},
		{name: "token_type", kind: textKind, optional: true},
		{name: "scope", kind: textKind, optional: true},
		{name: "id_token", kind: textKind, optional: true},
		{name: "session_state", kind: textKind, optional: true},
	}, []string{"provider", "providerAccountId"}},
	{"Session", []field{
		{name: "sessionToken", kind: textKind},
		{name: "userId", kind: textKind},
		{name: "expires", kind: timeKind},
	}, []string{"sessionToken"}},
	{"VerificationToken", []field{
		{name: "identifier", kind: textKind},
		{name: "token", kind: textKind},
		{name: "expires", kind: timeKind},
	}, []string{"identifier", "token"}},
	{"Authenticator", []field{
		{name: "credentialID", kind: textKind},
		{name: "userId", kind: textKind},
		{name: "providerAccountId", kind: textKind},
		{name: "credentialPublicKey", kind: textKind},
		{name: "counter", kind: intKind},
		{name: "credentialDeviceType", kind: textKind},
		{name: "credentialBackedUp", kind: boolKind},
		{name: "transports", kind: textKind, optional: true},
	}, []string{"credentialID"}},
}

// Columns that ginauth fills where a table has them.
const (
	rowID     = "id"
	createdAt = "createdAt"
	updatedAt = "updatedAt"
)

// sqlType is the type that a missing column should get.
func (k kind) sqlType(d dialect.Name) string {
	switch k {
	case intKind:
		if d == dialect.SQLite {
			return "INTEGER"
		}
		return "BIGINT"
	case boolKind:
		return "BOOLEAN"
	case timeKind:
		if d == dialect.PG {
			return "TIMESTAMP(3)"
		}
		if d == dialect.MySQL {
			return "DATETIME(3)"
		}
		return "DATETIME"
	}
	return "TEXT"
}

func (k kind) String() string {
	switch k {
	case textKind:
		return "text"
	case uuidKind:
		return "a UUID"
	case intKind:
		return "an integer"
	case boolKind:
		return "a boolean"
	case timeKind, millisKind:
		return "a time"
	}
	return "something else"
}
