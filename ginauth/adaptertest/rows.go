package adaptertest

import (
	"context"
	"maps"
	"slices"

	"github.com/ginauth/ginauth/ginauth"
)

type accountKey struct{ provider, id string }

type tokenKey struct{ identifier, token string }

// rows are the five tables with their unique keys, and how to take back what was written to them.
// They know nothing of locks: [Memory] hands them to one caller at a time.
type rows struct {
	users          map[string]stored[ginauth.User]
	emails         map[string]string   // address to user ID
	spellings      map[string][]string // address in lower case to addresses
	accounts       map[accountKey]stored[ginauth.Account]
	sessions       map[string]stored[ginauth.StoredSession]
	tokens         map[tokenKey]stored[ginauth.VerificationToken]
	authenticators map[string]stored[ginauth.Authenticator]
	credentials    map[string][]string // user ID to credential IDs, oldest first

	written uint64   // rows inserted so far
	depth   int      // calls of run that are under way
	undo    []func() // what takes back their writes, last one last
}

// stored is a row and its place in the order of insertion.
type stored[T any] struct {
	row   T
	order uint64
}

func newRows() *rows {
	return &rows{
		users:          map[string]stored[ginauth.User]{},
		emails:         map[string]string{},
		spellings:      map[string][]string{},
		accounts:       map[accountKey]stored[ginauth.Account]{},
		sessions:       map[string]stored[ginauth.StoredSession]{},
		tokens:         map[tokenKey]stored[ginauth.VerificationToken]{},
		authenticators: map[string]stored[ginauth.Authenticator]{},
		credentials:    map[string][]string{},
	}
}

// run calls fn and takes back everything it wrote unless it returns nil. Calls nest.
func (r *rows) run(ctx context.Context, fn func(r *rows) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mark, kept := len(r.undo), false
	r.depth++
	defer func() {
		r.depth--
		if !kept {
			r.rollback(mark)
		}
		if r.depth == 0 { // committed: nothing is taken back any more
			clear(r.undo)
			r.undo = r.undo[:0]
		}
	}()
	if err := fn(r); err != nil {
		return err
	}
	kept = true
	return nil
}

func (r *rows) rollback(mark int) {
	for i := len(r.undo) - 1; i >= mark; i-- {
		r.undo[i]()
	}
	r.undo = r.undo[:mark]
}

// insert adds a row at the end of the order of insertion.
func insert[K comparable, T any](r *rows, table map[K]stored[T], key K, row T) {
	r.written++
	set(r, table, key, stored[T]{row: row, order: r.written})
}

// update replaces a row that exists and keeps its place.
func update[K comparable, T any](r *rows, table map[K]stored[T], key K, row T) {
	set(r, table, key, stored[T]{row: row, order: table[key].order})
}

func set[K comparable, V any](r *rows, m map[K]V, key K, value V) {
	old, existed := m[key]
	r.undo = append(r.undo, func() {
		if existed {
			m[key] = old
		} else {
			delete(m, key)
		}
	})
	m[key] = value
}

func remove[K comparable, V any](r *rows, m map[K]V, key K) {
	old, existed := m[key]
	if !existed {
		return
	}
	r.undo = append(r.undo, func() { m[key] = old })
	delete(m, key)
}

// inOrder returns the rows of a table, oldest first.
func inOrder[K comparable, T any](table map[K]stored[T]) []T {
	all := slices.SortedFunc(maps.Values(table), func(a, b stored[T]) int {
		if a.order < b.order {
			return -1
		}
		return 1
	})
	list := make([]T, len(all))
	for i, s := range all {
		list[i] = s.row
	}
	return list
}

func cloneAuthenticator(a ginauth.Authenticator) ginauth.Authenticator {
	a.CredentialID = slices.Clone(a.CredentialID)
	a.PublicKey = slices.Clone(a.PublicKey)
	a.Transports = slices.Clone(a.Transports)
	return a
}
