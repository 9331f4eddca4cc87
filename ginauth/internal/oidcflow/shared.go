package oidcflow

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// maxWait is how long a sign-in waits for a document, as long as for storage. The fetch goes on
	// for those who come later.
	maxWait = 5 * time.Second
	// failureAge is how long a failure answers every caller. It is short, because there are no sign-ins
	// meanwhile, and long enough that a service in trouble does not get a request from each of them.
	failureAge = 5 * time.Second
)

// shared is a document of the service that all sign-ins use. It is fetched once for all who wait for
// it. When it is old it serves on, while it is fetched again in the background.
type shared[T any] struct {
	// fetch is never called twice at once, unless the last call outlasted timeout.
	fetch   func(ctx context.Context) (T, error)
	timeout time.Duration
	// age is how long a document is used before it is fetched again.
	age time.Duration

	mu      sync.Mutex
	current document[T]
	fetched time.Time
	// running is nil when nothing is being fetched.
	running *fetching[T]
	// err is that of the last fetch, if it failed.
	err    error
	failed time.Time
}

// document is a value with the number of the fetch that brought it; zero is none.
type document[T any] struct {
	value  T
	number int
}

// fetching is a fetch that any number of sign-ins wait for.
type fetching[T any] struct {
	done chan struct{}
	// The result, once done is closed.
	document document[T]
	err      error
}

// get returns the document, of any age, and waits only where there is none.
func (s *shared[T]) get(ctx context.Context) (document[T], error) {
	s.mu.Lock()
	known := s.current
	if known.number > 0 && time.Since(s.fetched) < s.age {
		s.mu.Unlock()
		return known, nil
	}
	run, err := s.join()
	s.mu.Unlock()
	switch {
	case known.number > 0:
		return known, nil
	case err != nil:
		return known, err
	}
	return run.wait(ctx)
}

// newer returns a document that is newer than the one called seen, and waits for it.
func (s *shared[T]) newer(ctx context.Context, seen int) (document[T], error) {
	s.mu.Lock()
	if s.current.number > seen {
		defer s.mu.Unlock()
		return s.current, nil
	}
	run, err := s.join()
	s.mu.Unlock()
	if err != nil {
		return document[T]{}, err
	}
	return run.wait(ctx)
}

// join returns the fetch that is under way, or starts one, unless the last has just failed. s.mu is
// held.
func (s *shared[T]) join() (*fetching[T], error) {
	if s.running != nil {
		return s.running, nil
	}
	if s.err != nil && time.Since(s.failed) < failureAge {
		return nil, s.err
	}
	run := &fetching[T]{done: make(chan struct{})}
	s.running = run
	go s.run(run)
	return run, nil
}

// run belongs to no sign-in, so that one that hangs up does not end it for the others.
func (s *shared[T]) run(run *fetching[T]) {
	value, err := s.bounded()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running, s.err = nil, err
	if err == nil {
		s.current, s.fetched = document[T]{value, s.current.number + 1}, time.Now()
	} else {
		s.failed = time.Now()
	}
	run.document, run.err = s.current, err
	close(run.done)
}

// bounded calls fetch and stops waiting for it in time, whether the transport heeds the context or not.
func (s *shared[T]) bounded() (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			// No request's handler is there to recover.
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("the HTTP client panicked (%T)", p)}
			}
		}()
		value, err := s.fetch(ctx)
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("the service does not answer: %w", ctx.Err())
	}
}

func (f *fetching[T]) wait(ctx context.Context) (document[T], error) {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case <-f.done:
		return f.document, f.err
	case <-ctx.Done():
		return document[T]{}, fmt.Errorf("the service does not answer in time: %w", ctx.Err())
	}
}
