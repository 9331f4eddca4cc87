package providers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

// GitHub signs people in at github.com. Who keeps the address private there is asked for it a
// second time, at /user/emails; only addresses that GitHub verified count then.
func GitHub(clientID, clientSecret string) *ginauth.OAuthProvider {
	return gitHub("https://github.com", "https://api.github.com", clientID, clientSecret)
}

// GitHubEnterprise signs people in at a GitHub Enterprise Server with the given base URL. Its id is
// "github" too; change it to offer both.
func GitHubEnterprise(baseURL, clientID, clientSecret string) *ginauth.OAuthProvider {
	baseURL = strings.TrimRight(baseURL, "/")
	return gitHub(baseURL, baseURL+"/api/v3", clientID, clientSecret)
}

func gitHub(baseURL, apiURL, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "github",
		Name:             "GitHub",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		Issuer:           baseURL + "/login/oauth",
		AuthorizationURL: baseURL + "/login/oauth/authorize",
		TokenURL:         baseURL + "/login/oauth/access_token",
		UserInfoURL:      apiURL + "/user",
		UserInfo:         gitHubUserInfo(apiURL),
		Scopes:           []string{"read:user", "user:email"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("id"),
				Name:  cmp.Or(c.str("name"), c.str("login")),
				Email: c.str("email"),
				Image: c.str("avatar_url"),
			}
		}),
		BrandColor: "#24292f",
	}
}

func gitHubUserInfo(apiURL string) userInfoFunc {
	return func(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
		r, err := request(ctx, http.MethodGet, apiURL+"/user", nil, token)
		if err != nil {
			return nil, err
		}
		var user claims
		if err := fetch(client, r, &user); err != nil {
			return nil, err
		}
		if user.str("email") != "" {
			return user, nil
		}
		r, err = request(ctx, http.MethodGet, apiURL+"/user/emails", nil, token)
		if err != nil {
			return nil, err
		}
		var emails []gitHubEmail
		switch err := fetch(client, r, &emails); {
		case errors.Is(err, errStatus): // the scope user:email was not granted
			return user, nil
		case err != nil:
			return nil, err
		}
		if email := gitHubAddress(emails); email != "" {
			user["email"] = email
		}
		return user, nil
	}
}

type gitHubEmail struct {
	Email    string `json:"email"`
	Primary  bool   `json:"primary"`
	Verified bool   `json:"verified"`
}

// gitHubAddress chooses the primary address, or else the first, among the verified ones.
func gitHubAddress(emails []gitHubEmail) string {
	first := ""
	for _, e := range emails {
		switch {
		case !e.Verified:
		case e.Primary:
			return e.Email
		case first == "":
			first = e.Email
		}
	}
	return first
}
