package main

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/ginauth/ginauth/bunadapter"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const (
	// powerCutWithin is how long after the callbacks were sent the power fails, at most.
	powerCutWithin = 20 * time.Millisecond
	// powerCutReach is how much of the log's end has not reached the disk, at most.
	powerCutReach = 64 << 10
)

// powerCuts takes what SQLite has in its files while people register, damages the end of its log as
// a power cut does, and starts a server on what is left. Nobody is registered in half. With
// synchronous=FULL what was answered is on the disk, so that no cut can take it away.
func powerCuts(ctx context.Context, t *trial) error {
	for i, synchronous := range []string{"FULL", "NORMAL"} {
		n := (t.size.powerCuts + 1 - i) / 2
		// No cut takes the tables away, or brings anybody back from before.
		if err := t.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			return err
		}
		process, err := t.startExample(ctx, "AUTH_SECRET="+site.NewSecret(), "DATABASE_URL="+t.URL+"?_pragma=synchronous("+synchronous+")")
		if err != nil {
			return err
		}
		p := &powerCut{trial: t, process: process, site: &browser.Site{Instances: []browser.Instance{process.Send}}, full: synchronous == "FULL"}
		for tries := 0; err == nil && p.done < n; tries++ {
			if tries > 10*n+100 {
				err = errors.New("there is never anything to damage")
				break
			}
			err = p.round(ctx)
		}
		t.stopProcess(process)
		if err != nil {
			return err
		}
		t.notef("synchronous=%s: %d cuts, %d bytes of the log damaged on average; of %d people who were registering %d had an answer; "+
			"%d were stored, %d registered again; %d times somebody who had an answer was lost, as it may be",
			synchronous, p.done, p.damaged/max(1, p.done), p.people, p.answered, p.stored, p.again, p.lost)
		if err := t.Clear(ctx); err != nil {
			return err
		}
	}
	return nil
}

// powerCut is a server whose machine loses its power again and again.
type powerCut struct {
	*trial
	process *site.Process
	site    *browser.Site
	full    bool
	// known are the addresses of everybody who was told that they are registered.
	known []string

	done, damaged, people, answered, stored, again, lost int
}

// remains are the files as the cut leaves them.
type remains struct {
	database []byte
	wal      *database.WAL
}

func (p *powerCut) round(ctx context.Context) error {
	people, left, err := p.cut(ctx)
	if err != nil {
		return err
	}
	// Whoever had their answer later was in the middle of it. What they have is valid all the same.
	known := p.known
	defer func() {
		for _, v := range people {
			if v.answer.SignedIn() && !slices.Contains(p.known, v.email) {
				p.known = append(p.known, v.email)
			}
		}
	}()
	if len(left.wal.Ends) == 0 {
		return nil // all of the log is in the database, and nothing new is in it yet
	}
	how := rand.N(3) //nolint:gosec // G404: any will do
	first := max(left.wal.Safe, left.wal.Tail-powerCutReach)
	// Garbling is worse than what a power cut does to what was synchronized.
	strict := p.full && how != garbled
	if strict {
		if first, err = p.durable(ctx, left, first, known); err != nil {
			return err
		}
	}
	if first >= left.wal.Tail {
		return nil // nothing is under way
	}
	p.damaged += damage(left.wal, how, first)
	p.done++
	for _, v := range people {
		p.people++
		if slices.Contains(known, v.email) {
			p.answered++
		}
	}
	p.tried.Add(1)
	return p.examine(ctx, left, people, known, strict)
}

// cut stops the server while people register, and copies the files.
func (p *powerCut) cut(ctx context.Context) (people []*victim, left *remains, err error) {
	for range killClients {
		v := &victim{Browser: browser.New(p.site), email: newEmail()}
		var a browser.Answer
		if v.attempt, a, err = v.BeginRegister(ctx, v.email, nil); err != nil {
			return nil, nil, fmt.Errorf("before the cut: %w: %s", err, a)
		}
		people = append(people, v)
	}
	var mu sync.Mutex
	dark := false
	var group sync.WaitGroup
	for _, v := range people {
		group.Go(func() {
			v.answer = v.attempt.Send(ctx)
			mu.Lock()
			defer mu.Unlock()
			if v.answer.SignedIn() && !dark {
				p.known = append(p.known, v.email)
			}
		})
	}
	pause(ctx, rand.N(powerCutWithin)) //nolint:gosec // G404: any moment will do
	mu.Lock()
	dark = true
	mu.Unlock()
	if err = p.process.Freeze(); err == nil {
		left, err = p.copy(ctx)
	}
	err = errors.Join(err, p.process.Thaw())
	group.Wait()
	return people, left, err
}

