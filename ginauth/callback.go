package ginauth

import (
	"net/http"
)

// callback is GET and POST /callback/:provider: each kind identifies, one function completes.
func (x *exchange) callback() error {
	post := x.c.Request.Method == http.MethodPost
	switch p := x.provider.(type) {
	case *OAuthProvider:
		return x.oauthCallback(p)
	case *EmailProvider:
		return x.emailCallback(p)
	case *CredentialsProvider:
		if !post {
			break
		}
		if !x.csrfVerified {
			return ErrMissingCSRF
		}
		return x.credentialsCallback(p)
	case *WebAuthnProvider:
		if !post {
			break
		}
		if !x.csrfVerified {
			return ErrMissingCSRF
		}
		return x.passkeyCallback(p)
	}
	return errUnknownProvider
}
