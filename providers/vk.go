package providers

import (
	"context"
	"net/url"

	"github.com/ginauth/ginauth/ginauth"
)

// VK signs people in at VK. The e-mail address comes with the access token, and only from those who
// have one there.
func VK(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "vk",
		Name:             "VK",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://oauth.vk.com/authorize",
		TokenURL:         "https://oauth.vk.com/access_token?v=5.131",
		UserInfoURL:      "https://api.vk.com/method/users.get?fields=photo_100&v=5.131",
		Scopes:           []string{"email"},
		AuthParams:       url.Values{"v": {"5.131"}},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile:          vkProfile,
		BrandColor:       "#07F",
	}
}

func vkProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	var user claims
	if users := claims(p.Claims).objects("response"); len(users) > 0 {
		user = users[0]
	}
	profile := ginauth.ProfileUser{
		ID:    user.str("id"),
		Name:  joined(user.str("first_name"), user.str("last_name")),
		Image: user.str("photo_100"),
	}
	if p.Token != nil {
		profile.Email = text(p.Token.Extra("email"))
		profile.EmailVerified = doesNotSay
	}
	return profile, nil
}
