package providers

import "github.com/ginauth/ginauth/ginauth"

// BattleNet signs players in at Battle.net. issuer is https://oauth.battle.net, or that of a region
// of its own: https://oauth.battlenet.com.cn for China. There is no e-mail address.
func BattleNet(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("battlenet", "Battle.net", issuer, clientID, clientSecret)
	p.Profile = profile(func(c claims) ginauth.ProfileUser {
		return ginauth.ProfileUser{
			ID:   c.str("sub"),
			Name: c.str("battle_tag"),
		}
	})
	p.BrandColor = "#148eff"
	return p
}
