package providers

import (
	"cmp"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth"
)

// GitLab signs people in at gitlab.com.
func GitLab(clientID, clientSecret string) *ginauth.OAuthProvider {
	return gitLab("https://gitlab.com", clientID, clientSecret, gitLabConfirmed)
}

// GitLabSelfManaged signs people in at a GitLab server with the given base URL. Its id is "gitlab"
// too; change it to offer both.
//
// Its addresses count as unverified: by default such a server confirms every address unseen. Where
// yours sends confirmations, let a Profile of your own set EmailVerified when confirmed_at has a time.
func GitLabSelfManaged(baseURL, clientID, clientSecret string) *ginauth.OAuthProvider {
	unseen := func(claims) bool { return doesNotSay }
	return gitLab(strings.TrimRight(baseURL, "/"), clientID, clientSecret, unseen)
}

// gitLabConfirmed reports whether gitlab.com says when the address was confirmed. While a change of
// address waits for that, the old one is told.
func gitLabConfirmed(c claims) bool {
	at, err := time.Parse(time.RFC3339, c.str("confirmed_at"))
	return err == nil && !at.IsZero()
}

func gitLab(baseURL, clientID, clientSecret string, verified func(claims) bool) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "gitlab",
		Name:             "GitLab",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: baseURL + "/oauth/authorize",
		TokenURL:         baseURL + "/oauth/token",
		UserInfoURL:      baseURL + "/api/v4/user",
		Scopes:           []string{"read_user"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            cmp.Or(c.str("sub"), c.str("id")),
				Name:          cmp.Or(c.str("name"), c.str("username")),
				Email:         c.str("email"),
				EmailVerified: verified(c),
				Image:         c.str("avatar_url"),
			}
		}),
		BrandColor: "#FC6D26",
	}
}
