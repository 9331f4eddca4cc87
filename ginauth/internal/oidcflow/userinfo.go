package oidcflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// UserInfo asks the user info endpoint. Numbers in the answer are json.Number.
func (s *Service) UserInfo(ctx context.Context, accessToken string) (map[string]any, error) {
	address, err := s.endpoint(ctx, s.cfg.UserInfoURL, "userinfo_endpoint", func(d *discovered) string { return d.UserInfoEndpoint })
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, cmp.Or(s.cfg.UserInfoMethod, http.MethodGet), address, nil)
	if err != nil {
		return nil, errors.New("user info: the endpoint is not a valid URL")
	}
	r.Header.Set("Accept", "application/json")
	for name, values := range s.cfg.UserInfoHeader {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	r.Header.Set("Authorization", "Bearer "+accessToken)
	res, err := s.direct.Do(r)
	if err != nil {
		return nil, fmt.Errorf("user info of %s: %w", r.URL.Host, withoutURL(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("user info of %s: status %d", r.URL.Host, res.StatusCode)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("user info of %s: %w", r.URL.Host, err)
	}
	claims, err := decodeObject(body)
	if err != nil {
		return nil, fmt.Errorf("user info of %s: %w", r.URL.Host, err)
	}
	return claims, nil
}
