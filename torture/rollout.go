package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/cookie"
	gorilla "github.com/gorilla/sessions"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// rolloutClients is how many people are signed in during a roll-out.
const rolloutClients = 8

// longestStep is how long people keep trying while a step is under way.
const longestStep = time.Minute

// slot is an instance behind a load balancer, which a roll-out replaces.
type slot struct {
	current atomic.Pointer[site.InProcess]
}

func (s *slot) send(r *http.Request) (*http.Response, error) { return s.current.Load().Send(r) }

// rollout is three instances and a way to replace them one by one, while people use them.
type rollout struct {
	*trial
	slots [3]slot
	site  *browser.Site
	stops []func()
	// mixed: the instances differ.
	mixed atomic.Bool
	again atomic.Int64
}

func (t *trial) newRollout(o site.Options) (*rollout, error) {
	r := &rollout{trial: t, site: &browser.Site{}}
	for i := range r.slots {
		if err := r.replace(i, o); err != nil {
			r.stop()
			return nil, err
		}
		r.site.Instances = append(r.site.Instances, r.slots[i].send)
	}
	return r, nil
}

func (r *rollout) replace(i int, o site.Options) error {
	s, stop, err := r.server(o, database.Options{Pool: 4})
	if err != nil {
		return err
	}
	r.stops = append(r.stops, stop)
	r.slots[i].current.Store(s)
	return nil
}

func (r *rollout) stop() {
	for _, f := range r.stops {
		f()
	}
}

// secrets changes the secret as the documentation says: first every instance reads the new one too,
// then it makes the new tokens, then the old one goes. Nobody is signed out. While a step is under
// way, the CSRF cookie of one instance may be unknown to another, and people have to try again.
func secrets(ctx context.Context, t *trial) error {
	before, after := site.NewSecret(), site.NewSecret()
	steps := []site.Options{
		{Secret: before},
		{Secret: before, OldSecrets: []string{after}},
		{Secret: after, OldSecrets: []string{before}},
		{Secret: after},
	}
	for i := range steps {
		steps[i].Strategy = ginauth.StrategyJWT
	}
	r, err := t.newRollout(steps[0])
	if err != nil {
		return err
	}
	defer r.stop()
	people := make([]*browser.Browser, rolloutClients)
	for i := range people {
		people[i] = browser.New(r.site)
		if a, err := people[i].Register(ctx, newEmail()); err != nil {
			t.failf("registration: %s", a)
			return nil
		}
	}
	for _, step := range steps[1:] {
		// Everybody was here since the last step, so everybody has a token of its first secret.
		r.use(ctx, people)
		done := make(chan struct{})
		var group sync.WaitGroup
		for _, b := range people {
			group.Go(func() {
				for i := 0; ; i++ {
					r.useOnce(ctx, b, i)
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		r.mixed.Store(true)
		for i := range r.slots {
			if err = r.replace(i, step); err != nil {
				break
			}
			r.use(ctx, nil)
		}
		close(done)
		group.Wait()
		r.mixed.Store(false)
		if err != nil {
			return err
		}
	}
	r.use(ctx, people)
	t.notef("%d sign-ins had to be tried again in the middle of a step (MissingCSRF)", r.again.Load())
	return nil
}

// use lets everybody make their requests; without people, somebody who comes by does.
func (r *rollout) use(ctx context.Context, people []*browser.Browser) {
	if people == nil {
		b := browser.New(r.site)
		if a, err := r.untilKnown(func() (browser.Answer, error) { return b.Register(ctx, newEmail()) }); err != nil {
			r.failf("registration: %s", a)
			return
		}
		people = []*browser.Browser{b}
	}
	var group sync.WaitGroup
	for _, b := range people {
		group.Go(func() {
			for i := range r.size.rotation {
				r.useOnce(ctx, b, i)
			}
		})
	}
	group.Wait()
}

// useOnce asks for the session, or signs in again.
func (r *rollout) useOnce(ctx context.Context, b *browser.Browser, i int) {
	r.tried.Add(1)
	if i%20 == 19 {
		if a, err := r.untilKnown(func() (browser.Answer, error) { return b.SignIn(ctx, b.Passkeys[len(b.Passkeys)-1]) }); err != nil {
			r.failf("sign-in: %s", a)
		}
		return
	}
	if a, err := b.Session(ctx); err != nil {
		r.failf("signed out: %s", a)
	}
}

// untilKnown tries again while the instances differ and one does not know the other's CSRF cookie.
func (r *rollout) untilKnown(try func() (browser.Answer, error)) (a browser.Answer, err error) {
	// A step takes as long as the machine is busy.
	for start := time.Now(); time.Since(start) < longestStep; {
		mixed := r.mixed.Load()
		if a, err = try(); err == nil || a.Code() != "MissingCSRF" || !mixed && !r.mixed.Load() {
			break
		}
		r.again.Add(1)
	}
	return a, err
}

// encodings rolls a release out that keeps its flows in another form. Ceremonies between an old
// and a new instance fail, as a refusal and never as a failure of the server.
func encodings(ctx context.Context, t *trial) error {
	secret := site.NewSecret()
	keys := [][]byte{[]byte(secret[:32]), []byte(secret[:32])}
	older := site.Options{Secret: secret, FlowStore: cookie.NewStore(keys...)}
	newer := site.Options{Secret: secret, FlowStore: nextVersion{cookie.NewStore(keys...)}}
	r, err := t.newRollout(older)
	if err != nil {
		return err
	}
	defer r.stop()
	var good, refused int
	for replaced := 0; ; replaced++ {
		for range max(4, t.size.rotation/4) {
			b := browser.New(r.site)
			a, err := b.Register(ctx, newEmail())
			t.tried.Add(1)
			mixed := replaced > 0 && replaced < len(r.slots)
			switch {
			case err == nil:
				good++
			case mixed && a.Status == http.StatusOK && a.Code() == "Configuration":
				refused++
			default:
				t.failf("%d of 3 are new: %s", replaced, a)
			}
			if _, touched := a.Session(); touched && err != nil {
				t.failf("a failed answer touches the session cookie")
			}
		}
		if replaced == len(r.slots) {
			break
		}
		if err := r.replace(replaced, newer); err != nil {
			return err
		}
	}
	if refused == 0 || good == 0 {
		t.failf("%d registrations succeeded, %d were refused: nothing was mixed", good, refused)
	}
	t.notef("%d registrations succeeded, %d between releases were refused", good, refused)
	return nil
}

// nextVersion is a store of a release whose flows have the next version number.
type nextVersion struct{ sessions.Store }

const thisFlow, nextFlow, noFlow = `{"v":1,`, `{"v":2,`, `{"v":0,`

// New shows flows of the next version as ones that this release knows, and the other way round.
func (s nextVersion) New(r *http.Request, name string) (*gorilla.Session, error) {
	session, err := s.Store.New(r, name)
	if session != nil {
		rewrite(session, thisFlow, noFlow)
		rewrite(session, nextFlow, thisFlow)
	}
	return session, err
}

// Save writes flows as ones of the next version.
func (s nextVersion) Save(r *http.Request, w http.ResponseWriter, session *gorilla.Session) error {
	rewrite(session, thisFlow, nextFlow)
	return s.Store.Save(r, w, session)
}

func rewrite(session *gorilla.Session, from, to string) {
	for k, v := range session.Values {
		if text, ok := v.(string); ok && strings.HasPrefix(text, from) {
			session.Values[k] = to + strings.TrimPrefix(text, from)
		}
	}
}
