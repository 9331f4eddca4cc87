package providers

import (
	"cmp"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

// GitLab signs people in at gitlab.com.
func GitLab(clientID, clientSecret string) *ginauth.OAuthProvider {
	return GitLabSelfManaged("https://gitlab.com", clientID, clientSecret)
}

// GitLabSelfManaged signs people in at a GitLab server with the given base URL. Its id is "gitlab"
// too; change it to offer both.
func GitLabSelfManaged(baseURL, clientID, clientSecret string) *ginauth.OAuthProvider {
	baseURL = strings.TrimRight(baseURL, "/")
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
				ID:    cmp.Or(c.str("sub"), c.str("id")),
				Name:  cmp.Or(c.str("name"), c.str("username")),
				Email: c.str("email"),
				Image: c.str("avatar_url"),
			}
		}),
		BrandColor: "#FC6D26",
	}
}
