package ginauth

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// memoryKeys is how many keys are counted in memory. When there are more, the key that was asked for
// longest ago is forgotten.
const memoryKeys = 100_000

// memoryLimiter is the default limiter: a bucket for each key, by the generic cell rate algorithm.
type memoryLimiter struct {
	buckets *lru.Cache[string, *bucket]
}

var _ ReturningLimiter = (*memoryLimiter)(nil)

func newMemoryLimiter(keys int) (*memoryLimiter, error) {
	buckets, err := lru.New[string, *bucket](keys)
	return &memoryLimiter{buckets}, err
}

// Take implements [RateLimiter].
func (m *memoryLimiter) Take(_ context.Context, key string, limit Limit) (time.Duration, error) {
	return m.take(key, limit), nil
}

// Peek implements [RateLimiter].
func (m *memoryLimiter) Peek(_ context.Context, key string, limit Limit) (time.Duration, error) {
	return m.peek(key, limit), nil
}

// GiveBack implements [ReturningLimiter].
func (m *memoryLimiter) GiveBack(_ context.Context, key string, limit Limit) error {
	m.giveBack(key, limit)
	return nil
}

func (m *memoryLimiter) giveBack(key string, limit Limit) {
	if b, ok := m.buckets.Get(key); ok {
		b.giveBack(limit)
	}
}

func (m *memoryLimiter) take(key string, limit Limit) time.Duration {
	b, ok := m.buckets.Get(key)
	if !ok {
		b = &bucket{}
		// Of two first requests at the same time both must count against one bucket.
		if other, ok, _ := m.buckets.PeekOrAdd(key, b); ok {
			b = other
		}
	}
	return b.take(limit)
}

func (m *memoryLimiter) peek(key string, limit Limit) time.Duration {
	b, ok := m.buckets.Get(key)
	if !ok {
		return 0
	}
	return b.peek(limit)
}

// bucket counts the requests of one key.
type bucket struct {
	mu sync.Mutex
	// emptyAt is when nothing of what was taken counts any more. Each request moves it by its share
	// of the period.
	emptyAt time.Time
}

func (b *bucket) take(limit Limit) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if wait := b.wait(now, limit); wait > 0 {
		return wait
	}
	if b.emptyAt.Before(now) {
		b.emptyAt = now
	}
	b.emptyAt = b.emptyAt.Add(limit.share())
	return 0
}

func (b *bucket) peek(limit Limit) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wait(time.Now(), limit)
}

func (b *bucket) giveBack(limit Limit) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.emptyAt = b.emptyAt.Add(-limit.share())
}

// wait returns how long it takes until one more request fits into the period.
func (b *bucket) wait(now time.Time, limit Limit) time.Duration {
	if !b.emptyAt.After(now) {
		return 0
	}
	return max(0, b.emptyAt.Sub(now)-time.Duration(limit.Requests-1)*limit.share())
}

// share is the time after which one more request is allowed.
func (l Limit) share() time.Duration { return l.Per / time.Duration(l.Requests) }
