package providers

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

const weChatUser = "https://api.weixin.qq.com/sns/userinfo"

// WeChat signs people in at WeChat inside its own browser, for an official account. It calls the
// client id appid and the client secret secret. There is no e-mail address.
//
// The account's id is the unionid, which WeChat tells only to applications that are bound to an
// account of its Open Platform.
func WeChat(clientID, clientSecret string) *ginauth.OAuthProvider {
	return weChat("https://open.weixin.qq.com/connect/oauth2/authorize", "snsapi_userinfo", clientID, clientSecret)
}

// WeChatWebsite is [WeChat] for a website application: people scan a QR code with their telephone.
func WeChatWebsite(clientID, clientSecret string) *ginauth.OAuthProvider {
	return weChat("https://open.weixin.qq.com/connect/qrconnect", "snsapi_login", clientID, clientSecret)
}

func weChat(authorizationURL, scope, clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "wechat",
		Name:             "WeChat",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: authorizationURL,
		TokenURL:         "https://api.weixin.qq.com/sns/oauth2/access_token",
		UserInfoURL:      weChatUser,
		UserInfo:         weChatUserInfo,
		Scopes:           []string{scope},
		AuthParams:       url.Values{"appid": {"{client_id}"}},
		TokenParams:      url.Values{"appid": {"{client_id}"}, "secret": {"{client_secret}"}},
		TokenAuth:        ginauth.TokenAuthPost,
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:    c.str("unionid"),
				Name:  c.str("nickname"),
				Image: c.str("headimgurl"),
			}
		}),
		BrandColor: "#fff",
	}
}

func weChatUserInfo(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error) {
	openID := text(token.Extra("openid"))
	if openID == "" {
		return nil, errors.New("the token answer of WeChat names no openid")
	}
	query := url.Values{"access_token": {token.AccessToken}, "openid": {openID}, "lang": {"zh_CN"}}
	r, err := request(ctx, http.MethodGet, weChatUser+"?"+query.Encode(), nil, nil)
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	err = fetch(client, r, &answer)
	return answer, err
}
