package providers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

// Nextcloud signs people in at a Nextcloud server, whose base URL is issuer. A user name with a blank
// in it is refused, since some databases do not tell blanks apart.
func Nextcloud(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "nextcloud",
		Name:             "Nextcloud",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           issuer,
		AuthorizationURL: "{issuer}/apps/oauth2/authorize",
		TokenURL:         "{issuer}/apps/oauth2/api/v1/token",
		UserInfoURL:      "{issuer}/ocs/v1.php/cloud/user",
		UserInfoHeader:   http.Header{"Ocs-Apirequest": {"true"}},
		Profile:          nextcloudProfile,
		BrandColor:       "#fff",
	}
}

// nextcloudProfile unwraps the answer of OCS, Nextcloud's own envelope.
func nextcloudProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims).object("ocs", "data")
	user := ginauth.ProfileUser{
		ID:            c.str("id"),
		Name:          c.str("displayname"),
		Email:         c.str("email"),
		EmailVerified: doesNotSay,
	}
	if p.Provider != nil && user.ID != "" {
		user.Image = strings.TrimRight(p.Provider.Issuer, "/") + "/avatar/" + url.PathEscape(user.ID) + "/512"
	}
	return user, nil
}
