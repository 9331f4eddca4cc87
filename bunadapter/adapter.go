package bunadapter

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/ginauth"
)

// Adapter implements every interface that ginauth knows of on a database. It is safe for concurrent
// use. Adapters are made by [New].
type Adapter struct {
	*core
	// tx is the transaction that all methods run in, nil for the adapter that New made.
	tx *transaction
	// plain are the tables to which rows are written without decoration.
	plain map[string]bool
}

var _ interface {
	ginauth.Adapter
	ginauth.SessionAdapter
	ginauth.TokenAdapter
	ginauth.PasskeyAdapter
	ginauth.TxAdapter
	ginauth.TokenLookupAdapter
	ginauth.ClaimAdapter
	ginauth.ManagementAdapter
	ginauth.FitChecker
	ginauth.TableChecker
} = (*Adapter)(nil)

// core is what an adapter and its transactions share.
type core struct {
	db      *bun.DB
	options options

	looking sync.Mutex // held while the tables are looked at
	seen    atomic.Pointer[layout]
	// told is the logger that ginauth.Register told.
	told atomic.Pointer[slog.Logger]
}

// logger is where warnings go.
func (c *core) logger() *slog.Logger {
	return cmp.Or(c.options.logger, c.told.Load(), slog.Default())
}

// New returns an adapter for db, whose dialect is PostgreSQL, MySQL or SQLite.
//
// New does not touch the database. The tables are looked at by [Adapter.Check], or else by the
// first call that needs them; without options the adapter finds out whether they have the names of
// Prisma's or of Drizzle's schema.
func New(db *bun.DB, opts ...Option) *Adapter {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return &Adapter{core: &core{db: db, options: o}}
}

// layout returns what is known of the tables, and looks at them when nothing is.
func (c *core) layout(ctx context.Context) (*layout, error) {
	if l := c.seen.Load(); l != nil {
		return l, nil
	}
	c.looking.Lock()
	defer c.looking.Unlock()
	if l := c.seen.Load(); l != nil {
		return l, nil
	}
	return c.look(ctx)
}

// look looks at the tables. A failure is not remembered: the database may be repaired meanwhile.
func (c *core) look(ctx context.Context) (*layout, error) {
	l, err := inspect(ctx, c.db, &c.options)
	if err != nil {
		return nil, err
	}
	c.seen.Store(l)
	return l, nil
}
