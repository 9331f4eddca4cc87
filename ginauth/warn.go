package ginauth

import "log/slog"

// warn logs what works, but is probably not what the application wants.
func (c *Config) warn() {
	if c.Session.Strategy != StrategyJWT || c.Session.Revocable {
		return
	}
	var proofs, others bool
	for _, p := range c.Providers {
		switch p := p.(type) {
		case *EmailProvider:
			proofs = true
		case *WebAuthnProvider:
			others = true
		case *OAuthProvider:
			others = true
			proofs = proofs || p.DangerouslyLinkByEmail && c.Adapter != nil
		}
	}
	if proofs && others {
		c.Logger.Warn("ginauth: a session of StrategyJWT cannot be ended: what an unproven sign-up began can be read until it expires, after the owner of the address has proven it, too; set Session.Revocable, or use StrategyDatabase",
			slog.Duration("AbsoluteAge", c.Session.AbsoluteAge))
	}
}
