package providers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

const bungieURL = "https://www.bungie.net"

// Bungie signs players in at Bungie.net. apiKey is the key of the application, which every call of
// its API must carry. There is no e-mail address.
func Bungie(apiKey, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "bungie",
		Name:             "Bungie",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: bungieURL + "/en/OAuth/Authorize",
		TokenURL:         bungieURL + "/platform/app/oauth/token/",
		UserInfoURL:      bungieURL + "/Platform/User/GetMembershipsForCurrentUser/",
		UserInfoHeader:   http.Header{"X-Api-Key": {apiKey}},
		AuthParams:       url.Values{"reauth": {"true"}},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			user := c.object("Response", "bungieNetUser")
			return ginauth.ProfileUser{
				ID:    user.str("membershipId"),
				Name:  user.str("displayName"),
				Image: bungieImage(user.str("profilePicturePath")),
			}
		}),
	}
}

func bungieImage(path string) string {
	if path == "" {
		return ""
	}
	return bungieURL + "/" + strings.TrimPrefix(path, "/")
}
