package ginauth

import (
	"bytes"
	"net/http"
)

// showCSRF is GET /csrf.
func (x *exchange) showCSRF() error {
	return x.json(struct {
		CSRFToken string `json:"csrfToken"`
	}{x.csrfToken})
}

// publicProvider is a provider as clients see it.
type publicProvider struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Type        Kind   `json:"type"`
	SigninURL   string `json:"signinUrl"`
	CallbackURL string `json:"callbackUrl"`
}

// listProviders is GET /providers: an object in the order of the configuration, which clients
// iterate. It sets no cookies.
func (x *exchange) listProviders() error {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range x.cfg.Providers {
		if i > 0 {
			b.WriteByte(',')
		}
		id := p.ProviderID()
		key, err := encodeJSON(id)
		if err != nil {
			return err
		}
		value, err := encodeJSON(publicProvider{id, p.ProviderName(), p.ProviderKind(), x.signInURL(id), x.callbackTo(id)})
		if err != nil {
			return err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	x.writeBody(http.StatusOK, jsonType, b.Bytes())
	return nil
}

func (x *exchange) signInURL(id string) string  { return x.origin + x.base + "/signin/" + id }
func (x *exchange) callbackTo(id string) string { return x.origin + x.base + "/callback/" + id }
