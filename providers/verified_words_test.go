package providers

import "encoding/json"

// A service's word for "verified": where it stands, and the values that mean it.
type word struct {
	path []string
	yes  []any
}

// words are those of every preset with a Profile of its own. A nil entry says that the service never
// vouches for an address.
var words = map[string]*word{
	"apple":          {[]string{"email_verified"}, []any{true, "true"}},
	"azure-ad":       {[]string{"xms_edov"}, []any{true}},
	"bankid-no":      {[]string{"email_verified"}, []any{true}},
	"beyondidentity": {[]string{"email_verified"}, []any{true}},
	"discord":        {[]string{"verified"}, []any{true}},
	"dropbox":        {[]string{"email_verified"}, []any{true}},
	"eventbrite":     {[]string{"emails", "#primary", "verified"}, []any{true}},
	"github":         {[]string{"email_verified"}, []any{true}}, // see TestGitHubVerifiedAddress
	"gitlab":         {[]string{"confirmed_at"}, []any{"2026-01-02T15:04:05.999Z"}},
	"kakao":          {[]string{"kakao_account", "is_email_verified"}, []any{true}}, // see TestKakaoNeedsAValidAddress
	"linkedin":       {[]string{"email_verified"}, []any{true, "true"}},
	"logto":          {[]string{"email_verified"}, []any{true}},
	"mattermost":     {[]string{"email_verified"}, []any{true}},
	"microsoft-entra-id": {
		[]string{"xms_edov"}, []any{true},
	},
	"patreon":     {[]string{"data", "attributes", "is_email_verified"}, []any{true}},
	"simplelogin": {[]string{"email_verified"}, []any{true}},
	"todoist":     {[]string{"user", "verification_status"}, []any{"verified"}},
	"wikimedia":   {[]string{"confirmed_email"}, []any{true}},
	"wordpress":   {[]string{"email_verified"}, []any{true}},
	"zoom":        {[]string{"verified"}, []any{json.Number("1")}},

	"42-school": nil, "atlassian": nil, "authentik": nil, "azure-ad-b2c": nil, "box": nil, "boxyhq-saml": nil, "coinbase": nil,
	"concept2": nil, "dribbble": nil, "facebook": nil, "faceit": nil, "figma": nil, "foursquare": nil, "freshbooks": nil,
	"fusionauth": nil, "hubspot": nil, "mailchimp": nil, "mailru": nil, "naver": nil, "netlify": nil, "netsuite": nil,
	"nextcloud": nil, "notion": nil, "pipedrive": nil, "spotify": nil, "twitter": nil, "vk": nil, "webex": nil, "workos": nil,
	"yandex": nil, "zoho": nil,

	// They tell no address.
	"battlenet": nil, "bitbucket": nil, "bungie": nil, "click-up": nil, "eveonline": nil, "mastodon": nil, "osu": nil,
	"pinterest": nil, "reddit": nil, "strava": nil, "threads": nil, "tiktok": nil, "trakt": nil, "wechat": nil,
}

// absent stands for a claim that is not there.
type absent struct{}

// values are what a claim may hold, sensible or not.
var values = []any{
	true, "true", "verified", json.Number("1"), "2026-01-02T15:04:05.999Z",
	false, absent{}, nil, "false", "", "True", "TRUE", "1", "yes", "on", "t", " true", "true ", json.Number("0"), json.Number("2"), json.Number("1.0"),
	[]any{}, []any{true}, []any{"true"}, map[string]any{}, map[string]any{"value": true}, "unverified", "legacy", "blocked", "2026-01-02", "0001-01-01T00:00:00Z",
}
