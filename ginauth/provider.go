package ginauth

import (
	"context"
	"net/http"
	"time"
)

// Provider is one way to sign in: a [*WebAuthnProvider], [*EmailProvider], [*CredentialsProvider]
// or [*OAuthProvider]. It is data; package providers makes them. The interface is sealed.
type Provider interface {
	// ProviderID is the id in routes, in `GET /providers` and in account rows.
	ProviderID() string
	// ProviderName is shown to people.
	ProviderName() string
	// ProviderKind is the type that the client sees.
	ProviderKind() Kind
	sealed()
}

// FormField is an input of the built-in sign-in page.
type FormField struct {
	// Name is the input's name, and the name under which its value arrives.
	Name         string
	Label        string
	Type         string // "text" when empty
	Placeholder  string
	Autocomplete string
	Required     bool
}

// WebAuthnProvider signs people up and in with passkeys. Start from providers.Passkey or
// providers.WebAuthn, which fill the defaults, and change fields.
//
// Of Auth.js's WebAuthnConfig these have no field: simpleWebAuthn and simpleWebAuthnBrowserVersion
// (the built-in page brings its own script and loads nothing), advancedFIDOConfig and
// supportedAlgorithmIDs of the verification options (the verified algorithms are those offered),
// and requireUserVerification, which is always on unless DangerouslySkipUserVerification.
type WebAuthnProvider struct {
	ID   string
	Name string

	// RelyingParty is taken from the public URL where it is empty.
	RelyingParty RelyingParty
	// RelyingPartyFor, when set, chooses the relying party per request; it fills nothing in.
	RelyingPartyFor func(r *http.Request) RelyingParty

	// ConditionalUI lets the built-in page offer passkeys in the browser's autofill. At most one
	// provider may have it, and one of its FormFields must have "webauthn" in Autocomplete.
	ConditionalUI bool
	// FormFields of the built-in page; their values reach UserInfo.
	FormFields []FormField

	Registration   RegistrationOptions
	Authentication AuthenticationOptions

	// DangerouslySkipUserVerification accepts ceremonies in which the authenticator did not verify its
	// user by PIN or biometrics: a stolen security key then signs in by itself. Without it, the options
	// of both ceremonies ask for "required", whatever UserVerification says, and answers without the
	// flag are refused. Defaults to false, because a passkey replaces a password and a second factor.
	DangerouslySkipUserVerification bool

	// AllowBackupEligibilityUpgrade accepts a passkey that was registered as bound to one device and
	// later says that it is eligible for backup, and stores that it lives on several devices from then
	// on. Some password managers change the flag when they begin to sync. WebAuthn Level 3 (section
	// 6.1.3) has it fixed for good, so it defaults to false: such a passkey is refused, and the log says
	// "backup eligibility changed". The other direction is always refused.
	AllowBackupEligibilityUpgrade bool

	// UserInfo finds the user whom a request without a session means. The default looks
	// for the user with the address in `email`. Nil means that no user is named.
	UserInfo func(ctx context.Context, q UserInfoRequest) (*UserInfo, error)

	// AddWithin, when set, is how long after a sign-in a further passkey may be added. Later the
	// options route answers with a sign-in by one of the person's passkeys instead, which the client
	// performs; asking again then adds the passkey. 10 minutes is a good value.
	//
	// As soon as one provider sets it, linking an account of another service and adding passkeys of
	// the providers that do not set it ask for the same, by the shortest of these times. A passkey is a
	// recent sign-in for all of them, so the longest time is what protects. Defaults to zero: any
	// session may add.
	AddWithin time.Duration
	// AddWithPasskey accepts only a sign-in by passkey as recent, from users who have a passkey: a
	// sign-in link or an account of another service is weaker. Beside AddWithin it counts for every
	// provider. After losing every passkey, a user needs the application's help to add one.
	// Defaults to false.
	AddWithPasskey bool

	// HideAccounts makes the options route answer alike for known and unknown addresses, and every
	// failed ceremony look the same. Signing up then needs action=register.
	HideAccounts bool
}

// RelyingParty names the site to authenticators (WebAuthn Level 3, section 5.4.2).
type RelyingParty struct {
	// ID is a host name without port: the site's own or a registrable suffix of it.
	ID string
	// Name is shown by some authenticators.
	Name string
	// Origins are the exact origins on which ceremonies may run. Apps have some of another form, which
	// are accepted too: "android:apk-key-hash:…", "ios:bundle-id:…", "chrome-extension://…". With any
	// of them, name the site's own origin as well. Defaults to the public origin alone.
	Origins []string
}

