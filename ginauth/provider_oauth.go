package ginauth

import (
	"context"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// OAuthProvider signs people in at another service by OAuth 2 or OpenID Connect. State and PKCE
// are always on. Start from a preset of package providers.
type OAuthProvider struct {
	ID   string
	Name string
	// OIDC says that the service answers with an ID token, which is verified: signature, issuer,
	// audience, nonce and time. Otherwise the user info endpoint tells who it is.
	OIDC bool

	ClientID     string
	ClientSecret string
	// ClientSecretFor makes the secret per sign-in, for services that want a signed one.
	ClientSecretFor func(ctx context.Context) (string, error)

	// Issuer's discovery document gives the endpoints that are empty below.
	Issuer           string
	AuthorizationURL string
	TokenURL         string
	UserInfoURL      string
	JWKSURL          string

	Scopes []string
	// AuthParams are added to the authorization URL, for instance response_mode=form_post.
	AuthParams url.Values
	// TokenAuth says how the client authenticates at the token endpoint: HTTP Basic when empty.
	TokenAuth TokenAuth
	// Nonce asks for a nonce in the ID token besides state and PKCE.
	Nonce bool

	// Profile maps what the service told to the user and the id of the account. The default reads
	// the OpenID Connect standard claims.
	Profile func(ctx context.Context, p OAuthProfile) (ProfileUser, error)
	// UserInfo replaces the request to UserInfoURL, for services whose answer is made of several.
	UserInfo func(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error)
	// SkipUserInfo takes the profile from the ID token alone; it is the default when OIDC.
	UserInfoAlways bool
	// AdjustToken repairs a token answer that does not follow RFC 6749 before it is read.
	AdjustToken func(body []byte) ([]byte, error)

	// DangerouslyLinkByEmail signs in the existing user who has the address that this service
	// tells, without any proof that it is the same person. Only for services that verify addresses.
	DangerouslyLinkByEmail bool

	// RedirectProxyURL is a fixed deployment's base URL that hands callbacks on, for preview
	// deployments. See AUTH_REDIRECT_PROXY_URL.
	RedirectProxyURL string

	// BrandColor and Logo style the button of the built-in page.
	BrandColor string
	Logo       string

	// HTTPClient makes all calls to the service; a client with a 10 s time-out when nil.
	HTTPClient *http.Client
}

// TokenAuth is how a client proves itself to the token endpoint (RFC 6749, section 2.3).
type TokenAuth string

// The ways to authenticate a client.
const (
	TokenAuthBasic TokenAuth = "client_secret_basic"
	TokenAuthPost  TokenAuth = "client_secret_post"
	TokenAuthNone  TokenAuth = "none"
)

// OAuthProfile is what a service told about a person.
type OAuthProfile struct {
	// Claims are the ID token's or the user info endpoint's, as JSON decodes them (numbers as
	// json.Number).
	Claims map[string]any
	Token  *oauth2.Token
	// Form is the POSTed callback's fields for response_mode=form_post.
	Form map[string]string
}

// ProfileUser is a profile in the application's terms.
type ProfileUser struct {
	// ID is the service's id of the person; it becomes the account's ProviderAccountID.
	ID    string
	Name  string
	Email string
	Image string
}

// ProviderID implements [Provider].
func (p *OAuthProvider) ProviderID() string { return p.ID }

// ProviderName implements [Provider].
func (p *OAuthProvider) ProviderName() string { return p.Name }

// ProviderKind implements [Provider].
func (p *OAuthProvider) ProviderKind() Kind {
	if p.OIDC {
		return KindOIDC
	}
	return KindOAuth
}
func (p *OAuthProvider) sealed() {}
