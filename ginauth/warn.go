package ginauth

import "log/slog"

// warn logs what works, but is probably not what the application wants.
func (c *Config) warn() {
	if c.Session.Strategy != StrategyJWT || c.Session.Revocable {
		return
	}
	var links, others bool
	for _, p := range c.Providers {
		switch p.(type) {
		case *EmailProvider:
			links = true
		case *WebAuthnProvider, *OAuthProvider:
			others = true
		}
	}
	if links && others {
		c.Logger.Warn("ginauth: a session of StrategyJWT cannot be ended: what an unproven sign-up began can be read until it expires, after the owner of the address has proven it, too; set Session.Revocable, or use StrategyDatabase",
			slog.Duration("AbsoluteAge", c.Session.AbsoluteAge))
	}
}
