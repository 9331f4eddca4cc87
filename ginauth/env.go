package ginauth

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// ConfigFromEnv reads the environment variables of Auth.js into a new Config with the given
// providers. It is the only function of this package that looks at the environment. The caller
// fills in the rest and hands the result to [Register].
//
//   - AUTH_URL is the public address: its origin becomes BaseURL and its path, if it has one, BasePath.
//   - AUTH_SECRET is the secret. AUTH_SECRET_1 to AUTH_SECRET_3 are for rotation: the one with the
//     highest number is Secret, the others are OldSecrets.
//   - AUTH_TRUST_HOST, a boolean, sets TrustHost; with AUTH_URL it has no effect.
//   - AUTH_REDIRECT_PROXY_URL is RedirectProxyURL of all OAuth providers without one.
//   - AUTH_<ID>_ID, AUTH_<ID>_SECRET and AUTH_<ID>_ISSUER fill the empty ClientID, ClientSecret and
//     Issuer of the OAuth provider with that id, in upper case with _ for -.
//
// Providers that lack something are copied before they are filled; the caller's are not written to.
// The error wraps [ErrConfig] and names the variables that cannot be read. What is missing is for
// Register to report.
func ConfigFromEnv(providers ...Provider) (Config, error) {
	var cfg Config
	var errs []error
	address := os.Getenv("AUTH_URL")
	if address != "" {
		u, err := url.Parse(address)
		if err != nil || originOf(u) == "" {
			errs = append(errs, errors.New("AUTH_URL is not an http(s) URL; write the public address, such as https://app.example.com/api/auth"))
		} else {
			cfg.BaseURL = originOf(u)
			cfg.BasePath = strings.TrimRight(u.Path, "/")
		}
	}
	if trust := os.Getenv("AUTH_TRUST_HOST"); trust != "" {
		on, err := strconv.ParseBool(trust)
		if err != nil {
			errs = append(errs, fmt.Errorf("AUTH_TRUST_HOST is %q; write true or false", trust))
		}
		cfg.TrustHost = on && address == ""
	}
	cfg.Secret, cfg.OldSecrets = secretsFromEnv()
	for _, p := range providers {
		if o, ok := p.(*OAuthProvider); ok && o != nil {
			p = o.fromEnv()
		}
		cfg.Providers = append(cfg.Providers, p)
	}
	if len(errs) > 0 {
		return Config{}, fmt.Errorf("%w: %w", ErrConfig, errors.Join(errs...))
	}
	return cfg, nil
}

func secretsFromEnv() (secret string, old []string) {
	for _, name := range []string{"AUTH_SECRET_3", "AUTH_SECRET_2", "AUTH_SECRET_1", "AUTH_SECRET"} {
		switch s := os.Getenv(name); {
		case s == "":
		case secret == "":
			secret = s
		default:
			old = append(old, s)
		}
	}
	return secret, old
}

// fromEnv returns a copy with the empty fields filled.
func (p *OAuthProvider) fromEnv() *OAuthProvider {
	filled := *p
	prefix := "AUTH_" + envName(p.ID) + "_"
	fill := func(field *string, name string) {
		if *field == "" {
			*field = os.Getenv(name)
		}
	}
	fill(&filled.ClientID, prefix+"ID")
	if p.ClientSecretFor == nil {
		fill(&filled.ClientSecret, prefix+"SECRET")
	}
	fill(&filled.Issuer, prefix+"ISSUER")
	fill(&filled.RedirectProxyURL, "AUTH_REDIRECT_PROXY_URL")
	return &filled
}
