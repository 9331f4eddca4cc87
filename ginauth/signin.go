package ginauth

// startSignIn is POST /signin/:provider. Kinds whose forms post to the callback are sent to the
// sign-in page.
func (x *exchange) startSignIn() error {
	if !x.csrfVerified {
		return ErrMissingCSRF
	}
	switch p := x.provider.(type) {
	case *OAuthProvider:
		return x.startOAuth(p)
	case *EmailProvider:
		return x.sendSignInLink(p)
	}
	return x.redirect(x.origin + x.base + "/signin")
}
