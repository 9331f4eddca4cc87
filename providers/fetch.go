package providers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
)

// maxAnswer bounds what is read of a service's answer.
const maxAnswer = 1 << 20

// errStatus is in fetch's errors when the service answered, but not with 200.
var errStatus = errors.New("unexpected status")

type userInfoFunc = func(ctx context.Context, client *http.Client, token *oauth2.Token) (map[string]any, error)

// request makes a request that carries the access token in its Authorization header.
func request(ctx context.Context, method, address string, body io.Reader, token *oauth2.Token) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, errors.New("making the user info request: the endpoint is not a valid URL")
	}
	r.Header.Set("Accept", "application/json")
	if token != nil {
		r.Header.Set("Authorization", "Bearer "+token.AccessToken)
	}
	return r, nil
}

// fetch sends r and decodes the JSON answer into v with numbers as json.Number. Its errors name the
// host alone, because some services want the access token in the path or the query.
func fetch(client *http.Client, r *http.Request, v any) error {
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("requesting user info of %s: %w", r.URL.Host, withoutURL(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("requesting user info of %s: %w: %s", r.URL.Host, errStatus, res.Status)
	}
	d := json.NewDecoder(io.LimitReader(res.Body, maxAnswer))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("reading user info of %s: %w", r.URL.Host, err)
	}
	return nil
}

// withoutURL strips what net/http wraps around the cause: method and whole URL.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
