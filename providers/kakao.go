package providers

import "github.com/ginauth/ginauth/ginauth"

// Kakao signs people in at Kakao. What the profile tells is set in the consent items of the Kakao
// developers console, not by scopes.
func Kakao(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "kakao",
		Name:             "Kakao",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://kauth.kakao.com/oauth/authorize",
		TokenURL:         "https://kauth.kakao.com/oauth/token",
		UserInfoURL:      "https://kapi.kakao.com/v2/user/me",
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          c.str("kakao_account", "profile", "nickname"),
				Email:         c.str("kakao_account", "email"),
				EmailVerified: c.flag("kakao_account", "is_email_valid") && c.flag("kakao_account", "is_email_verified"),
				Image:         c.str("kakao_account", "profile", "profile_image_url"),
			}
		}),
	}
}
