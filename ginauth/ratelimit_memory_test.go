package ginauth

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
)

func memory(tb testing.TB, keys int) *memoryLimiter {
	tb.Helper()
	m, err := newMemoryLimiter(keys)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func (m *memoryLimiter) mustTake(key string, limit Limit) time.Duration {
	wait, _ := m.Take(context.Background(), key, limit)
	return wait
}

func (m *memoryLimiter) mustPeek(key string, limit Limit) time.Duration {
	wait, _ := m.Peek(context.Background(), key, limit)
	return wait
}

func TestMemoryLimiter(t *testing.T) {
	for _, limit := range []Limit{{1, time.Second}, {3, time.Hour}, {5, time.Minute}, {7, time.Minute}, {120, time.Minute}} {
		t.Run(strconv.Itoa(limit.Requests)+" in "+limit.Per.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memory(t, 10)
				for i := range limit.Requests {
					if wait := m.mustPeek("a", limit); wait != 0 {
						t.Fatalf("before request %d: wait %s", i+1, wait)
					}
					if wait := m.mustTake("a", limit); wait != 0 {
						t.Fatalf("request %d: wait %s", i+1, wait)
					}
				}
				share := limit.Per / time.Duration(limit.Requests)
				for range 3 { // refused requests do not count
					if wait := m.mustTake("a", limit); wait < share-time.Microsecond || wait > share+time.Microsecond {
						t.Fatalf("wait %s, want %s", wait, share)
					}
				}
				if wait := m.mustTake("b", limit); wait != 0 {
					t.Errorf("another key: wait %s", wait)
				}
				time.Sleep(m.mustPeek("a", limit) - time.Millisecond)
				if m.mustTake("a", limit) == 0 {
					t.Error("allowed before the time that it said")
				}
				time.Sleep(m.mustPeek("a", limit))
				if wait := m.mustTake("a", limit); wait != 0 {
					t.Errorf("at the time that it said: wait %s", wait)
				}
				time.Sleep(limit.Per)
				for i := range limit.Requests {
					if wait := m.mustTake("a", limit); wait != 0 {
						t.Fatalf("request %d after a rest: wait %s", i+1, wait)
					}
				}
			})
		})
	}
}

func TestMemoryLimiterIsBounded(t *testing.T) {
	m, limit := memory(t, 2), Limit{1, time.Hour}
	m.mustTake("a", limit)
	m.mustTake("b", limit)
	if m.mustTake("a", limit) == 0 {
		t.Fatal("a was allowed twice")
	}
	m.mustTake("c", limit)
	if m.buckets.Len() != 2 {
		t.Errorf("%d keys, want 2", m.buckets.Len())
	}
	if m.mustPeek("a", limit) == 0 {
		t.Error("the key that was asked for last has gone")
	}
	if m.mustPeek("b", limit) != 0 {
		t.Error("the key that was asked for longest ago is still there")
	}
}

// TestMemoryLimiterFirstRequests sends the first requests of many keys at the same time.
func TestMemoryLimiterFirstRequests(t *testing.T) {
	m, limit := memory(t, 10), Limit{1, time.Hour}
	for i := range 3000 {
		key := strconv.Itoa(i)
		var allowed atomic.Int32
		var all sync.WaitGroup
		start := make(chan struct{})
		for range 8 {
			all.Go(func() {
				<-start
				if m.mustTake(key, limit) == 0 {
					allowed.Add(1)
				}
			})
		}
		close(start)
		all.Wait()
		if n := allowed.Load(); n != 1 {
			t.Fatalf("%d requests were allowed, want 1", n)
		}
	}
}

func TestMemoryLimiterRace(t *testing.T) {
	m, limit := memory(t, 10), Limit{50, time.Hour}
	var allowed atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 20 {
				if m.mustTake("a", limit) == 0 {
					allowed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if n := allowed.Load(); n != 50 {
		t.Errorf("%d of 320 requests were allowed, want 50", n)
	}
}

func BenchmarkMemoryLimiter(b *testing.B) {
	m, limit := memory(b, memoryKeys), Limit{120, time.Minute}
	b.ReportAllocs()
	for b.Loop() {
		m.mustTake("ginauth:session:203.0.113.7", limit)
	}
}

// BenchmarkMemoryLimiterNewKeys is what a flood of made-up keys costs.
func BenchmarkMemoryLimiterNewKeys(b *testing.B) {
	m, limit := memory(b, memoryKeys), Limit{120, time.Minute}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.mustTake("ginauth:session:"+strconv.Itoa(i), limit)
	}
}

// BenchmarkLimitAddress is what limits add to every request.
func BenchmarkLimitAddress(b *testing.B) {
	l, err := newLimiting(Config{Secret: "kX7Qv2mN9pR4tW8yZ1aB5cD6eF3gH0jL", Logger: slog.New(slog.DiscardHandler), RateLimit: RateLimitConfig{
		TrustedProxies: prefixes("127.0.0.0/8"),
		Limits:         RateLimits{Read: Limit{1 << 30, time.Second}},
	}})
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/auth/session", http.NoBody)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	x := &exchange{Auth: &Auth{limiting: l}, c: &gin.Context{Request: r}, ctx: b.Context(), action: "session"}
	b.ReportAllocs()
	for b.Loop() {
		if err := x.limitAddress(); err != nil {
			b.Fatal(err)
		}
	}
}
