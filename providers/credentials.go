package providers

import (
	"context"
	"net/http"

	"github.com/ginauth/ginauth/ginauth"
)

// Credentials signs people in by whatever authorize checks, a password for instance. Its id is
// "credentials". fields are the inputs of the built-in page; see [ginauth.CredentialsProvider] for
// what authorize returns. Limiting attempts is up to authorize.
func Credentials(
	fields []ginauth.FormField,
	authorize func(ctx context.Context, credentials map[string]string, r *http.Request) (*ginauth.User, error),
) *ginauth.CredentialsProvider {
	return &ginauth.CredentialsProvider{
		ID:        "credentials",
		Name:      "Credentials",
		Fields:    fields,
		Authorize: authorize,
	}
}
