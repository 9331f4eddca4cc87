package pages

// SignIn is what the sign-in page shows.
type SignIn struct {
	// CSRFToken goes into every form, as csrfToken.
	CSRFToken string
	// CallbackURL goes into the forms of OAuth providers, as callbackUrl,
	// unless it is empty. The caller has checked it.
	CallbackURL string
	// Email fills the field of e-mail providers. It may come from the query.
	Email string
	// Error is an error code, usually from the query. The page shows its own
	// sentence for it, never the code; empty means none.
	Error string
	// Code is the query's code, which says more about some errors. The page
	// knows a closed list of them and ignores every other one.
	Code string
	// Providers in the order in which they are offered.
	Providers []Provider
	// BasePath is the path under which the browser reaches the API, such as
	// /auth, without a slash at its end. The passkey script fetches its
	// options below it, from the origin that the page came from.
	BasePath string
	// BaseURL is the absolute form of BasePath. It is only looked at when
	// BasePath is empty.
	BaseURL string
}

// Provider is one way to sign in.
type Provider struct {
	ID, Name string
	// Kind is "oauth", "oidc", "email", "credentials" or "webauthn". A
	// provider of another kind is not shown.
	Kind string
	// SigninURL and CallbackURL are where the forms post to: the former for
	// oauth, oidc and email, the latter for credentials and webauthn.
	SigninURL, CallbackURL string
	// Fields are the inputs of a credentials or webauthn provider, in order.
	Fields []Field
	// ConditionalUI offers passkeys in the browser's autofill list. It takes
	// a field whose Autocomplete contains "webauthn", and works for the first
	// provider of a page that asks for it.
	ConditionalUI bool
	// BrandColor is the color of an oauth or oidc button, as #rgb or
	// #rrggbb. Its text is black or white, whichever reads better.
	BrandColor string
	// Logo is an image on that button: a data:image URI or an absolute path
	// of the site itself. Without one the button shows the first letter of
	// Name in its place.
	Logo string
}

// Field is one input. Label falls back to Name, Type to "text".
type Field struct {
	Name, Label, Type, Placeholder, Autocomplete string
	Required                                     bool
	Value                                        string
}

// SignOut is what the sign-out page shows.
type SignOut struct {
	CSRFToken string
	// Action is where the form posts to: the URL of the request.
	Action string
}

// ErrorPage is what the error page and the page for a failing storage show.
type ErrorPage struct {
	// Error is an error code, usually from the query. The page shows its own
	// sentence for it, never the code.
	Error string
	// Code is the query's code, which says more about some errors. The page
	// knows a closed list of them and ignores every other one.
	Code string
	// SignInURL is linked where trying again can help; empty means no link.
	SignInURL string
	// HomeURL is linked at the foot as Host, or not at all when empty.
	HomeURL, Host string
}

// VerifyRequest is what the page says that an e-mail was sent.
type VerifyRequest struct {
	// HomeURL is linked at the foot as Host, or not at all when empty.
	HomeURL, Host string
}

// ConfirmLink is what the page shows that asks before a sign-in link is used.
type ConfirmLink struct {
	// Action is the path that the form posts to: that of the provider's
	// callback.
	Action string
	// CSRFToken, Token, Address and CallbackURL go into the form, as
	// csrfToken, token, email and callbackUrl. The caller has checked the
	// callback URL; empty leaves it out.
	CSRFToken, Token, CallbackURL string
	// Address is the address to be signed in as, which the page shows.
	Address string
	// Host names the site where the theme has no name.
	Host string
	// Removes reports whether the sign-in removes what was set up for the
	// address before it was proven. The page then says so.
	Removes bool
	// KeepsSessions reports whether sessions cannot be ended, so that the page
	// does not promise it. It only matters with Removes.
	KeepsSessions bool
}
