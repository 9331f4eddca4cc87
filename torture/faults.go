package main

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/ginauth/ginauth/ginauth"
	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/faultsql"
)

// mode is a way to fail.
type mode struct {
	name   string
	point  faultsql.Point
	decide func(d *database.Database, n int) faultsql.Decide
}

func modes() []mode {
	badConn := func(_ *database.Database, n int) faultsql.Decide {
		// The driver knows that the statement was not sent; database/sql may then do it again.
		return only(n, faultsql.Fault{Drop: true, Err: driver.ErrBadConn})
	}
	dropped := func(p faultsql.Point) func(d *database.Database, n int) faultsql.Decide {
		return func(d *database.Database, n int) faultsql.Decide { return only(n, d.Dropped(p)) }
	}
	gone := func(p faultsql.Point) func(d *database.Database, n int) faultsql.Decide {
		return func(d *database.Database, n int) faultsql.Decide {
			return from(n, d.Dropped(p), d.Dropped(faultsql.Before))
		}
	}
	return []mode{
		{"bad connection", faultsql.Before, badConn},
		{"dropped", faultsql.Before, dropped(faultsql.Before)},
		{"dropped", faultsql.After, dropped(faultsql.After)},
		{"dropped", faultsql.Reading, dropped(faultsql.Reading)},
		{"database gone", faultsql.Before, gone(faultsql.Before)},
		{"database gone", faultsql.After, gone(faultsql.After)},
		{"conflict", faultsql.Before, func(d *database.Database, n int) faultsql.Decide { return only(n, d.Conflict(faultsql.Before)) }},
		{"lock time-out", faultsql.Before, func(d *database.Database, n int) faultsql.Decide { return only(n, d.LockTimeout(faultsql.Before)) }},
	}
}

// variants are settings of connections, used in turn.
func variants(engine string) []database.Options {
	switch engine {
	case database.Postgres:
		return []database.Options{{}, {Settings: map[string]string{"default_transaction_isolation": "repeatable read"}},
			{Settings: map[string]string{"default_transaction_isolation": "serializable"}}, {Pool: 1}}
	case database.MariaDB:
		return []database.Options{{}, {Settings: map[string]string{"tx_isolation": "'READ-COMMITTED'"}}, {Pool: 1}}
	}
	return []database.Options{{}, {Settings: map[string]string{"synchronous": "FULL"}}, {Pool: 1}}
}

// faults makes every statement of every operation fail in every way.
func faults(ctx context.Context, t *trial) error {
	options := variants(t.Engine)
	for i := range t.size.repeat {
		for _, op := range operations() {
			if err := t.failEach(ctx, op, options[i%len(options)]); err != nil {
				return fmt.Errorf("%s: %w", op.name, err)
			}
		}
	}
	return nil
}

