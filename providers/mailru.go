package providers

import "github.com/ginauth/ginauth/ginauth"

// MailRu signs people in at Mail.ru.
func MailRu(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "mailru",
		Name:             "Mail.ru",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://oauth.mail.ru/login",
		TokenURL:         "https://oauth.mail.ru/token",
		UserInfoURL:      "https://oauth.mail.ru/userinfo",
		Scopes:           []string{"userinfo"},
		Profile:          standardProfile,
	}
}
