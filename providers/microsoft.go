package providers

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/internal/accountid"
)

const (
	microsoftCommonIssuer = "https://login.microsoftonline.com/common/v2.0"
	microsoftPhotoURL     = "https://graph.microsoft.com/v1.0/me/photos/48x48/$value"
	// maxMicrosoftPhoto bounds the picture, which becomes part of the user row. With the JWT strategy a
	// session cookie carries up to some 2.7 KiB of it: encoding and encrypting doubles the size, and
	// servers refuse headers beyond 8 to 16 KiB.
	maxMicrosoftPhoto = 4 << 10
)

// microsoftConsumers is the tenant of all personal accounts.
const microsoftConsumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

var microsoftTenantID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// MicrosoftEntraID signs people in at Microsoft Entra ID. issuer decides who may: one tenant is
// https://login.microsoftonline.com/<tenant id>/v2.0; with organizations in place of the id it is
// every work or school account, with consumers every personal one. An empty issuer that the
// environment does not fill either means common: everybody. An external tenant is
// https://<name>.ciamlogin.com/<tenant id>/v2.0.
//
// A user without a mailbox has no email claim and so no address here: preferred_username may look like
// one and is not.
// The administrator of any tenant may set the address in the email claim. It counts as verified when
// the boolean claim xms_edov says that the owner of its domain was: add both as optional claims to
// the registration of the application. The picture is fetched from Microsoft Graph and stored as a
// data URL; set Profile to nil to do without, and without verified addresses.
func MicrosoftEntraID(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("microsoft-entra-id", "Microsoft Entra ID", issuer, clientID, clientSecret)
	p.DefaultIssuer = microsoftCommonIssuer
	p.Scopes = []string{"openid", "profile", "email", "User.Read"}
	p.TokenIssuer = microsoftTokenIssuer
	p.Profile = microsoftProfile
	p.BrandColor = "#0072c6"
	return p
}

// AzureAD is [MicrosoftEntraID] under the id "azure-ad" of its former name, for databases whose
// accounts carry it.
func AzureAD(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := MicrosoftEntraID(issuer, clientID, clientSecret)
	p.ID = "azure-ad"
	p.Name = "Azure Active Directory"
	return p
}

// AzureADB2C signs people in at Azure AD B2C. issuer is the address of a user flow:
// https://<tenant>.b2clogin.com/<tenant>.onmicrosoft.com/<user flow>/v2.0.
//
// The account's id is sub. Where the user flow has no subject claim, B2C writes one sentence into
// everybody's sub, and the account's id is oid, the object ID. The user flow has to return that then.
func AzureADB2C(issuer, clientID, clientSecret string) *ginauth.OAuthProvider {
	p := OIDC("azure-ad-b2c", "Azure AD B2C", issuer, clientID, clientSecret)
	p.TokenIssuer = microsoftTokenIssuer
	p.Profile = b2cProfile
	p.BrandColor = "#0072c6"
	return p
}

func b2cProfile(_ context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	id := c.str("sub")
	if accountid.Check(id) != nil {
		if id = c.str("oid"); accountid.Check(id) != nil {
			return ginauth.ProfileUser{}, errors.New(`the user flow does not identify a person: set "Subject (sub) claim" to ObjectID in its properties, or let it return "User's Object ID" (oid)`)
		}
	}
	return ginauth.ProfileUser{
		ID:            id,
		Name:          cmp.Or(c.str("name"), c.str("preferred_username")),
		Email:         c.firstStr("emails"),
		EmailVerified: doesNotSay,
	}, nil
}

// microsoftTokenIssuer takes the issuer from the discovery document, which names the tenant by its
// id where Issuer names it by a domain or a user flow, and by {tenantid} where Issuer is for several
// tenants. Then it is the token's tenant (tid) that stands there.
func microsoftTokenIssuer(issuer, discovered string, claims map[string]any) (string, error) {
	tenant, _ := claims["tid"].(string)
	if !microsoftTenantID.MatchString(tenant) {
		tenant = ""
	}
	if !sameHost(issuer, discovered) && !isExternalTenant(issuer, discovered, tenant) {
		return "", otherHost(issuer, discovered)
	}
	if !strings.Contains(discovered, "{tenantid}") {
		return discovered, nil
	}
	if tenant == "" {
		return "", errors.New("the ID token names no tenant (tid)")
	}
	if tenant == microsoftConsumers && firstInPath(issuer) == "organizations" {
		return "", errors.New("the ID token is that of a personal account (tid)")
	}
	return strings.ReplaceAll(discovered, "{tenantid}", tenant), nil
}

func sameHost(issuer, discovered string) bool {
	a, errA := url.Parse(issuer)
	b, errB := url.Parse(discovered)
	return errA == nil && errB == nil && a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host)
}

// isExternalTenant reports whether discovered is the issuer of an external tenant, whose document has
// the tenant's id for a host, and issuer is the same tenant under its name. The name is that of the
// host; the path has the id or a domain of the tenant.
func isExternalTenant(issuer, discovered, tenant string) bool {
	const domain = ".ciamlogin.com"
	a, err := url.Parse(issuer)
	if err != nil || a.Scheme != "https" || tenant == "" || discovered != "https://"+tenant+domain+"/"+tenant+"/v2.0" {
		return false
	}
	name, isExternal := strings.CutSuffix(strings.ToLower(a.Host), domain)
	inPath := firstInPath(issuer)
	return isExternal && name != "" && !strings.Contains(name, ".") && (inPath == tenant || !microsoftTenantID.MatchString(inPath))
}

func firstInPath(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	return strings.ToLower(first)
}

// otherHost is the error about an issuer whose document names one of another host.
func otherHost(issuer, discovered string) error {
	switch {
	case strings.HasPrefix(discovered, "https://sts.windows.net/"):
		return fmt.Errorf("the discovery document under %s is of version 1: set Issuer to %s/v2.0", issuer, strings.TrimRight(issuer, "/"))
	case strings.Contains(discovered, "{"):
		return fmt.Errorf("the discovery document under %s is of another host (%s): set Issuer to an address of that host", issuer, discovered)
	}
	return fmt.Errorf("the discovery document under %s is of another host: set Issuer to %s if that is yours", issuer, discovered)
}

func microsoftProfile(ctx context.Context, p ginauth.OAuthProfile) (ginauth.ProfileUser, error) {
	c := claims(p.Claims)
	return ginauth.ProfileUser{
		ID:            c.str("sub"),
		Name:          c.str("name"),
		Email:         c.str("email"),
		EmailVerified: c.str("email") != "" && c.flag("xms_edov"),
		Image:         microsoftPhoto(ctx, p),
	}, nil
}

// microsoftPhoto returns the picture as a data URL, empty when there is none. A picture that cannot
// be had does not keep anybody from signing in.
func microsoftPhoto(ctx context.Context, p ginauth.OAuthProfile) string {
	if p.Client == nil || p.Token == nil {
		return ""
	}
	r, err := request(ctx, http.MethodGet, microsoftPhotoURL, nil, p.Token)
	if err != nil {
		return ""
	}
	r.Header.Set("Accept", "image/jpeg")
	res, err := p.Client.Do(r)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return ""
	}
	photo, err := io.ReadAll(io.LimitReader(res.Body, maxMicrosoftPhoto+1))
	if err != nil || len(photo) > maxMicrosoftPhoto {
		return ""
	}
	return "data:image/jpeg;base64, " + base64.StdEncoding.EncodeToString(photo)
}
