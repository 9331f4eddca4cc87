package providers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

// GitHub signs people in at github.com. The list of a person's addresses says which of them GitHub
// verified. It is also where a private address comes from, and then only a verified one counts.
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
				ID:            c.str("id"),
				Name:          cmp.Or(c.str("name"), c.str("login")),
				Email:         c.str("email"),
				EmailVerified: c.flag("email_verified"),
				Image:         c.str("avatar_url"),
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
		if err := fetch(client, r, &user); err != nil || user == nil {
			return user, err
		}
		emails, err := gitHubEmails(ctx, client, apiURL, token)
		public := user.str("email")
		// Without the list, a public address is one that nothing is known of.
		if err != nil && (public == "" || ctx.Err() != nil) {
			return nil, err
		}
		if public == "" {
			if public = gitHubAddress(emails); public != "" {
				user["email"] = public
			}
		}
		// GitHub's profile has no such member: it is the list's word about the address above.
		user["email_verified"] = gitHubVerified(emails, public)
		return user, nil
	}
}

// gitHubEmails returns a person's addresses, none when the scope user:email was not granted or the
// answer holds no list.
func gitHubEmails(ctx context.Context, client *http.Client, apiURL string, token *oauth2.Token) ([]claims, error) {
	r, err := request(ctx, http.MethodGet, apiURL+"/user/emails", nil, token)
	if err != nil {
		return nil, err
	}
	var emails []any
	var otherType *json.UnmarshalTypeError
	if err := fetch(client, r, &emails); err != nil && !errors.Is(err, errStatus) && !errors.As(err, &otherType) {
		return nil, err
	}
	return claims{"emails": emails}.objects("emails"), nil
}

// gitHubVerified reports whether the list holds the address as a verified one.
func gitHubVerified(emails []claims, address string) bool {
	return address != "" && slices.ContainsFunc(emails, func(e claims) bool {
		return e.flag("verified") && e.str("email") == address
	})
}

// gitHubAddress chooses the primary address, or else the first, among the verified ones.
func gitHubAddress(emails []claims) string {
	first := ""
	for _, e := range emails {
		switch {
		case !e.flag("verified"):
		case e.flag("primary"):
			return e.str("email")
		case first == "":
			first = e.str("email")
		}
	}
	return first
}
