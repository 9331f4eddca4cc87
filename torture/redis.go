package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	redisstore "github.com/gin-contrib/sessions/redis"
	"github.com/gomodule/redigo/redis"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// redisDatabase is Redis's number of the database that flows are kept in.
const redisDatabase = 9

// redisFlows keeps flows in Redis, behind a proxy.
type redisFlows struct {
	proxy *site.Proxy
	pool  *redis.Pool
	store redisstore.Store
}

func (t *trial) redisFlows(ctx context.Context) (*redisFlows, error) {
	address := os.Getenv("GINAUTH_TEST_REDIS")
	if address == "" {
		return nil, fmt.Errorf("GINAUTH_TEST_REDIS is not set: %w", database.ErrNotConfigured)
	}
	f := &redisFlows{}
	var err error
	if f.proxy, err = site.NewProxy(ctx, address); err != nil {
		return nil, err
	}
	f.pool = &redis.Pool{
		MaxIdle: 16,
		Dial: func() (redis.Conn, error) {
			// The store knows no contexts, so a Redis that says nothing has to end by these.
			return redis.Dial("tcp", f.proxy.Address(), redis.DialDatabase(redisDatabase), redis.DialConnectTimeout(2*time.Second),
				redis.DialReadTimeout(2*time.Second), redis.DialWriteTimeout(2*time.Second))
		},
		TestOnBorrow: func(c redis.Conn, _ time.Time) error { _, err := c.Do("PING"); return err },
	}
	key := []byte(site.NewSecret())
	f.store, err = redisstore.NewStoreWithPool(f.pool, key[:32], key[:32])
	return f, err
}

func (f *redisFlows) close() { _ = f.proxy.Close(); _ = f.pool.Close() }

func (f *redisFlows) flush() error {
	c := f.pool.Get()
	defer c.Close()
	_, err := c.Do("FLUSHDB")
	return err
}

// redisLost empties Redis, ends it and silences it in the middle of ceremonies. The ceremony fails,
// and who is signed in notices nothing.
func redisLost(ctx context.Context, t *trial) error {
	f, err := t.redisFlows(ctx)
	if err != nil {
		return err
	}
	defer f.close()
	s, stop, err := t.oneServer(site.Options{FlowStore: f.store}, database.Options{})
	if err != nil {
		return err
	}
	defer stop()
	if err := t.flushed(ctx, s, f); err != nil {
		return err
	}
	for range t.size.redis {
		t.unreachable(ctx, s, func(down bool) { f.proxy.SetDown(down) })
	}
	for range min(2, t.size.redis) {
		t.unreachable(ctx, s, func(down bool) {
			f.proxy.Delay(0)
			if down {
				f.proxy.Delay(time.Minute)
			}
		})
	}
	return nil
}

// redisInstances does ceremonies across three servers that share Redis.
func redisInstances(ctx context.Context, t *trial) error {
	f, err := t.redisFlows(ctx)
	if err != nil {
		return err
	}
	defer f.close()
	s, stop, err := t.servers(3, site.Options{FlowStore: f.store})
	if err != nil {
		return err
	}
	defer stop()
	return t.ceremonies(ctx, s, t.size.ceremonies)
}

// midway is somebody who is signed in, and began another sign-in.
func (t *trial) midway(ctx context.Context, s *browser.Site) (*browser.Browser, *browser.Attempt) {
	b := browser.New(s)
	if a, err := b.Register(ctx, newEmail()); err != nil {
		t.failf("before the store is lost: %s", a)
		return nil, nil
	}
	attempt, a, err := b.BeginSignIn(ctx, b.Passkeys[0], "")
	if err != nil {
		t.failf("before the store is lost: %s", a)
		return nil, nil
	}
	return b, attempt
}

func (t *trial) flushed(ctx context.Context, s *browser.Site, f *redisFlows) error {
	for range t.size.redis {
		b, attempt := t.midway(ctx, s)
		if b == nil {
			continue
		}
		if err := f.flush(); err != nil {
			return err
		}
		t.tried.Add(1)
		if a := attempt.Send(ctx); a.Status != http.StatusOK || a.Code() != "Configuration" {
			t.failf("without its flow: %s", a)
		}
		t.stillSignedIn(ctx, b)
		if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
			t.failf("the next attempt: %s", a)
		}
	}
	return nil
}

func (t *trial) unreachable(ctx context.Context, s *browser.Site, setDown func(bool)) {
	b, attempt := t.midway(ctx, s)
	if b == nil {
		return
	}
	setDown(true)
	t.tried.Add(1)
	start := time.Now()
	if a := attempt.Send(ctx); a.Status != http.StatusServiceUnavailable {
		t.failf("without Redis: %s", a)
	}
	if _, a, err := b.Clone().BeginSignIn(ctx, b.Passkeys[0], ""); err == nil || a.Status != http.StatusServiceUnavailable {
		t.failf("options without Redis: %s", a)
	}
	if took := time.Since(start); took > 2*deadline {
		t.failf("without Redis two answers took %s", took)
	}
	t.stillSignedIn(ctx, b)
	setDown(false)
	if a, err := b.SignIn(ctx, b.Passkeys[0]); err != nil {
		t.failf("with Redis again: %s", a)
	}
}

func (t *trial) stillSignedIn(ctx context.Context, b *browser.Browser) {
	if a, err := b.Session(ctx); err != nil {
		t.failf("somebody is signed out: %s", a)
	}
}