// copy lets another process read the files: when this one closed them, it would lose the locks of its
// own connections (https://www.sqlite.org/howtocorrupt.html, section 2.2).
func (p *powerCut) copy(ctx context.Context) (*remains, error) {
	dir, err := os.MkdirTemp("", "ginauth-powercut-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if out, err := exec.CommandContext(ctx, "cp", p.File(), p.File()+"-wal", p.File()+"-shm", dir).CombinedOutput(); err != nil { //nolint:gosec // G204: of a database that was made here
		return nil, fmt.Errorf("cp: %w: %s", err, out)
	}
	path := filepath.Join(dir, filepath.Base(p.File()))
	b, err := os.ReadFile(path) //nolint:gosec // G304: as above
	if err != nil {
		return nil, err
	}
	wal, err := database.ReadWAL(path)
	return &remains{b, wal}, err
}

// durable is the least length of the log with which everybody is there who was told so.
func (p *powerCut) durable(ctx context.Context, left *remains, from int, known []string) (int, error) {
	for _, end := range left.wal.Ends {
		if end < from {
			continue
		}
		missing := 0
		err := p.on(ctx, left.database, left.wal.Bytes[:end], func(db *database.Database) error {
			stored, err := db.Texts(ctx, `SELECT "email" FROM "User"`)
			missing = len(without(known, stored))
			return err
		})
		if err != nil || missing == 0 {
			return end, err
		}
	}
	p.failf("somebody was answered whose registration is not in the log")
	return left.wal.Tail, nil
}

// without are those of list that are not in other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// The kinds of damage: the end of the log is missing, is zeros, or is anything.
const (
	truncated = iota
	zeroed
	garbled
)

// damage changes the log behind first and returns how many bytes it may have changed.
func damage(w *database.WAL, how, first int) int {
	at := first + rand.N(w.Tail-first) //nolint:gosec // G404: any place will do
	switch how {
	case truncated:
		w.Bytes = w.Bytes[:at]
	case zeroed:
		clear(w.Bytes[at:w.Tail])
	default:
		end := at + 1 + rand.N(w.Tail-at)       //nolint:gosec // G404: as above
		_, _ = cryptorand.Read(w.Bytes[at:end]) // never fails

		return end - at
	}
	return w.Tail - at
}

// on opens what is left in a folder of its own.
func (p *powerCut) on(ctx context.Context, file, wal []byte, look func(db *database.Database) error) error {
	dir, err := os.MkdirTemp("", "ginauth-powercut-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "auth.db")
	if err := errors.Join(os.WriteFile(path, file, 0o600), os.WriteFile(path+"-wal", wal, 0o600)); err != nil {
		return err
	}
	db, err := database.AtFile(path)
	if err != nil {
		return err
	}
	return errors.Join(look(db), db.Drop(ctx))
}

// examine starts a server on what is left.
func (p *powerCut) examine(ctx context.Context, left *remains, people []*victim, known []string, strict bool) error {
	return p.on(ctx, left.database, left.wal.Bytes, func(db *database.Database) error {
		server, err := site.New(site.Options{Adapter: bunadapter.New(db.Bun)})
		if err != nil {
			return err
		}
		defer p.checkPanics(server)
		// The same invariants, of another database.
		c := &trial{Database: db}
		defer func() {
			for _, text := range c.first {
				p.failf("after a power cut: %s", text)
			}
		}()
		if sound, err := db.Texts(ctx, "PRAGMA integrity_check"); err != nil || !slices.Equal(sound, []string{"ok"}) {
			c.failf("the file is damaged: %v %v", sound, err)
			return nil
		}
		c.checkInvariants(ctx, "opened")
		c.noOrphans(ctx, p.site)
		stored, err := db.Texts(ctx, `SELECT "email" FROM "User"`)
		if err != nil {
			return err
		}
		lost := len(without(known, stored))
		if p.lost += lost; strict && lost > 0 {
			c.failf("%d people are lost who had an answer", lost)
		}
		s := &browser.Site{Instances: []browser.Instance{server.Send}}
		for _, v := range people {
			v.Site = s
			p.comeBack(ctx, c, v, slices.Contains(stored, v.email))
		}
		c.checkInvariants(ctx, "used")
		return nil
	})
}

// comeBack lets somebody sign in or, when nothing of them was stored, register again.
func (p *powerCut) comeBack(ctx context.Context, c *trial, v *victim, stored bool) {
	if !stored {
		p.again++
		if a, err := browser.New(v.Site).Register(ctx, v.email); err != nil {
			c.failf("neither stored nor registers again: %s", a)
		}
		return
	}
	p.stored++
	b := browser.New(v.Site)
	if a, err := b.SignIn(ctx, v.attempt.Passkey); err != nil {
		c.failf("stored, but does not sign in: %s", a)
	}
	if a, err := b.Session(ctx); err != nil {
		c.failf("signed in, but has no session: %s", a)
	}
}
