package providers

import (
	"net/http"
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// Dropbox signs people in at Dropbox. Its API wants a POST with an empty body to read the profile.
func Dropbox(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "dropbox",
		Name:             "Dropbox",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.dropbox.com/oauth2/authorize",
		TokenURL:         "https://api.dropboxapi.com/oauth2/token",
		UserInfoURL:      "https://api.dropboxapi.com/2/users/get_current_account",
		Scopes:           []string{"account_info.read"},
		AuthParams:       url.Values{"token_access_type": {"offline"}},
		UserInfoMethod:   http.MethodPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("account_id"),
				Name:          c.str("name", "display_name"),
				Email:         c.str("email"),
				EmailVerified: c.flag("email_verified"),
				Image:         c.str("profile_photo_url"),
			}
		}),
		BrandColor: "#0061fe",
	}
}
