// Package faultsql wraps a database/sql driver and makes chosen statements fail: before they reach
// the database, after they were executed, or while their rows are read. It also counts and traces
// them. What fails is chosen by number, so a run can be repeated.
package faultsql

import (
	"strings"
	"sync"
	"time"
)

// Statement is one step that a connection takes.
type Statement struct {
	// N counts from 1 since Arm. A CONNECT has the number of the statement before it.
	N int
	// Verb is CONNECT, BEGIN, COMMIT, ROLLBACK, or the first word of the SQL.
	Verb string
	// Rows says that it is a query.
	Rows bool
	// SQL is its text, or Verb alone.
	SQL string
}

// Point is when a fault happens.
type Point int

// The points of a statement.
const (
	// Before: the database never sees the statement.
	Before Point = iota
	// After: the database has executed it, and its answer is lost.
	After
	// Reading: the query was executed, and reading its first row fails.
	Reading
)

func (p Point) String() string { return [...]string{"before", "after", "reading"}[p] }

// Fault is what goes wrong.
type Fault struct {
	Point Point
	// Drop closes the connection first.
	Drop bool
	// Provoke is SQL that is executed instead; the last of it makes the database itself report the error.
	Provoke []string
	// Err is reported when Provoke is empty.
	Err error
	// Wait delays the statement; without anything else, that is all.
	Wait time.Duration

	ended <-chan struct{}
}

// Decide reports whether a statement fails, and how. It is called by one goroutine at a time.
type Decide func(s Statement) (f Fault, fails bool)

// Controller decides for all connections of a [Connector]. It is safe for concurrent use.
type Controller struct {
	mu     sync.Mutex
	armed  bool
	decide Decide
	trace  []Statement
	n      int
	fired  int
	ended  chan struct{} // closed by Disarm
}

// Arm starts to count, and asks decide about every statement; nil only counts.
func (c *Controller) Arm(decide Decide) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.armed, c.decide, c.trace, c.n, c.fired, c.ended = true, decide, nil, 0, 0, make(chan struct{})
}

// Disarm ends that, waits included, and returns the statements and how many of them failed or waited.
func (c *Controller) Disarm() (trace []Statement, fired int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.armed {
		close(c.ended)
	}
	c.armed, c.decide = false, nil
	return c.trace, c.fired
}

// next counts a statement and asks about it.
func (c *Controller) next(query string, rows bool) (Fault, bool) {
	verb := verbOf(query)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.armed {
		return Fault{}, false
	}
	if verb != "CONNECT" {
		c.n++
	}
	s := Statement{N: c.n, Verb: verb, Rows: rows, SQL: query}
	if verb != "CONNECT" && len(c.trace) < 1000 {
		c.trace = append(c.trace, s)
	}
	if c.decide == nil {
		return Fault{}, false
	}
	f, fails := c.decide(s)
	f.ended = c.ended
	if fails {
		c.fired++
	}
	return f, fails
}

func verbOf(query string) string {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	return strings.ToUpper(verb)
}
