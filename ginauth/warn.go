package ginauth

import (
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
)

// warn logs what works, but is probably not what the application wants.
func (c *Config) warn() {
	c.warnOfPlainTokens()
	for _, p := range c.Providers {
		if p, ok := p.(*WebAuthnProvider); ok {
			c.warnOfRelyingParty(p)
		}
	}
}

// warnOfRelyingParty logs a relying party ID that no page of the site may use: browsers take the host
// of the page and what it is under (WebAuthn Level 3, section 5.1.3).
func (c *Config) warnOfRelyingParty(p *WebAuthnProvider) {
	id, origins := asciiHost(p.RelyingParty.ID), p.RelyingParty.Origins
	if len(origins) == 0 && c.BaseURL != "" {
		origins = []string{c.BaseURL}
	}
	if id == "" || len(origins) == 0 {
		return
	}
	for _, o := range origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" { // of an app: it has a list of its own
			return
		}
		if host := asciiHost(u.Hostname()); host == id || strings.HasSuffix(host, "."+id) {
			return
		}
	}
	c.Logger.Warn("ginauth: RelyingParty.ID is not the host of any origin, nor a parent of one, so browsers refuse every ceremony: leave it out, or set RelyingParty.Origins to where the pages are",
		slog.String("provider", p.ID), slog.String("id", id), slog.Any("origins", origins))
}

// onThisMachine reports whether a public origin is known to browsers on the same machine only.
func onThisMachine(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

func (c *Config) warnOfPlainTokens() {
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
