package providers

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/ginauth/ginauth/ginauth"
)

// sentRequest is a request as far as a service looks at it.
type sentRequest struct {
	Method, URL, Body string
	Headers           map[string]string
}

// service answers requests from a sample and records them. It is an http.RoundTripper.
type service struct {
	sample sample
	sent   []sentRequest
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := sentRequest{Method: r.Method, URL: r.URL.String(), Headers: map[string]string{}}
	for name := range r.Header {
		switch name {
		case "Accept", "Content-Type", "User-Agent": // no bearing on the answer
		default:
			sent.Headers[strings.ToLower(name)] = r.Header.Get(name)
		}
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		sent.Body = string(body)
	}
	s.sent = append(s.sent, sent)

	answer, ok := s.sample.Answers[r.URL.String()]
	if !ok {
		answer = s.sample.UserInfo
	}
	var special struct {
		Status int    `json:"$status"`
		Base64 string `json:"$base64"`
	}
	res := &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Request: r}
	if answer == nil {
		special.Status = http.StatusNotFound
	} else if err := json.Unmarshal(answer, &special); err != nil {
		special.Status = 0 // an array
	}
	if special.Status != 0 {
		res.StatusCode, res.Status = special.Status, http.StatusText(special.Status)
	}
	if special.Base64 != "" {
		answer, _ = base64.StdEncoding.DecodeString(special.Base64)
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	return res, nil
}

// signIn takes the part of ginauth between the token answer and the user: it reads the claims of the
// sample and maps them.
func signIn(t *testing.T, p *ginauth.OAuthProvider, s sample) (ginauth.ProfileUser, []sentRequest) {
	t.Helper()
	at := &service{sample: s}
	client := &http.Client{Transport: at}
	token := (&oauth2.Token{AccessToken: "the-token"}).WithExtra(s.Token)
	read := s.Claims
	if !p.OIDC {
		read = userInfo(t, p, client, token)
	}
	user, err := p.Profile(t.Context(), ginauth.OAuthProfile{
		Claims: read, Token: token, Form: s.Form, Provider: p, Client: client,
	})
	if err != nil {
		t.Fatalf("Profile: %v", err)
	}
	return user, at.sent
}

func userInfo(t *testing.T, p *ginauth.OAuthProvider, client *http.Client, token *oauth2.Token) map[string]any {
	t.Helper()
	if p.UserInfo != nil {
		answer, err := p.UserInfo(t.Context(), client, token)
		if err != nil {
			t.Fatalf("UserInfo: %v", err)
		}
		return answer
	}
	r, err := request(t.Context(), p.UserInfoMethod, p.UserInfoURL, nil, token)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range p.UserInfoHeader {
		r.Header[name] = values
	}
	var answer map[string]any
	if err := fetch(client, r, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
