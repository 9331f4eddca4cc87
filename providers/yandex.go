package providers

import (
	"cmp"

	"github.com/ginauth/ginauth/ginauth"
)

// Yandex signs people in at Yandex.
func Yandex(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "yandex",
		Name:             "Yandex",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://oauth.yandex.ru/authorize",
		TokenURL:         "https://oauth.yandex.ru/token",
		UserInfoURL:      "https://login.yandex.ru/info?format=json",
		Scopes:           []string{"login:info", "login:email", "login:avatar"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          cmp.Or(c.str("display_name"), c.str("real_name"), c.str("first_name")),
				Email:         cmp.Or(c.str("default_email"), c.firstStr("emails")),
				EmailVerified: doesNotSay,
				Image:         yandexImage(c),
			}
		}),
		BrandColor: "#ffcc00",
	}
}

func yandexImage(c claims) string {
	id := c.str("default_avatar_id")
	if c.flag("is_avatar_empty") || id == "" {
		return ""
	}
	return "https://avatars.yandex.net/get-yapic/" + id + "/islands-200"
}
