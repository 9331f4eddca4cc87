package providers

import "github.com/ginauth/ginauth/ginauth"

// Google signs people in at Google. For a refresh token set AuthParams access_type=offline and
// prompt=consent.
func Google(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("google", "Google", "https://accounts.google.com", clientID, clientSecret)
	p.BrandColor = "#1a73e8"
	return p
}

// HuggingFace signs people in at Hugging Face.
func HuggingFace(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("huggingface", "Hugging Face", "https://huggingface.co", clientID, clientSecret)
	p.BrandColor = "#FFD21E"
	return p
}

// LINE signs people in at LINE, whose web login signs ID tokens by HMAC with the channel secret.
// The e-mail address needs a permission in the LINE Developers console.
func LINE(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("line", "LINE", "https://access.line.me", clientID, clientSecret)
	p.IDTokenAlg = "HS256"
	p.BrandColor = "#00C300"
	return p
}

// LinkedIn signs people in at LinkedIn. It refuses a token request with a code_verifier as
// invalid_client, so PKCE is left out, and puts no nonce into its ID tokens, so none may be asked
// for: state, the client secret and the redirect URI protect the code.
func LinkedIn(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("linkedin", "LinkedIn", "https://www.linkedin.com/oauth", clientID, clientSecret)
	p.TokenAuth = ginauth.TokenAuthPost
	p.PKCEUnsupported = true
	// Its documentation has a boolean, its ID tokens have had a text.
	p.Profile = standardExcept(func(c claims) bool { return c.flagOrText("email_verified") })
	p.BrandColor = "#069"
	return p
}

// Roblox signs players in at Roblox. There is no e-mail address.
func Roblox(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("roblox", "Roblox", "https://apis.roblox.com/oauth/", clientID, clientSecret)
	p.Scopes = []string{"openid", "profile"}
	p.BrandColor = "#5865F2"
	return p
}

// Salesforce signs people in at Salesforce. A sandbox or a domain of your own has another Issuer:
// https://test.salesforce.com or https://<domain>.my.salesforce.com.
func Salesforce(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("salesforce", "Salesforce", "https://login.salesforce.com", clientID, clientSecret)
	p.Nonce = true
	p.UserInfoAlways = true
	p.BrandColor = "#00a1e0"
	return p
}

// SimpleLogin signs people in at SimpleLogin, with an e-mail alias where they want one.
func SimpleLogin(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("simplelogin", "SimpleLogin", "https://app.simplelogin.io", clientID, clientSecret)
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID:            c.str("sub"),
			Name:          c.str("name"),
			Email:         c.str("email"),
			EmailVerified: c.flag("email_verified"),
			Image:         c.str("avatar_url"),
		}
	})
	p.BrandColor = "#e3156a"
	return p
}

// Slack signs people in at Slack.
func Slack(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("slack", "Slack", "https://slack.com", clientID, clientSecret)
	p.Nonce = true
	p.BrandColor = "#611f69"
	return p
}

// Vipps signs people in at Vipps MobilePay.
func Vipps(clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("vipps", "Vipps", "https://api.vipps.no/access-management-1.0/access/", clientID, clientSecret)
	p.Scopes = []string{"openid", "name", "email"}
	p.Nonce = true
	p.UserInfoAlways = true
	p.BrandColor = "#f05c18"
	return p
}
