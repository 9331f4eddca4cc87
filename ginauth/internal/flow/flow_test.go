package flow_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-contrib/sessions"
	gorilla "github.com/gorilla/sessions"

	"github.com/ginauth/ginauth/ginauth/internal/flow"
)

const (
	secret = "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL"
	older  = "vB3nM6kJ9hG2fD5sA8qW1eR4tY7uI0oP"
	name   = "__Secure-authjs.challenge"
	value  = `{"v":1,"kind":"register"}`
)

type fileStore struct{ *gorilla.FilesystemStore }

func (fileStore) Options(sessions.Options) {}

func newCookie(t testing.TB, secrets ...string) *flow.Store {
	t.Helper()
	s, err := flow.NewCookie(secrets)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t testing.TB, s *flow.Store) string {
	t.Helper()
	cookie, err := s.Put(t.Context(), name, value, 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return cookie
}

func none(t testing.TB, s *flow.Store, name, cookie string) {
	t.Helper()
	if got, err := s.Take(t.Context(), name, cookie); !errors.Is(err, flow.ErrNone) || got != "" {
		t.Errorf("Take(%q): %q, %v", cookie, got, err)
	}
}

func TestCookie(t *testing.T) {
	s := newCookie(t, secret)
	cookie := put(t, s)
	if strings.Contains(cookie, "kind") {
		t.Error("the cookie shows what is in it")
	}
	if got, err := s.Take(t.Context(), name, cookie); err != nil || got != value {
		t.Fatalf("Take: %q, %v", got, err)
	}
	if cookie == put(t, s) {
		t.Error("the same cookie twice")
	}
	// A flow of one purpose is nothing under the name of another.
	none(t, s, "__Secure-authjs.state", cookie)
	none(t, newCookie(t, older), name, cookie)
	for _, bad := range []string{"", "x", cookie[1:], cookie[:len(cookie)-2], cookie + "A", strings.ToLower(cookie), "a;b", "\x00", strings.Repeat("A", 9000)} {
		none(t, s, name, bad)
	}
}

// Every secret that is listed opens, the first one makes.
func TestCookie_Rotation(t *testing.T) {
	cookie := put(t, newCookie(t, older))
	if got, err := newCookie(t, secret, older).Take(t.Context(), name, cookie); err != nil || got != value {
		t.Errorf("an old secret: %q, %v", got, err)
	}
	none(t, newCookie(t, older), name, put(t, newCookie(t, secret, older)))
}

// With a store on the server the cookie is an id, each flow has its own, and what was taken is gone.
func TestServerSide(t *testing.T) {
	dir := t.TempDir()
	s := flow.New(fileStore{gorilla.NewFilesystemStore(dir, []byte(secret))})
	one, two := put(t, s), put(t, s)
	if one == two {
		t.Error("two flows have one id")
	}
	if got, err := s.Take(t.Context(), name, one); err != nil || got != value {
		t.Fatalf("Take: %q, %v", got, err)
	}
	none(t, s, name, one)
	if got, err := s.Take(t.Context(), name, two); err != nil || got != value {
		t.Errorf("the other flow: %q, %v", got, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	none(t, s, name, "x")
	none(t, s, name, "")
}

var errDown = errors.New("store is down")

// brokenStore fails where it is told to.
type brokenStore struct {
	sessions.Store
	open, save error
	silent     bool
}

func (b brokenStore) New(r *http.Request, name string) (*gorilla.Session, error) {
	if b.open != nil {
		return nil, b.open
	}
	return b.Store.New(r, name)
}

func (b brokenStore) Save(r *http.Request, w http.ResponseWriter, s *gorilla.Session) error {
	if b.save != nil || b.silent {
		return b.save
	}
	return b.Store.Save(r, w, s)
}

// A store that fails is a failure, never "no flow".
func TestFailures(t *testing.T) {
	good := fileStore{gorilla.NewFilesystemStore(t.TempDir(), []byte(secret))}
	cookie := put(t, flow.New(good))
	for what, b := range map[string]brokenStore{
		"open": {Store: good, open: errDown}, "save": {Store: good, save: errDown},
	} {
		s := flow.New(b)
		if _, err := s.Put(t.Context(), name, value, time.Minute); !errors.Is(err, errDown) {
			t.Errorf("%s: Put: %v", what, err)
		}
		if _, err := s.Take(t.Context(), name, cookie); !errors.Is(err, errDown) || errors.Is(err, flow.ErrNone) {
			t.Errorf("%s: Take: %v", what, err)
		}
	}
	if _, err := flow.New(brokenStore{Store: good, silent: true}).Put(context.Background(), name, value, time.Minute); err == nil {
		t.Error("a store that sets no cookie is no store")
	}
	unreadable := fileStore{gorilla.NewFilesystemStore(filepath.Join(t.TempDir(), "missing"), []byte(secret))}
	if _, err := flow.New(unreadable).Put(t.Context(), name, value, time.Minute); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: %v", err)
	}
	if _, err := flow.NewCookie([]string{""}); err != nil {
		t.Errorf("NewCookie: %v", err)
	}
}

// oddStore panics, or writes more of an answer than its cookie.
type oddStore struct {
	sessions.Store
	panics bool
}

func (o oddStore) New(r *http.Request, name string) (*gorilla.Session, error) {
	if o.panics {
		panic("out of order")
	}
	return o.Store.New(r, name)
}

func (o oddStore) Save(r *http.Request, w http.ResponseWriter, s *gorilla.Session) error {
	w.WriteHeader(http.StatusTeapot)
	if n, err := w.Write([]byte("hello")); n != 5 || err != nil {
		return errDown
	}
	return o.Store.Save(r, w, s)
}

// A store runs on a goroutine of its own, where a panic would end the program; and it is handed no
// part of the real answer.
func TestOddStores(t *testing.T) {
	good := fileStore{gorilla.NewFilesystemStore(t.TempDir(), []byte(secret))}
	s := flow.New(oddStore{Store: good, panics: true})
	if _, err := s.Put(t.Context(), name, value, time.Minute); err == nil || errors.Is(err, flow.ErrNone) {
		t.Errorf("Put: %v", err)
	}
	if _, err := s.Take(t.Context(), name, "x"); err == nil || errors.Is(err, flow.ErrNone) {
		t.Errorf("Take: %v", err)
	}
	s = flow.New(oddStore{Store: good})
	if got, err := s.Take(t.Context(), name, put(t, s)); err != nil || got != value {
		t.Errorf("a store that writes: %q, %v", got, err)
	}
}

// FuzzFlowState: whatever is changed in the cookie of a flow, there is none.
func FuzzFlowState(f *testing.F) {
	s := newCookie(f, secret)
	good := put(f, s)
	f.Add(0, byte('A'), 0)
	f.Add(10, byte('_'), 0)
	f.Add(len(good)-1, byte('='), 3)
	f.Add(40, byte(0), 1)
	f.Fuzz(func(t *testing.T, at int, b byte, cut int) {
		if at < 0 || at >= len(good) || cut < 0 || cut > len(good) {
			return
		}
		changed := []byte(good)
		changed[at] = b
		changed = changed[:len(changed)-cut]
		got, err := s.Take(t.Context(), name, string(changed))
		if string(changed) == good {
			return
		}
		if err != nil {
			if !errors.Is(err, flow.ErrNone) {
				t.Fatalf("%q: %v", changed, err)
			}
			return
		}
		// The last digit of base64 may have bits that mean nothing.
		was, _ := base64.URLEncoding.DecodeString(good)
		is, err := base64.URLEncoding.DecodeString(string(changed))
		if err != nil || !bytes.Equal(was, is) || got != value {
			t.Fatalf("%q gives %q", changed, got)
		}
	})
}

// What a store refuses for its length is told apart from a failure, in the words of each.
func TestTooLong(t *testing.T) {
	good := fileStore{gorilla.NewFilesystemStore(t.TempDir(), []byte(secret))}
	redis := brokenStore{Store: good, save: errors.New("SessionStore: the value to store is too big")} // redistore v1.4.1
	inCookie, err := flow.NewCookie([]string{secret})
	if err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]*flow.Store{"files": flow.New(good), "redis": flow.New(redis), "cookie": inCookie} {
		if _, err := s.Put(t.Context(), name, strings.Repeat("x", 5000), time.Minute); !errors.Is(err, flow.ErrTooLong) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