// RegistrationOptions go into PublicKeyCredentialCreationOptions (WebAuthn Level 3, section 5.4).
type RegistrationOptions struct {
	// Timeout is told to the browser and enforced here; 5 minutes when zero, and at most that.
	Timeout time.Duration
	// Attestation is "none" when empty. Attestation statements are checked for form and
	// signature, not against a list of trusted makers.
	Attestation string
	// AuthenticatorAttachment is "platform", "cross-platform" or empty for both.
	AuthenticatorAttachment string
	// ResidentKey is "required", "preferred" or "discouraged".
	ResidentKey string
	// UserVerification is what the options ask for: "required", "preferred" or "discouraged". It counts
	// only with DangerouslySkipUserVerification, and then defaults to "preferred": the options always
	// ask for what is demanded.
	UserVerification string
	// Hints are passed on when set: "security-key", "client-device", "hybrid".
	Hints []string
	// Extensions are merged over {"credProps": true}.
	Extensions map[string]any
}

// AuthenticationOptions go into PublicKeyCredentialRequestOptions (WebAuthn Level 3, section 5.5).
type AuthenticationOptions struct {
	// Timeout is told to the browser and enforced here; 5 minutes when zero, and at most that.
	Timeout time.Duration
	// UserVerification counts only with DangerouslySkipUserVerification: see [RegistrationOptions].
	UserVerification string
	Hints            []string
	Extensions       map[string]any
}

// UserInfoRequest is what UserInfo may look at.
type UserInfoRequest struct {
	// Query is the options route's query, one value per name.
	Query   map[string]string
	Request *http.Request
	Adapter Adapter
}

// UserInfo is who an options request is about.
type UserInfo struct {
	// User is the stored user when Exists, else the user to be made; its ID is then ignored.
	User   User
	Exists bool
}

// ProviderID implements [Provider].
func (p *WebAuthnProvider) ProviderID() string { return p.ID }

// ProviderName implements [Provider].
func (p *WebAuthnProvider) ProviderName() string { return p.Name }

// ProviderKind implements [Provider].
func (p *WebAuthnProvider) ProviderKind() Kind { return KindWebAuthn }
func (p *WebAuthnProvider) sealed()            {}

// CredentialsProvider signs people in by whatever Authorize checks: a password as a rule.
type CredentialsProvider struct {
	ID   string
	Name string
	// Fields of the built-in page. Without any the provider is not shown there.
	Fields []FormField
	// Authorize returns the user whom the form's values prove, or nil when they prove none.
	// A [CredentialsError] refuses with a code. Any other error is told as Configuration and taken for an
	// outage, of which RateLimits.Failures lets ten times as many pass: do not return one for a wrong
	// password.
	Authorize func(ctx context.Context, credentials map[string]string, r *http.Request) (*User, error)
}

// ProviderID implements [Provider].
func (p *CredentialsProvider) ProviderID() string { return p.ID }

// ProviderName implements [Provider].
func (p *CredentialsProvider) ProviderName() string { return p.Name }

// ProviderKind implements [Provider].
func (p *CredentialsProvider) ProviderKind() Kind { return KindCredentials }
func (p *CredentialsProvider) sealed()            {}

// EmailProvider signs people in by a link that is sent to their address.
type EmailProvider struct {
	ID   string
	Name string
	// Send delivers the link. It gets the address as it was normalized and stored.
	Send func(ctx context.Context, m SignInLink) error
	// MaxAge is how long a link is good; 24 hours when zero.
	MaxAge time.Duration
	// Normalize replaces what is done to an address first; an error refuses it. An address that it
	// returns is brought into normal form like any other: see [User.Email].
	Normalize func(address string) (string, error)
	// GenerateToken replaces the random token; it must be unguessable.
	GenerateToken func() (string, error)
	// Check, when set, is asked by Register whether Send is fit for use. It connects to nothing.
	Check func() error
	// Notify sends a notice to the owner of an address: what was removed when they proved it. It
	// must return when ctx ends, which is after a few seconds. Its error is logged and fails
	// nothing. A kind of notice that it does not know should be an error. Nil sends none.
	Notify func(ctx context.Context, n Notice) error
	// OneStep makes links sign in at once, in every browser that opens them, as Auth.js does.
	// A program that follows links, such as a mail scanner, then uses them up or signs in itself.
	// Without it, a browser that did not ask for the link shows a page with a button first, and so
	// does every browser when the sign-in removes something; that page comes with OneStep as well.
	// Defaults to false.
	OneStep bool
}

// SignInLink is one e-mail to send.
type SignInLink struct {
	// To is the normalized address.
	To string
	// URL signs in the browser that opens it, once.
	URL     string
	Token   string
	Expires time.Time
	// Host is the site's name for people: host and port of the public origin.
	Host string
	// Request is the request that asked for the link.
	Request *http.Request
}

// ProviderID implements [Provider].
func (p *EmailProvider) ProviderID() string { return p.ID }

// ProviderName implements [Provider].
func (p *EmailProvider) ProviderName() string { return p.Name }

// ProviderKind implements [Provider].
func (p *EmailProvider) ProviderKind() Kind { return KindEmail }
func (p *EmailProvider) sealed()            {}
