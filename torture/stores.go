package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/memstore"
	gorilla "github.com/gorilla/sessions"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// storesLost empties stores that keep flows on one machine, in the middle of ceremonies: the one in
// memory goes with its process, the one in files with its folder. The ceremony fails, and who is
// signed in notices nothing.
func storesLost(ctx context.Context, t *trial) error {
	for range t.size.stores {
		if err := t.restarted(ctx); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "ginauth-flows-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	key := []byte(site.NewSecret())
	s, stop, err := t.oneServer(site.Options{FlowStore: files{gorilla.NewFilesystemStore(dir, key[:32], key[:32])}}, poolOf(4))
	if err != nil {
		return err
	}
	defer stop()
	for range t.size.stores {
		if err := t.emptied(ctx, s, dir); err != nil {
			return err
		}
		if err := t.removed(ctx, s, dir); err != nil {
			return err
		}
	}
	t.noOrphans(ctx, s)
	return nil
}

// files is gorilla's store in files as gin-contrib/sessions has the others.
type files struct{ *gorilla.FilesystemStore }

func (f files) Options(o sessions.Options) { f.FilesystemStore.Options = o.ToGorillaOptions() }

// restarted is a server with flows in memory that starts anew, with the keys that it had.
func (t *trial) restarted(ctx context.Context) error {
	key := []byte(site.NewSecret())
	options := func() site.Options {
		return site.Options{Secret: string(key), FlowStore: memstore.NewStore(key[:32], key[:32])}
	}
	before, stopBefore, err := t.server(options(), poolOf(2))
	if err != nil {
		return err
	}
	defer stopBefore()
	after, stopAfter, err := t.server(options(), poolOf(2))
	if err != nil {
		return err
	}
	defer stopAfter()
	s := &browser.Site{Instances: []browser.Instance{before.Send}}
	b, signIn := t.midway(ctx, s)
	if b == nil {
		return nil
	}
	register, a, err := browser.New(s).BeginRegister(ctx, newEmail(), nil)
	if err != nil {
		return fmt.Errorf("before the restart: %w: %s", err, a)
	}
	s.Instances[0] = after.Send
	t.withoutFlow(ctx, b, signIn, register)
	t.noOrphans(ctx, s)
	return t.Clear(ctx)
}

// emptied removes the files of all flows.
func (t *trial) emptied(ctx context.Context, s *browser.Site, dir string) error {
	b, signIn := t.midway(ctx, s)
	if b == nil {
		return nil
	}
	register, a, err := browser.New(s).BeginRegister(ctx, newEmail(), nil)
	if err != nil {
		return fmt.Errorf("before the files go: %w: %s", err, a)
	}
	flows, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(flows) == 0 {
		return fmt.Errorf("no flow is kept in a file: %w", err)
	}
	for _, name := range flows {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	t.withoutFlow(ctx, b, signIn, register)
	return nil
}

// withoutFlow finishes ceremonies whose flow is lost, and begins them again.
func (t *trial) withoutFlow(ctx context.Context, b *browser.Browser, attempts ...*browser.Attempt) {
	for _, attempt := range attempts {
		t.tried.Add(1)
		a := attempt.Send(ctx)
		if a.Status != http.StatusOK || a.Code() != "Configuration" {
			t.failf("without its flow: %s", a)
		}
		if value, _ := a.Session(); value != "" {
			t.failf("without its flow somebody is signed in: %s", a)
		}
	}
	t.stillSignedIn(ctx, b)
	if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
		t.failf("the next attempt: %s", a)
	}
	if a, err := browser.New(b.Site).Register(ctx, newEmail()); err != nil {
		t.failf("the next registration: %s", a)
	}
}

// removed takes the whole folder away, so that no flow can be kept: that is a failure of storage.
func (t *trial) removed(ctx context.Context, s *browser.Site, dir string) error {
	b, attempt := t.midway(ctx, s)
	if b == nil {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	t.tried.Add(1)
	if a := attempt.Send(ctx); a.SignedIn() || a.Status == http.StatusInternalServerError {
		t.failf("without its folder: %s", a)
	}
	_, a, err := b.Clone().BeginSignIn(ctx, b.Passkeys[0], "")
	t.unavailable("options without a folder for flows", a, err)
	t.stillSignedIn(ctx, b)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
		t.failf("with its folder again: %s", a)
	}
	return nil
}
