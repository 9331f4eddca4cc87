package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/providers"
)

// fixed are the credentials that reference.mjs knows.
var fixed = map[string]struct {
	password string
	user     ginauth.User
}{
	"alice":   {"wonderland", ginauth.User{ID: "alice-id", Name: "Alice Liddell", Email: "alice@example.test", Image: "http://img.example.test/a.png"}},
	"bob":     {"builder", ginauth.User{ID: "bob-id"}},
	"noid":    {"noid", ginauth.User{Name: "No Id", Email: "noid@example.test"}},
	"numid":   {"numid", ginauth.User{ID: "42", Name: "Num Id", Email: "num@example.test"}},
	"unicode": {"unicode", ginauth.User{ID: "uni-id", Name: "Zoë \U0001F511 山田", Email: "zoë@example.test"}},
	"big":     {"big", ginauth.User{ID: "big-id", Name: strings.Repeat("B", 6000), Email: "big@example.test"}},

	"policy-denied":    {"policy", ginauth.User{ID: "denied-id", Email: "denied@example.test"}},
	"policy-elsewhere": {"policy", ginauth.User{ID: "elsewhere-id", Email: "elsewhere@example.test"}},
	"policy-evil":      {"policy", ginauth.User{ID: "evil-id", Email: "evil@example.test"}},
	"policy-throws":    {"policy", ginauth.User{ID: "throws-id", Email: "throws@example.test"}},
}

func providerList(issuer string, store ginauth.Adapter, mails *mailbox) []ginauth.Provider {
	mock := providers.OIDC("mock", "Mock OIDC", issuer, "rig-client", "rig-client-secret")
	mock.Nonce = true
	oauth := providers.OAuth("mock-oauth", "Mock OAuth", "rig-client", "rig-client-secret")
	oauth.Issuer = issuer
	oauth.Scopes = []string{"openid", "profile", "email"} // what Auth.js asks for by default
	oauth.AuthorizationURL = issuer + "/authorize"
	oauth.TokenURL = issuer + "/token"
	oauth.UserInfoURL = issuer + "/userinfo"
	return []ginauth.Provider{
		providers.Passkey(),
		providers.Credentials([]ginauth.FormField{
			{Name: "username", Label: "Username"},
			{Name: "password", Label: "Password", Type: "password"},
		}, authorize(store)),
		&ginauth.EmailProvider{ID: "email", Name: "Email", Send: mails.send, OneStep: true},
		mock,
		oauth,
	}
}

// apple is Apple's preset at another address.
func apple(issuer string) ginauth.Provider {
	p := providers.Apple("rig-client", "rig-client-secret")
	p.Issuer = issuer
	return p
}

// authorize knows the fixed users, and as "stored" the user with the e-mail address of a row.
func authorize(store ginauth.Adapter) func(context.Context, map[string]string, *http.Request) (*ginauth.User, error) {
	return func(ctx context.Context, c map[string]string, _ *http.Request) (*ginauth.User, error) {
		switch c["username"] {
		case "throws":
			return nil, errors.New("database down")
		case "coded":
			return nil, &ginauth.CredentialsError{Code: "custom_code"}
		case "stored":
			user, err := store.UserByEmail(ctx, c["password"])
			if errors.Is(err, ginauth.ErrNotFound) {
				return nil, nil
			}
			return &user, err
		}
		entry, ok := fixed[c["username"]]
		if !ok || entry.password != c["password"] {
			return nil, nil
		}
		user := entry.user
		return &user, nil
	}
}

// mailbox keeps sign-in links for the suite instead of sending them.
type mailbox struct {
	mu   sync.Mutex
	sent []mail
}

type mail struct {
	Identifier string `json:"identifier"`
	URL        string `json:"url"`
	Token      string `json:"token"`
	Expires    string `json:"expires"`
}

func (b *mailbox) send(_ context.Context, m ginauth.SignInLink) error {
	if m.To == "mailfail@example.test" {
		return errors.New("smtp down")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, mail{m.To, m.URL, m.Token, isoTime(m.Expires)})
	return nil
}

func (b *mailbox) to(address string) []mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []mail{}
	for _, m := range b.sent {
		if address == "" || m.Identifier == address {
			list = append(list, m)
		}
	}
	return list
}

func (b *mailbox) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = nil
}

func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
