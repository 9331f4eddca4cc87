package ginauth

func (p *OAuthProvider) validate(bad func(string, ...any)) {}
func (p *OAuthProvider) formPost() bool                    { return false }

func (x *exchange) startOAuth(p *OAuthProvider) error    { return errUnknownProvider }
func (x *exchange) oauthCallback(p *OAuthProvider) error { return errUnknownProvider }
