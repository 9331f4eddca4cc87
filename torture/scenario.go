package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// deadline is how long an answer may take when storage does not: ginauth's own five seconds and
// what a busy machine adds.
const deadline = 7 * time.Second

// size is how much is done. The zero value of a count leaves that part out.
type size struct {
	repeat     int           // of every injected fault
	every      int           // inject only every n-th fault of all
	commits    int           // connections cut at COMMIT, per database
	conflicts  int           // transactions under conflicts, per database
	load       time.Duration // under killed connections and for each slow database
	disk       int           // full disks, per database
	redis      int           // rounds without Redis
	stores     int           // flow stores lost, in each way
	readOnly   int           // failovers to a database that only reads, per database
	locks      int           // rows that somebody else has locked, per database
	cutOff     int           // times that one of three processes loses its database, per database
	powerCuts  int           // of a machine with SQLite
	kills      int           // of the server process, per database
	rounds     int           // of each race; its full count is 1000
	crowd      int           // how many take part in the biggest race; 100 is the whole count
	ceremonies int           // across three processes
	rotation   int           // requests of each person at each step
	timing     int           // requests about somebody, and as many about nobody
	soak       time.Duration
	// example is the example server's program.
	example string
}

// scenario is one kind of trouble.
type scenario struct {
	name    string
	engines []string
	run     func(ctx context.Context, t *trial) error
}

// trial is a scenario on one database.
type trial struct {
	*database.Database
	size size

	tried atomic.Int64
	// overtaken counts attempts that were refused because one before them was committed late.
	overtaken atomic.Int64

	mu     sync.Mutex
	failed int
	first  []string // failures
	notes  []string
}

// maxShown is how many failures of a trial are shown.
const maxShown = 8

// failf records that something did not hold.
func (t *trial) failf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed++
	if len(t.first) < maxShown {
		t.first = append(t.first, fmt.Sprintf(format, args...))
	}
}

// notef records what was measured.
func (t *trial) notef(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// checkInvariants looks for rows that must not be.
func (t *trial) checkInvariants(ctx context.Context, where string) {
	broken, err := t.Invariants(ctx)
	if err != nil {
		t.failf("%s: %v", where, err)
	}
	for _, b := range broken {
		t.failf("%s: %s", where, b)
	}
}

// orphans counts sessions whose cookie no browser was sent (I5).
func (t *trial) orphans(ctx context.Context, s *browser.Site) int {
	tokens, err := t.Texts(ctx, `SELECT "sessionToken" FROM "Session"`)
	if err != nil {
		t.failf("sessions: %v", err)
	}
	n := 0
	for _, token := range tokens {
		if !s.Issued(token) {
			n++
		}
	}
	return n
}

// result is what became of a trial.
type result struct {
	scenario, engine string
	tried            int64
	failed           int
	first, notes     []string
	took             time.Duration
	skipped          string
	refused          bool // nobody can help that it was skipped
}

// lab has one database of each engine, for one scenario after the other.
type lab struct {
	size      size
	databases map[string]*database.Database
}

func newLab(sz size) *lab { return &lab{size: sz, databases: map[string]*database.Database{}} }

// open returns the engine's database, empty.
func (l *lab) open(ctx context.Context, engine string) (*database.Database, error) {
	if db := l.databases[engine]; db != nil {
		err := db.Clear(ctx)
		return db, err
	}
	db, err := database.New(ctx, engine)
	if err == nil {
		l.databases[engine] = db
	}
	return db, err
}

// close removes the databases.
func (l *lab) close(ctx context.Context) error {
	var errs []error
	for _, db := range l.databases {
		errs = append(errs, db.Drop(ctx))
	}
	return errors.Join(errs...)
}

// run does a scenario.
func (l *lab) run(ctx context.Context, s scenario, engine string) result {
	start := time.Now()
	t := &trial{size: l.size}
	var err error
	if t.Database, err = l.open(ctx, engine); err == nil {
		err = s.run(ctx, t)
		t.checkInvariants(ctx, "at the end")
	}
	r := result{scenario: s.name, engine: engine, took: time.Since(start)}
	if r.refused = errors.Is(err, database.ErrRefused); r.refused || errors.Is(err, database.ErrNotConfigured) {
		r.skipped = err.Error()
		return r
	}
	if err != nil {
		t.failf("%v", err)
	}
	if r.tried = t.tried.Load(); r.tried == 0 {
		t.failf("nothing was tried")
	}
	r.failed, r.first, r.notes = t.failed, t.first, t.notes
	return r
}

// server opens a pool of the trial's database and mounts ginauth on it.
func (t *trial) server(o site.Options, pool database.Options) (*site.InProcess, func(), error) {
	db, err := t.Open(pool)
	if err != nil {
		return nil, nil, err
	}
	closeDB := func() {
		if err := db.Close(); err != nil {
			t.failf("close: %v", err)
		}
	}
	o.Adapter = bunadapter.New(db)
	s, err := site.New(o)
	if err != nil {
		closeDB()
		return nil, nil, err
	}
	return s, func() {
		closeDB()
		t.checkPanics(s)
	}, nil
}

func (t *trial) checkPanics(s *site.InProcess) {
	if n := s.Panics.Load(); n > 0 {
		t.failf("%d panics", n)
	}
}

// oneServer is a site of one server in this process, whose statements faults may make fail.
func (t *trial) oneServer(o site.Options, pool database.Options) (*browser.Site, func(), error) {
	s, stop, err := t.server(o, pool)
	if err != nil {
		return nil, nil, err
	}
	return &browser.Site{Instances: []browser.Instance{s.Send}}, stop, nil
}

// newEmail is an address that nobody has yet.
func newEmail() string { return strings.ToLower(rand.Text()) + "@example.com" }

// only makes one statement fail.
func only(n int, f faultsql.Fault) faultsql.Decide {
	return func(s faultsql.Statement) (faultsql.Fault, bool) {
		return f, s.N == n && s.Verb != "CONNECT"
	}
}

// from makes every statement fail from one on, and every new connection: the database is gone.
func from(n int, first, later faultsql.Fault) faultsql.Decide {
	return func(s faultsql.Statement) (faultsql.Fault, bool) {
		if s.N == n && s.Verb != "CONNECT" {
			return first, true
		}
		return later, s.N >= n
	}
}
