// Package flow keeps what the second request of one ceremony must match (a challenge, an OAuth
// state) in a gin-contrib/sessions store, without any of that library's middleware.
//
// The store is opened directly, so that the application's own sessions are not touched, and its
// cookie is taken out of a scratch response: the caller writes it with its own attributes.
package flow

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/cookie"
	gorilla "github.com/gorilla/sessions"

	"github.com/gorilla/securecookie"
)

// ErrNone says that the cookie leads to no flow: it is absent, forged, or was used on a store that
// forgets. Any other error of Take means that the store failed.
var ErrNone = errors.New("flow: none")

// ErrTooLong says that a value does not fit into a cookie, or into the store.
var ErrTooLong = errors.New("flow: too long for the store")

// isTooLong reports whether a store refused a value for its length: securecookie with an error of its
// own, the Redis store (redistore) in these words.
func isTooLong(err error) bool {
	var codec securecookie.Error
	return errors.As(err, &codec) && strings.Contains(err.Error(), "too long") || strings.Contains(err.Error(), "value to store is too big")
}

// maxCookie is the longest cookie that browsers keep, in bytes, and that stores make.
const maxCookie = 4096

// valueKey is the one entry of a session's values.
const valueKey = "flow"

// Store keeps flows. It is safe for concurrent use when its backend is.
type Store struct {
	backend sessions.Store
	// inProcess says that the backend calls nobody, so that it need not be waited for.
	inProcess bool
}

// New uses backend for the flows.
func New(backend sessions.Store) *Store { return &Store{backend: backend} }

// call runs fn, and stops waiting for it when ctx ends: stores take no context, and one whose
// server is silent may have no time-out of its own.
func (s *Store) call(ctx context.Context, fn func() (string, error)) (string, error) {
	if s.inProcess {
		return fn()
	}
	type result struct {
		value string
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("flow: the store panicked (%T)", p)}
			}
		}()
		value, err := fn()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return "", fmt.Errorf("flow: the store does not answer: %w", ctx.Err())
	}
}

// NewCookie keeps flows in the browser, encrypted and authenticated by keys derived from secrets;
// the first makes new ones, all are read.
func NewCookie(secrets []string) (*Store, error) {
	var pairs [][]byte
	for _, s := range secrets {
		for _, k := range []struct {
			info string
			size int
		}{{"ginauth flow authentication", 64}, {"ginauth flow encryption", 32}} {
			key, err := hkdf.Key(sha256.New, []byte(s), nil, k.info, k.size)
			if err != nil {
				return nil, fmt.Errorf("flow: derive key: %w", err)
			}
			pairs = append(pairs, key)
		}
	}
	return &Store{backend: cookie.NewStore(pairs...), inProcess: true}, nil
}

// Put stores value under a new id and returns the value of the cookie called name. A value that the
// browser or the store would not keep is [ErrTooLong].
func (s *Store) Put(ctx context.Context, name, value string, life time.Duration) (string, error) {
	return s.call(ctx, func() (string, error) { return s.put(ctx, name, value, life) })
}

func (s *Store) put(ctx context.Context, name, value string, life time.Duration) (string, error) {
	r := scratchRequest(ctx, name, "")
	session, err := s.backend.New(r, name)
	if err != nil && session == nil {
		return "", fmt.Errorf("flow: open store: %w", err)
	}
	// An empty id makes the store choose a new one: a planted cookie is worth nothing.
	session.ID = ""
	session.Options = &gorilla.Options{Path: "/", MaxAge: int(life / time.Second), HttpOnly: true}
	session.Values = map[any]any{valueKey: value}
	w := scratchWriter{}
	if err := s.backend.Save(r, w, session); err != nil {
		if isTooLong(err) {
			return "", ErrTooLong
		}
		return "", fmt.Errorf("flow: save: %w", err)
	}
	for _, c := range (&http.Response{Header: http.Header(w)}).Cookies() {
		switch {
		case c.Name != name || c.Value == "":
		case len(name)+len(c.Value) > maxCookie: // RFC 6265bis, section 5.6
			return "", ErrTooLong
		default:
			return c.Value, nil
		}
	}
	return "", errors.New("flow: the store set no cookie")
}

// Take returns what Put stored for the cookie's value, and deletes it where the store can. It is
// not atomic, whatever the store: the caller makes sure that a flow is used once.
func (s *Store) Take(ctx context.Context, name, cookieValue string) (string, error) {
	value, drop, err := s.Open(ctx, name, cookieValue)
	if err != nil {
		return "", err
	}
	if err := drop(ctx); err != nil {
		return "", err
	}
	return value, nil
}

// Open is Take in two steps: it returns what Put stored, and the function that deletes it.
func (s *Store) Open(ctx context.Context, name, cookieValue string) (value string, drop func(context.Context) error, err error) {
	var session *gorilla.Session
	value, err = s.call(ctx, func() (value string, err error) {
		session, value, err = s.load(ctx, name, cookieValue)
		return value, err
	})
	if err != nil {
		return "", nil, err
	}
	return value, func(ctx context.Context) error {
		_, err := s.call(ctx, func() (string, error) { return "", s.drop(ctx, name, cookieValue, session) })
		return err
	}, nil
}

func (s *Store) load(ctx context.Context, name, cookieValue string) (*gorilla.Session, string, error) {
	// The codec under most stores has no word of its own for a value that is too long, and net/http
	// would drop odd bytes and log them.
	if cookieValue == "" || len(cookieValue) > maxCookie || strings.ContainsFunc(cookieValue, notInCookie) {
		return nil, "", ErrNone
	}
	session, err := s.backend.New(scratchRequest(ctx, name, cookieValue), name)
	if err != nil {
		var decode securecookie.Error
		if errors.As(err, &decode) && decode.IsDecode() {
			return nil, "", ErrNone
		}
		if errors.Is(err, fs.ErrNotExist) { // a store of files, where the flow was taken before
			return nil, "", ErrNone
		}
		return nil, "", fmt.Errorf("flow: load: %w", err)
	}
	value, ok := session.Values[valueKey].(string)
	if session.IsNew || !ok {
		return nil, "", ErrNone
	}
	return session, value, nil
}

func (s *Store) drop(ctx context.Context, name, cookieValue string, session *gorilla.Session) error {
	session.Options = &gorilla.Options{Path: "/", MaxAge: -1, HttpOnly: true}
	err := s.backend.Save(scratchRequest(ctx, name, cookieValue), scratchWriter{}, session)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("flow: delete: %w", err)
	}
	return nil
}

// notInCookie finds what no cookie's value holds (RFC 6265, section 4.1.1).
func notInCookie(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`",;\`, r) }

// scratchRequest carries nothing but the flow's cookie: the store sees no other.
func scratchRequest(ctx context.Context, name, value string) *http.Request {
	r := (&http.Request{Method: http.MethodGet, Header: http.Header{}}).WithContext(ctx)
	if value != "" {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// scratchWriter catches the store's Set-Cookie.
type scratchWriter http.Header

func (w scratchWriter) Header() http.Header         { return http.Header(w) }
func (w scratchWriter) Write(p []byte) (int, error) { return len(p), nil }
func (w scratchWriter) WriteHeader(int)             {}
