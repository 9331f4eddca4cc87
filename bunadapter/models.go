package bunadapter

import (
	"slices"

	"github.com/uptrace/bun/dialect"

	"github.com/ginauth/ginauth/ginauth"
)

// kind is what a column holds.
type kind int

const (
	otherKind kind = iota
	textKind
	uuidKind // PostgreSQL's own type, as some use it for IDs
	intKind
	boolKind
	timeKind   // a type of the database, or Prisma's text on SQLite
	millisKind // SQLite: an integer since 1970, Drizzle's in milliseconds
)

// field is a column that the models of Auth.js have.
type field struct {
	name string
	kind kind
	// optional columns may be absent as long as there is nothing to write to them.
	optional bool
	// decoration is left out of a new row where its column cannot hold it.
	decoration bool
	// chars is how many characters a column of text should hold; 0 is any number.
	chars int64
	// onlyFor says for which configurations chars matters; nil is all.
	onlyFor func(ginauth.TableUse) bool
}

// model is a table as Auth.js knows it.
type model struct {
	name   string // Prisma's
	fields []field
	unique []string // columns of which some must be a unique key
}

// field returns the field with this name, or nil.
func (m model) field(name string) *field {
	if i := slices.IndexFunc(m.fields, func(f field) bool { return f.name == name }); i >= 0 {
		return &m.fields[i]
	}
	return nil
}

func forOAuth(use ginauth.TableUse) bool { return use.OAuth }
func forEmail(use ginauth.TableUse) bool { return use.Email }

// models are in an order that foreign keys allow.
var models = [...]model{
	{"User", []field{
		{name: "id", kind: textKind, chars: uuidChars},
		{name: "name", kind: textKind, optional: true, decoration: true},
		{name: "email", kind: textKind, chars: emailChars},
		{name: "emailVerified", kind: timeKind, optional: true},
		{name: "image", kind: textKind, optional: true, decoration: true, chars: imageChars, onlyFor: forOAuth},
	}, []string{"email"}},
	{"Account", []field{
		{name: "userId", kind: textKind, chars: uuidChars},
		{name: "type", kind: textKind},
		{name: "provider", kind: textKind},
		{name: "providerAccountId", kind: textKind, chars: idChars},
		{name: "refresh_token", kind: textKind, optional: true, chars: tokenChars, onlyFor: forOAuth},
		{name: "access_token", kind: textKind, optional: true, chars: tokenChars, onlyFor: forOAuth},
		{name: "expires_at", kind: intKind, optional: true, decoration: true},
		{name: "token_type", kind: textKind, optional: true, decoration: true},
		{name: "scope", kind: textKind, optional: true, decoration: true, chars: scopeChars, onlyFor: forOAuth},
		{name: "id_token", kind: textKind, optional: true, chars: tokenChars, onlyFor: forOAuth},
		{name: "session_state", kind: textKind, optional: true, decoration: true},
	}, []string{"provider", "providerAccountId"}},
	{"Session", []field{
		{name: "sessionToken", kind: textKind, chars: uuidChars},
		{name: "userId", kind: textKind, chars: uuidChars},
		{name: "expires", kind: timeKind},
	}, []string{"sessionToken"}},
	{"VerificationToken", []field{
		{name: "identifier", kind: textKind, chars: emailChars, onlyFor: forEmail},
		{name: "token", kind: textKind, chars: recordChars},
		{name: "expires", kind: timeKind},
	}, []string{"identifier", "token"}},
	{"Authenticator", []field{
		{name: "credentialID", kind: textKind, chars: idChars},
		{name: "userId", kind: textKind, chars: uuidChars},
		{name: "providerAccountId", kind: textKind, chars: idChars},
		{name: "credentialPublicKey", kind: textKind, chars: keyChars},
		{name: "counter", kind: intKind},
		{name: "credentialDeviceType", kind: textKind},
		{name: "credentialBackedUp", kind: boolKind},
		{name: "transports", kind: textKind, optional: true, decoration: true},
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
