package flow_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-contrib/sessions"
	gorilla "github.com/gorilla/sessions"

	"github.com/ginauth/ginauth/ginauth/internal/flow"
)

// silentStore never answers while the test runs.
type silentStore struct {
	sessions.Store
	over chan struct{}
}

func (s silentStore) New(*http.Request, string) (*gorilla.Session, error) {
	<-s.over
	return nil, errors.New("over")
}

// A store whose server is silent is not waited for beyond the request's own time.
func TestSilentStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		defer close(over)
		s := flow.New(silentStore{over: over})
		for what, call := range map[string]func(context.Context) error{
			"Put":  func(ctx context.Context) error { _, err := s.Put(ctx, name, value, time.Minute); return err },
			"Take": func(ctx context.Context) error { _, err := s.Take(ctx, name, "abc"); return err },
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			start := time.Now()
			err := call(ctx)
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, flow.ErrNone) || time.Since(start) != 5*time.Second {
				t.Errorf("%s: %v after %s", what, err, time.Since(start))
			}
		}
	})
}
