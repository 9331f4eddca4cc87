package providers

import (
	"context"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

// foursquareUser carries the version of the API that its answer follows, a date.
const foursquareUser = "https://api.foursquare.com/v2/users/self?v=20230131"

// Foursquare signs people in at Foursquare, which wants the access token in the query.
func Foursquare(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "foursquare",
		Name:             "Foursquare",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://foursquare.com/oauth2/authenticate",
		TokenURL:         "https://foursquare.com/oauth2/access_token",
		UserInfoURL:      foursquareUser,
		UserInfo:         foursquareUserInfo,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			user := c.object("response", "user")
			return ginauth.ProfileUser{
				ID:            user.str("id"),
				Name:          joined(user.str("firstName"), user.str("lastName")),
				Email:         user.str("contact", "email"),
				EmailVerified: doesNotSay,
				Image:         foursquareImage(user.object("photo")),
			}
		}),
		BrandColor: "#000",
	}
}

func foursquareUserInfo(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
	address := foursquareUser + "&oauth_token=" + url.QueryEscape(token.AccessToken)
	r, err := request(ctx, http.MethodGet, address, nil, nil)
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	err = fetch(client, r, &answer)
	return answer, err
}

func foursquareImage(photo claims) string {
	if photo == nil {
		return ""
	}
	return photo.str("prefix") + "original" + photo.str("suffix")
}
