package main

import (
	"context"
	"errors"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// callbacks do what the callbacks of reference.mjs do.
func callbacks() ginauth.Callbacks {
	return ginauth.Callbacks{SignIn: signInPolicy, JWT: shapeToken, Session: shapeSession}
}

func signInPolicy(_ context.Context, p ginauth.SignInParams) (ginauth.Decision, error) {
	switch {
	case strings.HasPrefix(p.User.Email, "denied"):
		return ginauth.Deny(), nil
	case strings.HasPrefix(p.User.Email, "elsewhere"):
		return ginauth.RedirectTo("/not-allowed?why=policy"), nil
	case strings.HasPrefix(p.User.Email, "evil"):
		return ginauth.RedirectTo("https://evil.example/x"), nil
	case strings.HasPrefix(p.User.Email, "throws"):
		return ginauth.Decision{}, errors.New("policy engine down")
	}
	return ginauth.Allow(), nil
}

func shapeToken(_ context.Context, p ginauth.JWTParams) (jwt.Claims, error) {
	if p.User != nil {
		p.Token["role"] = "tester"
	}
	if p.Trigger == ginauth.TriggerUpdate {
		if p.Update == "kill" {
			return nil, nil
		}
		if data, ok := p.Update.(map[string]any); ok {
			if name, ok := data["name"]; ok && name != nil && name != "" {
				p.Token["name"] = name
			}
		}
	}
	if p.Trigger != ginauth.TriggerNone {
		p.Token["lastTrigger"] = string(p.Trigger)
	}
	return p.Token, nil
}

func shapeSession(_ context.Context, p ginauth.SessionParams) (any, error) {
	user := map[string]any{}
	for name, value := range p.Session.User {
		user[name] = value
	}
	body := map[string]any{"user": user, "expires": p.Session.Expires, "seen": nil, "patch": p.Update}
	if p.Trigger != ginauth.TriggerNone {
		body["seen"] = string(p.Trigger)
	}
	if p.Token != nil {
		if sub := p.Token.Subject(); sub != "" {
			user["id"] = sub
		}
		if role, ok := p.Token["role"]; ok {
			body["role"] = role
		}
	} else if p.User != nil {
		user["id"] = p.User.ID
	}
	return body, nil
}