// failEach counts the statements of an operation that goes well, and makes each of them fail.
func (t *trial) failEach(ctx context.Context, op operation, pool database.Options) error {
	controller := &faultsql.Controller{}
	pool.Faults = controller
	s, stop, err := t.oneServer(op.site, pool)
	if err != nil {
		return err
	}
	defer stop()
	if err := t.Clear(ctx); err != nil {
		return err
	}
	p, err := t.prepare(ctx, s, op)
	if err != nil {
		return err
	}
	controller.Arm(nil)
	a, err := op.act(ctx, p)
	statements, _ := controller.Disarm()
	if err != nil {
		return fmt.Errorf("without a fault: %w: %s", err, a)
	}
	n := 0
	for _, statement := range statements {
		for _, m := range modes() {
			if m.point == faultsql.Reading && !statement.Rows {
				continue
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if n++; n%max(1, t.size.every) != 0 {
				continue
			}
			c := &faultCase{trial: t, site: s, controller: controller, op: op, statement: statement, mode: m}
			if err := c.run(ctx); err != nil {
				t.failf("%s: %v", c, err)
			}
		}
		// Tables stay small, so that looking through them is quick.
		if err := t.Clear(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) prepare(ctx context.Context, s *browser.Site, op operation) (*person, error) {
	p := &person{Browser: browser.New(s), email: newEmail()}
	if _, err := p.CSRF(ctx); err != nil {
		return p, err
	}
	for i := range op.passkeys {
		email := p.email
		if i > 0 {
			email = "" // to add one takes none
		}
		if a, err := p.Register(ctx, email); err != nil {
			return p, fmt.Errorf("prepare: %w: %s", err, a)
		}
	}
	if op.name == "session refresh" {
		// An UPDATE that changes nothing, within the same millisecond, takes other statements.
		return p, t.MakeDue(ctx)
	}
	return p, nil
}

// faultCase is one fault of one statement.
type faultCase struct {
	*trial
	site       *browser.Site
	controller *faultsql.Controller
	op         operation
	statement  faultsql.Statement
	mode       mode
}

func (c *faultCase) String() string {
	return fmt.Sprintf("%s, statement %d %s, %s %s", c.op.name, c.statement.N, c.statement.Verb, c.mode.name, c.mode.point)
}

func (c *faultCase) run(ctx context.Context) error {
	p, err := c.prepare(ctx, c.site, c.op)
	if err != nil {
		return err
	}
	before, err := c.counters(ctx)
	if err != nil {
		return err
	}
	c.controller.Arm(c.mode.decide(c.Database, c.statement.N))
	start := time.Now()
	a, opErr := c.op.act(ctx, p)
	took := time.Since(start)
	trace, fired := c.controller.Disarm()
	c.tried.Add(int64(fired))
	if fired == 0 {
		c.failf("%s: the statement was not reached", c)
	}
	if took > deadline {
		c.failf("%s: answered after %s", c, took.Round(time.Millisecond))
	}
	// Whether the work was stored although the answer said that it failed.
	// Another statement may have had the number: old records are swept now and then.
	hit := slices.ContainsFunc(trace, func(s faultsql.Statement) bool { return s.N == c.statement.N && s.Verb == "COMMIT" })
	committed := opErr != nil && hit && c.mode.point == faultsql.After
	if opErr != nil {
		c.checkFailure(a)
	}
	c.checkInvariants(ctx, c.String())
	after, err := c.counters(ctx)
	if err != nil {
		return err
	}
	if after.sum < before.sum && c.op.passkeys < 2 { // what a removed passkey counted is gone
		c.failf("%s: I7: a counter went back", c)
	}
	if opErr != nil && p.attempt != nil && after.used > before.used {
		if replayed := p.attempt.Send(ctx); replayed.SignedIn() {
			c.failf("%s: I6: a used challenge was good again", c)
		}
	}
	return c.recover(ctx, p, opErr != nil, committed)
}

// checkFailure looks at the answer of an operation that failed.
func (c *faultCase) checkFailure(a browser.Answer) {
	if a.Status != http.StatusServiceUnavailable {
		c.failf("%s: the answer is not 503: %s", c, a)
	}
	if _, touched := a.Session(); touched {
		c.failf("%s: a failed answer sets or clears the session cookie", c)
	}
	if c.op.name == "session refresh" && string(a.Body) != "null" {
		c.failf("%s: the body is not null: %s", c, a)
	}
}

// recover checks that the person gets what they wanted in the next attempt, and what is left.
func (c *faultCase) recover(ctx context.Context, p *person, failed, committed bool) error {
	if c.op.name == "registration" || c.op.name == "registration, JWT" {
		users, err := c.Count(ctx, `SELECT COUNT(*) FROM "User" WHERE "email" = ?`, p.email)
		if err != nil {
			return err
		}
		if stored := !failed || committed; (users == 1) != stored {
			c.failf("%s: %d users are stored, failed %t, committed %t", c, users, failed, committed)
		}
	}
	orphans := c.orphans(ctx, c.site)
	allowed := 0
	if committed && c.op.site.Strategy != ginauth.StrategyJWT {
		allowed = 1
	}
	if orphans != allowed {
		c.failf("%s: I5: %d sessions that nobody has, expected %d", c, orphans, allowed)
	}
	if orphans > 0 {
		if err := c.Exec(ctx, `DELETE FROM "Session"`); err != nil {
			return err
		}
	}
	if !failed {
		return nil
	}
	if a, err := c.op.again(ctx, p, committed); err != nil {
		c.failf("%s: the next attempt fails: %s", c, a)
	}
	c.checkInvariants(ctx, c.String()+", next attempt")
	return nil
}

// counters are what only grows.
type counters struct{ sum, used int64 }

func (t *trial) counters(ctx context.Context) (c counters, err error) {
	if c.sum, err = t.Count(ctx, `SELECT COALESCE(SUM("counter"), 0) FROM "Authenticator"`); err != nil {
		return c, err
	}
	c.used, err = t.Count(ctx, `SELECT COUNT(*) FROM "VerificationToken" WHERE "identifier" = 'ginauth:webauthn-challenge'`)
	return c, err
}
