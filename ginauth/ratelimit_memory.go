package ginauth

import (
	"context"
	"math"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// memoryKeys is how many keys are counted in memory; the one that was asked for longest ago goes first.
const memoryKeys = 100_000

// memoryLimiter is the default limiter: a token bucket for each key.
type memoryLimiter struct {
	buckets *lru.Cache[string, *rate.Limiter]
}

func newMemoryLimiter(keys int) (*memoryLimiter, error) {
	buckets, err := lru.New[string, *rate.Limiter](keys)
	return &memoryLimiter{buckets}, err
}

func (m *memoryLimiter) Take(_ context.Context, key string, limit Limit) (time.Duration, error) {
	bucket, ok := m.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(float64(limit.Requests)/limit.Per.Seconds()), limit.Requests)
		// Of two first requests at the same time both must count against one bucket.
		if other, ok, _ := m.buckets.PeekOrAdd(key, bucket); ok {
			bucket = other
		}
	}
	now := time.Now()
	if bucket.AllowN(now, 1) {
		return 0, nil
	}
	return untilNext(bucket, now), nil
}

func (m *memoryLimiter) Peek(_ context.Context, key string, _ Limit) (time.Duration, error) {
	bucket, ok := m.buckets.Get(key)
	if !ok {
		return 0, nil
	}
	return untilNext(bucket, time.Now()), nil
}

// untilNext is how long it takes until the bucket holds a whole token.
func untilNext(bucket *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - bucket.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(missing / float64(bucket.Limit()) * float64(time.Second)))
}
