package ginauth

import (
	"context"
	"log/slog"
)

// TableChecker is an adapter that can look at its tables. [Register] asks it once, and refuses to
// start when it returns an error.
type TableChecker interface {
	// CheckTables returns why what use names cannot be stored. What works less well than it could
	// goes to the log as a warning, with the SQL that mends it.
	CheckTables(ctx context.Context, use TableUse) error
}

// TableUse is what a configuration stores besides users and accounts.
type TableUse struct {
	// Sessions, Tokens and Passkeys are the tables that are written to.
	Sessions, Tokens, Passkeys bool
	// OAuth says that accounts keep the tokens of OAuth providers, and users their pictures.
	OAuth bool
	// Email says that links are sent to addresses, which the tokens then hold.
	Email bool
	// Logger is [Config].Logger, for warnings now and later. An adapter that was given a logger of
	// its own may prefer that one.
	Logger *slog.Logger
}

func (c *Config) tableUse() TableUse {
	n := c.storageNeeds()
	use := TableUse{Sessions: n.sessions != "", Tokens: n.tokens != "", Passkeys: n.passkeys != "", Logger: c.Logger}
	for _, p := range c.Providers {
		switch p.(type) {
		case *OAuthProvider:
			use.OAuth = true
		case *EmailProvider:
			use.Email = true
		}
	}
	return use
}
