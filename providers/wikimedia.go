package providers

import "github.com/ginauth/ginauth/ginauth"

// Wikimedia signs people in with their account of Wikipedia and its sister projects.
func Wikimedia(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "wikimedia",
		Name:             "Wikimedia",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://meta.wikimedia.org/w/rest.php/oauth2/authorize",
		TokenURL:         "https://meta.wikimedia.org/w/rest.php/oauth2/access_token",
		UserInfoURL:      "https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("sub"),
				Name:          c.str("username"),
				Email:         c.str("email"),
				EmailVerified: c.flag("confirmed_email"),
			}
		}),
		BrandColor: "#000",
	}
}
