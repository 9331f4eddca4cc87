package oidcflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// discoveryAge is how long a discovery document is used before it is fetched again.
const discoveryAge = time.Hour

// discovered is a discovery document (OpenID Connect Discovery 1.0, section 3) as far as it is used.
type discovered struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	UserInfoEndpoint      string   `json:"userinfo_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	Algorithms            []string `json:"id_token_signing_alg_values_supported"`
	// IssInResponse: the service names itself in each authorization response (RFC 9207).
	IssInResponse bool `json:"authorization_response_iss_parameter_supported"`

	// keys is nil when JWKSURI is empty.
	keys *keySet
}

// endpoint returns the configured address, else the discovered one.
func (s *Service) endpoint(ctx context.Context, configured, name string, of func(*discovered) string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	d, err := s.discover(ctx)
	if err != nil {
		return "", err
	}
	if of(d) == "" {
		return "", fmt.Errorf("the discovery document of %s names no usable %s: configure the address", hostOf(s.cfg.Issuer), name)
	}
	return of(d), nil
}

// discover returns the document.
func (s *Service) discover(ctx context.Context) (*discovered, error) {
	d, err := s.found.get(ctx)
	if err != nil {
		return nil, fmt.Errorf("discovery at %s: %w", hostOf(s.cfg.Issuer), err)
	}
	return d.value, nil
}

// discoverKeys returns the keys at an address, the same as before while it stays the same.
func (s *Service) discoverKeys(address string) *keySet {
	s.keysMu.Lock()
	defer s.keysMu.Unlock()
	if address != "" && s.keysURI != address {
		s.keysURI, s.keys = address, s.keysAt(address)
	}
	if address == "" {
		return nil
	}
	return s.keys
}

func (s *Service) fetchDiscovery(ctx context.Context) (*discovered, error) {
	address, err := wellKnown(s.cfg.Issuer)
	if err != nil {
		return nil, err
	}
	body, err := s.read(ctx, address, http.Header{})
	if err != nil {
		return nil, err
	}
	var d discovered
	// A member of another type reads as absent: what is needed is missed when it is.
	var otherType *json.UnmarshalTypeError
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&d); err != nil && !errors.As(err, &otherType) {
		return nil, err
	}
	if err := s.checkDiscovery(&d); err != nil {
		return nil, err
	}
	d.keys = s.discoverKeys(d.JWKSURI)
	return &d, nil
}

// read fetches a public JSON document of the service.
func (s *Service) read(ctx context.Context, address string, header http.Header) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the address is not a valid URL")
	}
	header.Set("Accept", "application/json")
	r.Header = header
	res, err := s.direct.Do(r)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", res.StatusCode)
	}
	body, err := io.ReadAll(res.Body)
	return withoutBOM(body), err
}

func (s *Service) checkDiscovery(d *discovered) error {
	// With TokenIssuer it is that function which compares the issuers.
	if s.cfg.TokenIssuer == nil && !sameURL(d.Issuer, s.cfg.Issuer) {
		return fmt.Errorf("the discovery document under issuer %q names issuer %q: configure that one", s.cfg.Issuer, d.Issuer)
	}
	for _, e := range []struct{ configured, found string }{
		{s.cfg.AuthorizationURL, d.AuthorizationEndpoint}, {s.cfg.TokenURL, d.TokenEndpoint}, {s.cfg.JWKSURL, d.JWKSURI},
	} {
		if e.configured == "" && e.found != "" && !s.isEndpoint(e.found) {
			return fmt.Errorf("the discovery document of %s holds an endpoint that is not an https URL", hostOf(s.cfg.Issuer))
		}
	}
	// Few need this one.
	if !s.isEndpoint(d.UserInfoEndpoint) {
		d.UserInfoEndpoint = ""
	}
	// Symmetric algorithms are no choice of the service: see Config.IDTokenAlg.
	d.Algorithms = slices.DeleteFunc(d.Algorithms, func(alg string) bool { return !slices.Contains(asymmetric, alg) })
	return nil
}

// isEndpoint reports whether an address of the discovery document may be called: it is https, or http
// where the issuer is.
func (s *Service) isEndpoint(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && !strings.HasPrefix(s.cfg.Issuer, "https:"))
}

// wellKnown is the address of an issuer's discovery document.
func wellKnown(issuer string) (string, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" {
		return "", errors.New("the issuer is not a valid URL")
	}
	return u.JoinPath(".well-known/openid-configuration").String(), nil
}

// sameURL compares as URLs: a host alone and a host with a slash behind it are the same.
func sameURL(a, b string) bool {
	return normal(a) == normal(b)
}

func normal(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}
