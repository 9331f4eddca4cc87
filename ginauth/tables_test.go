package ginauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/ginauth/adaptertest"
)

// checking is an adapter that looks at its tables.
type checking struct {
	everyAdapter
	use *ginauth.TableUse
	err error
}

func (c checking) CheckTables(_ context.Context, use ginauth.TableUse) error {
	*c.use = use
	return c.err
}

// Check must not be called beside CheckTables.
func (c checking) Check(context.Context) error { return errors.New("asked twice") }

// Register tells the adapter what will be stored and where warnings go.
func TestRegister_TellsTheAdapterWhatIsUsed(t *testing.T) {
	var office post
	for name, tt := range map[string]struct {
		configure []func(*ginauth.Config)
		want      ginauth.TableUse
	}{
		"passkeys":           {nil, ginauth.TableUse{Sessions: true, Tokens: true, Passkeys: true}},
		"passkeys, JWT":      {[]func(*ginauth.Config){withJWT}, ginauth.TableUse{Tokens: true, Passkeys: true}},
		"OAuth and email":    {[]func(*ginauth.Config){with(newService(t).oidc("svc")), with(office.provider())}, ginauth.TableUse{Sessions: true, Tokens: true, Passkeys: true, OAuth: true, Email: true}},
		"email, one of ours": {[]func(*ginauth.Config){func(c *ginauth.Config) { c.Providers = []ginauth.Provider{office.provider()} }}, ginauth.TableUse{Sessions: true, Tokens: true, Email: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var use ginauth.TableUse
			var logger any
			newSite(t, append(tt.configure, func(c *ginauth.Config) {
				logger = c.Logger
				c.Adapter = checking{whole(c.Adapter), &use, nil}
			})...)
			if use.Logger != logger {
				t.Error("the adapter was told another logger")
			}
			use.Logger = nil
			if use != tt.want {
				t.Errorf("told %+v, want %+v", use, tt.want)
			}
		})
	}
	_, err := ginauth.Register(gin.New(), ginauth.Config{
		BaseURL: siteOrigin, Secret: siteSecret, Logger: quiet(), Providers: []ginauth.Provider{passkeyProvider("passkey")},
		Adapter: checking{whole(adaptertest.NewMemory()), new(ginauth.TableUse), errors.New("table Gone is missing")},
	})
	if !errors.Is(err, ginauth.ErrConfig) || !strings.Contains(err.Error(), "table Gone is missing") {
		t.Errorf("Register returned %v", err)
	}
}
