package ginauth

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// OAuthProvider signs people in at another service by OAuth 2 or OpenID Connect. State is always
// on, and so is PKCE wherever the service supports it. Start from a preset of package providers.
//
// Some fields may hold placeholders, which [OAuthProvider.Resolved] replaces, so that a preset need
// not know values that come from the environment later: {issuer} is Issuer without a trailing slash,
// {client_id} is ClientID and {client_secret} is ClientSecret.
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

	// Issuer's discovery document gives the endpoints that are empty below. At a service without
	// OpenID Connect it is only the base of the endpoints.
	Issuer string
	// DefaultIssuer takes the place of an Issuer that is empty after the environment was read. It
	// may hold {client_id}.
	DefaultIssuer string
	// The endpoints may hold {issuer} and {client_id}.
	AuthorizationURL string
	TokenURL         string
	UserInfoURL      string
	JWKSURL          string

	Scopes []string
	// AuthParams are added to the authorization URL, for instance response_mode=form_post. Their
	// values may hold {issuer} and {client_id}.
	//
	// They keep nobody out: the request's query replaces them, and a user can change the
	// address that the browser is sent to. To let in the people of one organization alone (hd, organization
	// and the like), compare the claim that names it in the SignIn callback.
	AuthParams url.Values
	// TokenParams are added to the token request's body, for services that named the standard
	// parameters otherwise. Their values may hold every placeholder.
	TokenParams url.Values
	// TokenAuth says how the client authenticates at the token endpoint: HTTP Basic when empty.
	TokenAuth TokenAuth
	// Nonce asks for a nonce in the ID token besides state and PKCE.
	Nonce bool
	// PKCEUnsupported leaves PKCE out. It is not a preference: set it only for a service that refuses
	// a request with code_verifier, where state and the client secret alone protect the code. It does
	// not imply Nonce, since such a service may not support a nonce either, as LinkedIn does not.
	PKCEUnsupported bool

	// IDTokenAlg is the only algorithm that an ID token may be signed with. HS256 signs with
	// ClientSecret (OpenID Connect Core, section 10.1). Defaults to the asymmetric ones that the
	// discovery document lists. If it lists none, or with JWKSURL, it defaults to all asymmetric
	// ones: a key verifies by those of its own kind alone.
	IDTokenAlg string
	// TokenIssuer returns the issuer that the ID token must name, for services with one issuer per
	// tenant. discovered is what the discovery document under Issuer names, and need not equal Issuer.
	// The signature over claims was verified before, against the keys of that document. An error
	// refuses the sign-in. Nil demands Issuer of both.
	TokenIssuer func(issuer, discovered string, claims map[string]any) (string, error)

	// Profile maps what the service said to the user and the id of the account. Defaults to the
	// standard claims of OpenID Connect, where an address is verified when email_verified beside it is
	// the boolean true.
	Profile func(ctx context.Context, p OAuthProfile) (ProfileUser, error)
	// UserInfoMethod of the request to UserInfoURL; GET when empty.
	UserInfoMethod string
	// UserInfoHeader is added to the request to UserInfoURL, beside the access token. Its values may
	// hold {client_id}.
	UserInfoHeader http.Header
	// UserInfo replaces the request to UserInfoURL, for services whose answer is made of several.
	// client does not add the access token by itself. Numbers in the answer are json.Number.
	UserInfo func(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error)
	// UserInfoAlways takes the profile from the user info endpoint also when OIDC is set; otherwise the
	// ID token alone is the profile then. Its sub must be the ID token's.
	UserInfoAlways bool
	// AdjustToken repairs a token answer that does not follow RFC 6749 before it is read. It gets
	// error answers too.
	AdjustToken func(body []byte) ([]byte, error)

	// DangerouslyLinkByEmail signs in the existing user who has the person's address, when this service
	// says that it verified that address (see ProfileUser.EmailVerified). The service's word is then
	// enough to sign in as that user.
	DangerouslyLinkByEmail bool

	// RedirectProxyURL is a fixed deployment's base URL that hands callbacks on, for preview
	// deployments. See AUTH_REDIRECT_PROXY_URL. It needs Config.BaseURL in place of TrustHost.
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
	// Provider is the provider as resolved. It is shared and read-only.
	Provider *OAuthProvider
	// Client makes further calls to the service; it does not add the access token by itself.
	Client *http.Client
}

// ProfileUser is a profile in the application's terms.
type ProfileUser struct {
	// ID is the service's id of the person; it becomes the account's ProviderAccountID. It must be
	// unique and never change. White space, words such as null, and zeros alone are refused.
	ID   string
	Name string
	// Email may be empty. One that is not a valid address counts as empty, with a warning in the log.
	Email string
	// EmailVerified reports whether the service says that it verified this very address. Take it
	// from the same answer as Email, and from nothing less than a plain yes: unknown is false. A
	// false yes gives one person the address of another; a missing one costs a link by e-mail.
	EmailVerified bool
	Image         string
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

// Resolved returns a copy in which DefaultIssuer took the place of an empty Issuer and no field
// holds a placeholder any more. The copy shares no map or slice with p.
func (p *OAuthProvider) Resolved() *OAuthProvider {
	r := *p
	r.Scopes = slices.Clone(p.Scopes)
	if r.Issuer == "" {
		r.Issuer = strings.ReplaceAll(p.DefaultIssuer, "{client_id}", url.PathEscape(p.ClientID))
	}
	// One pass: a placeholder inside a value stays as it is.
	issuer := strings.TrimRight(r.Issuer, "/")
	inURL := strings.NewReplacer("{issuer}", issuer, "{client_id}", url.PathEscape(p.ClientID))
	public := strings.NewReplacer("{issuer}", issuer, "{client_id}", p.ClientID)
	secret := strings.NewReplacer("{issuer}", issuer, "{client_id}", p.ClientID, "{client_secret}", p.ClientSecret)

	r.AuthorizationURL = inURL.Replace(p.AuthorizationURL)
	r.TokenURL = inURL.Replace(p.TokenURL)
	r.UserInfoURL = inURL.Replace(p.UserInfoURL)
	r.JWKSURL = inURL.Replace(p.JWKSURL)
	r.AuthParams = replaceValues(public, p.AuthParams)
	r.TokenParams = replaceValues(secret, p.TokenParams)
	r.UserInfoHeader = replaceValues(public, p.UserInfoHeader)
	return &r
}

func replaceValues[M ~map[string][]string](r *strings.Replacer, values M) M {
	if values == nil {
		return nil
	}
	replaced := make(M, len(values))
	for name, list := range values {
		for _, v := range list {
			replaced[name] = append(replaced[name], r.Replace(v))
		}
	}
	return replaced
}
