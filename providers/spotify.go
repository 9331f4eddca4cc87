package providers

import "github.com/ginauth/ginauth/ginauth"

// Spotify signs people in at Spotify. It does not verify e-mail addresses.
func Spotify(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "spotify",
		Name:             "Spotify",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://accounts.spotify.com/authorize",
		TokenURL:         "https://accounts.spotify.com/api/token",
		UserInfoURL:      "https://api.spotify.com/v1/me",
		Scopes:           []string{"user-read-email"},
		Profile:          profile(spotifyProfile),
		BrandColor:       "#1db954",
	}
}

func spotifyProfile(c claims) ginauth.ProfileUser {
	user := ginauth.ProfileUser{
		ID:            c.str("id"),
		Name:          c.str("display_name"),
		Email:         c.str("email"),
		EmailVerified: doesNotSay,
	}
	if images := c.objects("images"); len(images) > 0 {
		user.Image = images[0].str("url")
	}
	return user
}
