package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// AskLink asks for a sign-in link to an address.
func (b *Browser) AskLink(ctx context.Context, email string) (Answer, error) {
	if a, err := b.CSRF(ctx); err != nil {
		return a, err
	}
	a := b.do(ctx, http.MethodPost, "/auth/signin/email", url.Values{"csrfToken": {b.csrf}, "email": {email}, "callbackUrl": {Origin + "/"}}, b.cookies)
	b.keep(a)
	if a.Status != http.StatusOK || a.Code() != "" {
		return a, fmt.Errorf("link: %w", ErrRefused)
	}
	return a, nil
}

// Open opens a link. It changes nothing of the browser, so it may be called concurrently.
func (b *Browser) Open(ctx context.Context, link string) Answer {
	u, err := url.Parse(link)
	if err != nil {
		return Answer{Err: err}
	}
	return b.do(ctx, http.MethodGet, u.RequestURI(), nil, b.cookies)
}

// Confirm sends the form of the page that a link may lead to. It changes nothing of the browser, so
// it may be called concurrently.
func (b *Browser) Confirm(ctx context.Context, link string) Answer {
	u, err := url.Parse(link)
	if err != nil {
		return Answer{Err: err}
	}
	form := u.Query()
	form.Set("csrfToken", b.csrf)
	return b.do(ctx, http.MethodPost, u.Path, form, b.cookies)
}
