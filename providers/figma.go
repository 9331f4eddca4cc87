package providers

import "github.com/ginauth/ginauth/ginauth"

// Figma signs people in at Figma. Applications registered for the newer, finer scopes set Scopes
// to current_user:read.
func Figma(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "figma",
		Name:             "Figma",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.figma.com/oauth",
		TokenURL:         "https://api.figma.com/v1/oauth/token",
		UserInfoURL:      "https://api.figma.com/v1/me",
		Scopes:           []string{"files:read"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("handle"),
				Email:         c.str("email"),
				EmailVerified: doesNotSay,
				Image:         c.str("img_url"),
			}
		}),
		BrandColor: "#ff7237",
	}
}
