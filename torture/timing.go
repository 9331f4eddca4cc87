package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/database"
	"github.com/ginauth/ginauth/torture/internal/site"
)

// maxDifference is how far the medians for somebody and for nobody may be apart.
const maxDifference = 500 * time.Microsecond

// timing measures how long the guesses take, about somebody and about nobody in a random order.
func timing(ctx context.Context, t *trial) error {
	for _, guess := range guesses() {
		s, stop, err := t.oneServer(site.Options{HideAccounts: true}, database.Options{})
		if err != nil {
			return err
		}
		err = t.measure(ctx, s, guess)
		stop()
		if err != nil {
			return fmt.Errorf("%s: %w", guess.name, err)
		}
		if err := t.Clear(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *trial) measure(ctx context.Context, s *browser.Site, guess guess) error {
	g, err := newGuessing(ctx, s)
	if err != nil {
		return err
	}
	order := make([]bool, 2*t.size.timing)
	for i := range order {
		order[i] = i%2 == 0
	}
	rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] }) //nolint:gosec // G404: any order will do
	var known, unknown []time.Duration
	for _, somebody := range order {
		prepare := guess.unknown
		if somebody {
			prepare = guess.known
		}
		send, err := prepare(ctx, g)
		if err != nil {
			return err
		}
		start := time.Now()
		send()
		took := time.Since(start)
		if somebody {
			known = append(known, took)
		} else {
			unknown = append(unknown, took)
		}
		t.tried.Add(1)
	}
	a, b := middle(known), middle(unknown)
	t.notef("%s: %s for somebody, %s for nobody, %+d µs, p = %.2g", guess.name,
		a.Round(time.Microsecond), b.Round(time.Microsecond), (a - b).Microseconds(), mannWhitney(known, unknown))
	if (a - b).Abs() >= maxDifference {
		t.failf("%s: the medians are %s apart", guess.name, (a - b).Abs())
	}
	return ctx.Err()
}

// middle is the median.
func middle(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// mannWhitney is the two-sided p value of the U test: how likely samples of one distribution differ
// by more. It takes the normal approximation, with ties corrected for.
func mannWhitney[T cmp.Ordered](a, b []T) float64 {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	rank, ties := map[T]float64{}, 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j] == all[i] {
			j++
		}
		rank[all[i]] = float64(i+j+1) / 2
		n := float64(j - i)
		ties += n*n*n - n
		i = j
	}
	u := 0.0
	for _, x := range a {
		u += rank[x]
	}
	n, m := float64(len(a)), float64(len(b))
	u -= n * (n + 1) / 2
	variance := n * m / 12 * (n + m + 1 - ties/((n+m)*(n+m-1)))
	if variance <= 0 {
		return 1
	}
	z := max(0, math.Abs(u-n*m/2)-0.5) / math.Sqrt(variance)
	return math.Erfc(z / math.Sqrt2)
}
