package providers

import "github.com/ginauth/ginauth/ginauth"

// Naver signs people in at Naver.
func Naver(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "naver",
		Name:             "Naver",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://nid.naver.com/oauth2.0/authorize",
		TokenURL:         "https://nid.naver.com/oauth2.0/token",
		UserInfoURL:      "https://openapi.naver.com/v1/nid/me",
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("response", "id"),
				Name:          c.str("response", "nickname"),
				Email:         c.str("response", "email"),
				EmailVerified: doesNotSay,
				Image:         c.str("response", "profile_image"),
			}
		}),
	}
}
