package ginauth

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	// ticketWait is the longest that an attempt waits for others of the same person to end.
	ticketWait = 3 * time.Second
	// ticketQueue is how many attempts may wait for one person.
	ticketQueue = 100
)

// tickets bounds the attempts of a person or passkey that run at the same time at this instance: no
// more of them run than may fail. An attempt takes a ticket before the proof is looked at. It keeps
// the ticket when the proof was wrong and gives it back otherwise.
//
// When there is no ticket left, but one of those that are out may come back, an attempt waits for it:
// people who sign in on several devices at once are not in each other's way.
//
// A limiter that cannot take a ticket back is asked before an attempt and told after a failure, so
// attempts of one person then run one after the other. One that fails is replaced by the counts of
// this instance as long as it does: a flood that brings it down must not open the way for guesses.
type tickets struct {
	mu   sync.Mutex
	keys map[string]*ticketLine
}

// ticketLine is what goes on for one key.
type ticketLine struct {
	// asking and out are the attempts that ask for a ticket, and those that have one.
	asking, out int
	// waiting are told true when asking again may help, and false when nothing comes back.
	waiting []chan bool
}

// ticket is the permission to try once. Nil is that of a limiter that is off.
type ticket struct {
	line *ticketLine
	key  string
	// local says that this instance has counted it, because the limiter failed.
	local bool
}

// take waits for a ticket. The error is a *rateLimitError.
func (l *limiting) take(ctx context.Context, name, key string, limit Limit) (*ticket, error) {
	if limit.Requests < 0 {
		return nil, nil
	}
	atOnce := limit.Requests
	if l.returning == nil {
		atOnce = 1
	}
	line, wake := l.tickets.join(key, atOnce)
	wait := time.Second // as long as nothing is known but that others take their time
	for {
		if wake == nil {
			var local bool
			if wait, local = l.askTicket(ctx, key, limit); wait == 0 {
				l.tickets.got(line)
				return &ticket{line: line, key: key, local: local}, nil
			}
			wake = l.tickets.queue(key, line)
		}
		if wake == nil || !l.tickets.wait(ctx, key, line, wake) {
			return nil, &rateLimitError{name, wait}
		}
		wake = nil
	}
}

// askTicket returns how long it takes until there is a ticket; zero is one.
func (l *limiting) askTicket(ctx context.Context, key string, limit Limit) (wait time.Duration, local bool) {
	wait, err := l.ask(ctx, key, limit, l.returning != nil)
	if err != nil {
		return l.local.take(key, limit), true
	}
	return wait, false
}

// settle ends an attempt.
func (l *limiting) settle(ctx context.Context, t *ticket, failed bool) {
	limit := l.Limits.Failures
	switch {
	case t.local && !failed:
		l.local.giveBack(t.key, limit)
	case t.local:
	case l.returning == nil && failed:
		// The answer is a refusal already.
		if _, err := l.ask(ctx, t.key, limit, true); err != nil {
			l.local.take(t.key, limit)
		}
	case l.returning != nil && !failed:
		ctx, cancel := l.bounded(ctx)
		defer cancel()
		if err := l.giveBack(ctx, t.key, limit); err != nil {
			l.logOutage.Do(func() {
				l.logger.LogAttrs(ctx, slog.LevelError, "ginauth: rate limiter failed, a sign-in that succeeded counts as a failure", slog.String("error", oneLine(err.Error())))
			})
		}
	}
	l.tickets.end(t, l.returning == nil || !failed)
}

// join begins an attempt: the limiter may be asked, or what is returned is to be waited for. There
// cannot be more than atOnce tickets, so no more attempts ask.
func (t *tickets) join(key string, atOnce int) (line *ticketLine, wake chan bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys == nil {
		t.keys = map[string]*ticketLine{}
	}
	if line = t.keys[key]; line == nil {
		line = &ticketLine{}
		t.keys[key] = line
	}
	if line.asking+line.out >= atOnce {
		wake = line.enqueue()
		return line, wake
	}
	line.asking++
	return line, nil
}

func (t *tickets) got(line *ticketLine) {
	t.mu.Lock()
	defer t.mu.Unlock()
	line.asking--
	line.out++
}

// queue lets an attempt that was refused wait. It returns nil when nothing can come back.
func (t *tickets) queue(key string, line *ticketLine) (wake chan bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	line.asking--
	if line.idle() {
		t.settled(key, line)
		return nil
	}
	return line.enqueue()
}

// wait reports whether it is worth to ask the limiter again.
func (t *tickets) wait(ctx context.Context, key string, line *ticketLine, wake chan bool) bool {
	timer := time.NewTimer(ticketWait)
	defer timer.Stop()
	select {
	case again := <-wake:
		return again
	case <-timer.C:
	case <-ctx.Done():
	}
	t.leave(key, line, wake)
	return false
}

// leave ends the wait of an attempt that gives up. What it was told just then goes to the next.
func (t *tickets) leave(key string, line *ticketLine, wake chan bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(line.waiting, wake); i >= 0 {
		line.waiting = slices.Delete(line.waiting, i, i+1)
	} else if <-wake {
		line.asking--
		line.callNext()
	}
	t.settled(key, line)
}

// end returns the place of an attempt to the line.
func (t *tickets) end(ended *ticket, again bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ended.line.out--
	if again {
		ended.line.callNext()
	}
	t.settled(ended.key, ended.line)
}

// enqueue returns what tells how to go on. A line that is full turns away at once.
func (l *ticketLine) enqueue() chan bool {
	wake := make(chan bool, 1)
	if len(l.waiting) < ticketQueue {
		l.waiting = append(l.waiting, wake)
	} else {
		wake <- false
	}
	return wake
}

// idle reports whether nothing is going on that could give a ticket back.
func (l *ticketLine) idle() bool { return l.asking+l.out == 0 }

func (l *ticketLine) callNext() {
	if len(l.waiting) == 0 {
		return
	}
	l.waiting[0] <- true
	l.waiting = l.waiting[1:]
	l.asking++
}

// settled sends everybody home for whom nothing can come back any more.
func (t *tickets) settled(key string, line *ticketLine) {
	if !line.idle() {
		return
	}
	for _, wake := range line.waiting {
		wake <- false
	}
	line.waiting = nil
	if t.keys[key] == line {
		delete(t.keys, key)
	}
}
