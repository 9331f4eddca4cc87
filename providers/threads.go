package providers

import "github.com/ginauth/ginauth/ginauth"

// Threads signs people in at Threads. There is no e-mail address.
func Threads(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "threads",
		Name:             "Threads",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://threads.net/oauth/authorize",
		TokenURL:         "https://graph.threads.net/oauth/access_token",
		UserInfoURL:      "https://graph.threads.net/v1.0/me?fields=id,username,threads_profile_picture_url",
		Scopes:           []string{"threads_basic"},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile:          profile(threadsProfile),
		BrandColor:       "#000",
	}
}

// threadsProfile reads the fields from "data" where the answer has one, else from its top level, as
// the documentation of the API shows them.
func threadsProfile(c claims) ginauth.ProfileUser {
	if data := c.object("data"); data != nil {
		c = data
	}
	return ginauth.ProfileUser{
		ID:    c.str("id"),
		Name:  c.str("username"),
		Image: c.str("threads_profile_picture_url"),
	}
}
