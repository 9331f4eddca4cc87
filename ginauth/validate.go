package ginauth

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ginauth/ginauth/ginauth/internal/origin"
)

const (
	defaultMaxAge    = 30 * 24 * time.Hour
	defaultUpdateAge = 24 * time.Hour
	// defaultAbsoluteAge is a year.
	defaultAbsoluteAge = 365 * 24 * time.Hour
	minSecretBytes     = 32
)

// placeholders are secrets out of examples; a secret that contains one of them is no secret.
var placeholders = []string{"changeme", "change-me", "your-secret", "your_secret", "replace-me", "replace_me", "example-secret", "supersecret", "insert-secret"}

// withDefaults returns a copy of c with everything filled in.
func (c Config) withDefaults() Config {
	if c.BasePath == "" {
		c.BasePath = "/auth"
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Session.Strategy == "" {
		c.Session.Strategy = StrategyJWT
		if _, ok := c.Adapter.(SessionAdapter); ok {
			c.Session.Strategy = StrategyDatabase
		}
	}
	if c.Session.MaxAge == 0 {
		c.Session.MaxAge = defaultMaxAge
	}
	if c.Session.AbsoluteAge == 0 {
		c.Session.AbsoluteAge = defaultAbsoluteAge
	}
	switch {
	case c.Session.UpdateAge == 0:
		c.Session.UpdateAge = defaultUpdateAge
	case c.Session.UpdateAge < 0:
		c.Session.UpdateAge = 0
	}
	c.OldSecrets = slices.Clone(c.OldSecrets)
	c.Providers = slices.Clone(c.Providers)
	c.TrustedOrigins = slices.Clone(c.TrustedOrigins)
	c.RateLimit = c.RateLimit.withDefaults()
	return c
}

// validate returns every mistake of a completed configuration in one error that wraps ErrConfig,
// or nil. routerPath is where the base path begins.
func (c *Config) validate(routerPath string) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }

	c.validateAddress(bad)
	for i, s := range append([]string{c.Secret}, c.OldSecrets...) {
		field := "Secret"
		if i > 0 {
			field = fmt.Sprintf("OldSecrets[%d]", i-1)
		}
		if reason := weakSecret(s); reason != "" {
			bad("%s %s; make one with `openssl rand -base64 33` and set it (AUTH_SECRET)", field, reason)
		}
	}
	if c.Session.Strategy != StrategyJWT && c.Session.Strategy != StrategyDatabase {
		bad("Session.Strategy is %q; use StrategyJWT or StrategyDatabase", c.Session.Strategy)
	}
	if c.Session.MaxAge < time.Second {
		bad("Session.MaxAge is %s; use at least a second, or leave it zero for 30 days", c.Session.MaxAge)
	}
	if age := c.Session.AbsoluteAge; age > 0 && age < time.Second {
		bad("Session.AbsoluteAge is %s; use at least a second, leave it zero for a year, or turn it off with a negative one", age)
	}
	if c.Session.Revocable && c.Session.Strategy == StrategyJWT {
		if c.Cookies.AcceptV4 {
			bad("Session.Revocable and Cookies.AcceptV4 are both set; tokens of next-auth 4 have nothing by which they could be ended, so choose one")
		}
		if c.Session.MaxAge > generationLife {
			bad("Session.MaxAge is %s; with Session.Revocable use 400 days at most", c.Session.MaxAge)
		}
	}
	errs = append(errs, c.validateStorage()...)
	errs = append(errs, c.validateProviders()...)
	errs = append(errs, c.RateLimit.validate()...)
	for _, secure := range c.possibleSecure() {
		set := newCookieSet(c.Cookies, secure)
		errs = append(errs, set.validate()...)
		errs = append(errs, set.validateScopes(c.BaseURL, strings.TrimSuffix(routerPath, "/")+c.BasePath)...)
	}
	for _, p := range []struct{ field, value string }{
		{"SignIn", c.Pages.SignIn}, {"SignOut", c.Pages.SignOut}, {"Error", c.Pages.Error},
		{"VerifyRequest", c.Pages.VerifyRequest}, {"NewUser", c.Pages.NewUser},
	} {
		if p.value != "" && !validPage(p.value) {
			bad("Pages.%s is %q; use a path such as /signin or an absolute http(s) URL", p.field, p.value)
		}
	}
	if err := c.Theme.Validate(); err != nil {
		bad("Theme: %w", err)
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrConfig, errors.Join(errs...))
}

func (c *Config) validateAddress(bad func(string, ...any)) {
	switch {
	case c.BaseURL == "" && !c.TrustHost:
		bad("BaseURL is empty; set it to the public origin such as https://app.example.com (AUTH_URL), or set TrustHost behind a proxy that overwrites X-Forwarded-Host")
	case c.BaseURL != "" && c.TrustHost:
		bad("BaseURL and TrustHost are both set; BaseURL alone is safer")
	case c.BaseURL != "":
		o, err := parseOrigin(c.BaseURL)
		switch {
		case err != nil:
			bad("BaseURL %q %w", c.BaseURL, err)
		case strings.HasPrefix(o, "http:") && !origin.IsLocal(o):
			c.Logger.Warn("ginauth: BaseURL is not https; browsers offer passkeys on https and localhost only")
		case origin.IsIP(o):
			c.Logger.Warn("ginauth: BaseURL is an IP address; browsers offer passkeys on host names only, such as localhost")
		}
	}
	for i, s := range c.TrustedOrigins {
		if _, err := origin.ParseAny(s); err != nil {
			bad("TrustedOrigins[%d] %q %w", i, s, err)
		}
	}
	if !strings.HasPrefix(c.BasePath, "/") || strings.HasSuffix(c.BasePath, "/") || strings.ContainsAny(c.BasePath, ":*?#%\\ ") || strings.Contains(c.BasePath, "//") {
		bad("BasePath is %q; use a plain path such as /auth, without a slash at its end", c.BasePath)
	}
}

// weakSecret says what is wrong with a secret without repeating it.
func weakSecret(s string) string {
	switch {
	case s == "":
		return "is empty"
	case len(s) < minSecretBytes:
		return fmt.Sprintf("is %d bytes long and must have at least %d", len(s), minSecretBytes)
	}
	lower := strings.ToLower(s)
	for _, p := range placeholders {
		if strings.Contains(lower, p) {
			return "is a placeholder out of an example"
		}
	}
	distinct := map[rune]bool{}
	for _, r := range s {
		distinct[r] = true
	}
	if len(distinct) < 8 {
		return "repeats a few characters and can be guessed"
	}
	return ""
}

// parseOrigin returns the origin of text that is nothing but the origin of a site.
func parseOrigin(s string) (string, error) { return origin.Parse(s) }

// possibleSecure lists the cookie modes that can occur.
func (c *Config) possibleSecure() []bool {
	switch {
	case c.Cookies.Secure != nil:
		return []bool{*c.Cookies.Secure}
	case c.BaseURL != "":
		return []bool{strings.HasPrefix(strings.ToLower(c.BaseURL), "https:")}
	}
	return []bool{false, true}
}

func validPage(s string) bool {
	for _, r := range s {
		if r <= ' ' || r >= 0x7f || r == '\\' {
			return false
		}
	}
	if strings.HasPrefix(s, "/") {
		return !strings.HasPrefix(s, "//")
	}
	u, err := url.Parse(s)
	return err == nil && originOf(u) != ""
}
