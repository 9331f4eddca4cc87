package main

import (
	"context"
	"errors"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/jwt"
)

// maxNameLength is in characters, as people count them.
const maxNameLength = 80

// userStore is what profile needs of an adapter.
type userStore interface {
	ginauth.Adapter
	ginauth.TxAdapter
}

// profile lets people change their display name with the client's update({name}).
type profile struct {
	users userStore
}

// callbacks returns those that see an update, with either session strategy.
func (p profile) callbacks() ginauth.Callbacks {
	return ginauth.Callbacks{JWT: p.shapeToken, Session: p.shapeSession}
}

// shapeToken puts a new name into the database and into the token. A name that is refused leaves
// both as they are: the client sees in the answer that it was not taken.
func (p profile) shapeToken(ctx context.Context, params ginauth.JWTParams) (jwt.Claims, error) {
	if params.Trigger != ginauth.TriggerUpdate {
		return params.Token, nil
	}
	name, ok := displayName(params.Update)
	if !ok {
		return params.Token, nil
	}
	err := p.rename(ctx, params.Token.Subject(), name)
	if errors.Is(err, ginauth.ErrNotFound) {
		return nil, nil // the user is gone, and so is the session
	}
	if err != nil {
		return nil, err
	}
	params.Token["name"] = name
	return params.Token, nil
}

// shapeSession does the same where sessions are rows; the user is read anew at every request.
func (p profile) shapeSession(ctx context.Context, params ginauth.SessionParams) (any, error) {
	if params.Trigger != ginauth.TriggerUpdate || params.User == nil {
		return params.Session, nil
	}
	name, ok := displayName(params.Update)
	if !ok {
		return params.Session, nil
	}
	if err := p.rename(ctx, params.User.ID, name); err != nil {
		return nil, err
	}
	params.Session.User = maps.Clone(params.Session.User)
	params.Session.User["name"] = name
	return params.Session, nil
}

// rename reads and writes in one transaction, so that it does not undo another change of the row.
func (p profile) rename(ctx context.Context, userID, name string) error {
	return p.users.InTx(ctx, func(tx ginauth.Adapter) error {
		user, err := tx.UserByID(ctx, userID)
		if err != nil {
			return err
		}
		user.Name = name
		return tx.UpdateUser(ctx, user)
	})
}

// displayName finds the name in what a client sent, which can be anything.
func displayName(update any) (string, bool) {
	data, _ := update.(map[string]any)
	name, ok := data["name"].(string)
	name = strings.TrimSpace(name)
	if !ok || name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxNameLength || strings.ContainsFunc(name, disruptive) {
		return "", false
	}
	return name, true
}

// disruptive reports whether a character would change more of a page than the place of the name.
func disruptive(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)
}
