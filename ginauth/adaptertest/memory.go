package adaptertest

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/ginauth/ginauth/ginauth"
)

// Memory is an adapter that keeps everything in memory. It implements every interface that ginauth
// knows of, with the unique keys of the Auth.js schema but without its foreign keys. The zero value
// is not usable: call [NewMemory].
//
// Times are stored in UTC and cut to milliseconds, as the databases' columns do.
type Memory struct {
	methods
	mu   sync.Mutex
	rows *rows
}

var (
	_ ginauth.Adapter            = (*Memory)(nil)
	_ ginauth.SessionAdapter     = (*Memory)(nil)
	_ ginauth.TokenAdapter       = (*Memory)(nil)
	_ ginauth.TokenLookupAdapter = (*Memory)(nil)
	_ ginauth.PasskeyAdapter     = (*Memory)(nil)
	_ ginauth.TxAdapter          = (*Memory)(nil)
	_ ginauth.ClaimAdapter       = (*Memory)(nil)
	_ ginauth.ManagementAdapter  = (*Memory)(nil)
)

// NewMemory returns an empty adapter.
func NewMemory() *Memory {
	m := &Memory{rows: newRows()}
	m.run = m.locked
	return m
}

// locked calls fn with the rows while nobody else has them. What fn wrote before it failed is undone.
func (m *Memory) locked(ctx context.Context, fn func(r *rows) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows.run(ctx, fn)
}

// InTx runs fn while no other call reaches the rows: fn must use tx alone, a call of m itself would
// wait forever. A unique key that refuses a write within fn makes InTx fail, even if fn goes on and
// returns nil, for so do databases.
func (m *Memory) InTx(ctx context.Context, fn func(tx ginauth.Adapter) error) error {
	return m.run(ctx, func(r *rows) error { return inTx(ctx, r, fn) })
}

// newID returns a UUID of version 4.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
