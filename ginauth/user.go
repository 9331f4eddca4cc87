package ginauth

import "time"

// User is a person as the application's database knows them.
//
// An empty Name, Email or Image means that none is known: adapters store NULL for it, and the
// session's JSON says null.
type User struct {
	// ID is opaque to ginauth: a UUID or a cuid as a rule. With 16 to 48 bytes it serves as the
	// WebAuthn user handle as it is, otherwise a hash of it does.
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Email of a user that ginauth creates is in normal form: NFKC, the local part in lower case, the
	// domain as IDNA has it in Unicode, at most 254 bytes. A row that the application wrote may spell
	// it otherwise.
	Email string `json:"email,omitempty"`
	// EmailVerified is when the address was last proven to be the user's; zero means never.
	EmailVerified time.Time `json:"emailVerified,omitzero"`
	// Image is the URL of a picture.
	Image string `json:"image,omitempty"`
}

// Kind is the type of a provider and of the accounts it makes, as the database spells it.
type Kind string

// The kinds of providers. They are the "type" of `GET /providers` and of the account rows.
const (
	KindWebAuthn    Kind = "webauthn"
	KindEmail       Kind = "email"
	KindCredentials Kind = "credentials"
	KindOAuth       Kind = "oauth"
	KindOIDC        Kind = "oidc"
)

// Account links a user to one identity at one provider. Provider and ProviderAccountID together
// are unique.
type Account struct {
	UserID   string
	Type     Kind
	Provider string
	// ProviderAccountID is the provider's own id of the person; for passkeys it is the credential
	// ID in standard base64 with padding.
	ProviderAccountID string

	// What an OAuth token endpoint gave; empty for every other kind.
	RefreshToken string
	AccessToken  string
	// ExpiresAt is in seconds since 1970; zero means that the provider named none.
	ExpiresAt    int64
	TokenType    string
	Scope        string
	IDToken      string
	SessionState string
}

// Authenticator is a passkey: the credential record of WebAuthn Level 3 as far as the Auth.js
// schema has columns for it.
type Authenticator struct {
	// CredentialID is the raw ID, 16 to 1023 bytes. Adapters store it in standard base64 with padding.
	CredentialID []byte
	UserID       string
	// ProviderAccountID is the account this authenticator belongs to: CredentialID in standard base64.
	ProviderAccountID string
	// PublicKey is the COSE_Key as the authenticator sent it. Adapters store it in standard base64.
	PublicKey []byte
	// Counter is the signature counter, 0 to 2^32-1.
	Counter uint32
	// MultiDevice is the backup-eligible flag: stored as "multiDevice", else "singleDevice".
	MultiDevice bool
	// BackedUp is the backup state at the last ceremony.
	BackedUp bool
	// Transports are the browser's hints, stored joined by commas. Nil means that it told none.
	Transports []string
}
