package providers

import "github.com/ginauth/ginauth/ginauth"

// Reddit signs people in at Reddit. There is no e-mail address. For a refresh token add AuthParams
// duration=permanent.
func Reddit(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "reddit",
		Name:             "Reddit",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://www.reddit.com/api/v1/authorize",
		TokenURL:         "https://www.reddit.com/api/v1/access_token",
		UserInfoURL:      "https://oauth.reddit.com/api/v1/me",
		Scopes:           []string{"identity"},
		Profile:          standardProfile,
		BrandColor:       "#FF4500",
	}
}
