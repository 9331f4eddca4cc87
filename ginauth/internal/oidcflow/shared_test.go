package oidcflow

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// source is what a shared document is fetched from. It answers after a while, unless it hangs.
type source struct {
	mu    sync.Mutex
	calls int
	takes time.Duration
	hangs bool
	// deaf ignores the context, as a transport may.
	deaf bool
	err  error
}

func (s *source) fetch(ctx context.Context) (int, error) {
	s.mu.Lock()
	s.calls++
	n, takes, err, hangs, deaf := s.calls, s.takes, s.err, s.hangs, s.deaf
	s.mu.Unlock()
	switch {
	case hangs && deaf:
		time.Sleep(time.Hour)
	case hangs:
		<-ctx.Done()
		return 0, ctx.Err()
	}
	time.Sleep(takes)
	return n, err
}

func (s *source) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *source) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func newShared(s *source) *shared[int] {
	return &shared[int]{fetch: s.fetch, timeout: 10 * time.Second, age: time.Hour}
}

func TestSharedIsFetchedOnceForAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{takes: time.Second}
		doc := newShared(src)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if d, err := doc.get(t.Context()); err != nil || d.value != 1 {
					t.Errorf("got %v, %v", d, err)
				}
			})
		}
		all.Wait()
		if src.count() != 1 {
			t.Errorf("%d fetches", src.count())
		}
	})
}

// A service that hangs takes up nobody's time but that of those who come first, and theirs for a while.
func TestSharedHangingSource(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			src := &source{hangs: true, deaf: deaf}
			doc := newShared(src)
			begin := time.Now()
			wait := func(wantWait time.Duration) {
				t.Helper()
				from := time.Now()
				_, err := doc.get(t.Context())
				if took := time.Since(from); !errors.Is(err, context.DeadlineExceeded) || took != wantWait {
					t.Errorf("at %s: %v after %s, want %s", from.Sub(begin), err, took, wantWait)
				}
			}
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() { wait(maxWait) })
			}
			all.Wait()
			time.Sleep(4 * time.Second)
			wait(time.Second) // what is left of the fetch
			wait(0)           // the failure stands
			time.Sleep(failureAge - time.Millisecond)
			wait(0)
			if src.count() != 1 {
				t.Errorf("%d fetches, want 1", src.count())
			}
			time.Sleep(time.Millisecond)
			src.set(func() { src.hangs = false })
			if d, err := doc.get(t.Context()); err != nil || d.value != 2 {
				t.Errorf("after the failure: %v, %v", d, err)
			}
			time.Sleep(time.Hour) // lets the deaf fetch end
		})
	}
}

func TestSharedFailureStandsForSomeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{err: errors.New("status 500")}
		doc := newShared(src)
		for range 10 {
			if _, err := doc.get(t.Context()); !errors.Is(err, src.err) {
				t.Errorf("error %v", err)
			}
		}
		if src.count() != 1 {
			t.Errorf("%d fetches, want 1", src.count())
		}
		time.Sleep(failureAge)
		src.set(func() { src.err = nil })
		if d, err := doc.get(t.Context()); err != nil || d.value != 2 {
			t.Errorf("after the failure: %v, %v", d, err)
		}
	})
}

// An old document serves on, whatever the service does, and a new one takes its place.
func TestSharedOldDocumentServesOn(t *testing.T) {
	for name, upset := range map[string]func(*source){
		"hangs": func(s *source) { s.hangs = true }, "fails": func(s *source) { s.err = errors.New("status 500") }, "is slow": func(s *source) { s.takes = 9 * time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				src := &source{}
				doc := newShared(src)
				now := func(want int) {
					t.Helper()
					from := time.Now()
					if d, err := doc.get(t.Context()); err != nil || d.value != want || time.Since(from) != 0 {
						t.Errorf("got %v, %v after %s; want %d at once", d, err, time.Since(from), want)
					}
				}
				now(1)
				time.Sleep(48 * time.Hour)
				src.set(func() { upset(src) })
				for range 10 {
					now(1)
					synctest.Wait()
				}
				if src.count() != 2 {
					t.Errorf("%d fetches, want 2", src.count())
				}
				time.Sleep(10 * time.Second)
				src.set(func() { src.hangs, src.err, src.takes = false, nil, 0 })
				time.Sleep(failureAge)
				if _, err := doc.get(t.Context()); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				now(src.count())
			})
		})
	}
}

// The wait ends with the request, and the fetch goes on for the others.
func TestSharedWaiterHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &source{takes: 3 * time.Second}
		doc := newShared(src)
		ctx, hangUp := context.WithTimeout(t.Context(), time.Second)
		defer hangUp()
		var other sync.WaitGroup
		other.Go(func() {
			time.Sleep(500 * time.Millisecond)
			if d, err := doc.get(t.Context()); err != nil || d.value != 1 {
				t.Errorf("the other one: %v, %v", d, err)
			}
		})
		from := time.Now()
		if _, err := doc.get(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(from) != time.Second {
			t.Errorf("%v after %s", err, time.Since(from))
		}
		other.Wait()
		if src.count() != 1 {
			t.Errorf("%d fetches, want 1", src.count())
		}
	})
}

func TestSharedTransportPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		doc := &shared[int]{fetch: func(context.Context) (int, error) { panic("secret") }, timeout: time.Second, age: time.Hour}
		if _, err := doc.get(t.Context()); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v", err)
		}
	})
}
