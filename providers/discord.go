package providers

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
)

const discordCDN = "https://cdn.discordapp.com"

// Discord signs people in at Discord. It also sends addresses that it did not verify; the claim
// "verified" says which.
func Discord(clientID, clientSecret string) *ginauth.OAuthProvider {
	return &ginauth.OAuthProvider{
		ID:               "discord",
		Name:             "Discord",
		ClientID:         clientID,
		ClientSecret:     clientSecret,
		AuthorizationURL: "https://discord.com/api/oauth2/authorize",
		TokenURL:         "https://discord.com/api/oauth2/token",
		UserInfoURL:      "https://discord.com/api/users/@me",
		Scopes:           []string{"identify", "email"},
		Profile: profile(func(c claims) ginauth.ProfileUser {
			return ginauth.ProfileUser{
				ID:            c.str("id"),
				Name:          cmp.Or(c.str("global_name"), c.str("username")),
				Email:         c.str("email"),
				EmailVerified: c.flag("verified"),
				Image:         discordImage(c.str("id"), c.str("avatar"), c.str("discriminator")),
			}
		}),
		BrandColor: "#5865F2",
	}
}

// discordImage builds the address of an avatar: animated ones are GIFs, and who has none gets one of
// the default pictures, chosen by the user id or, for accounts with an old #1234 name, by that
// number.
func discordImage(id, avatar, discriminator string) string {
	if avatar != "" {
		format := ".png"
		if strings.HasPrefix(avatar, "a_") {
			format = ".gif"
		}
		return discordCDN + "/avatars/" + id + "/" + avatar + format
	}
	number, err := strconv.ParseUint(discriminator, 10, 64)
	number %= 5
	if err != nil || discriminator == "0" {
		snowflake, err := strconv.ParseUint(id, 10, 64)
		if err != nil {
			return ""
		}
		number = (snowflake >> 22) % 6
	}
	return discordCDN + "/embed/avatars/" + strconv.FormatUint(number, 10) + ".png"
}
