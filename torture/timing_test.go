package main

import (
	"math"
	"testing"
)

// The p values come from the definition of U, by counting pairs.
func TestMannWhitney(t *testing.T) {
	for _, c := range []struct {
		a, b []int
		want float64
	}{
		{[]int{1, 2, 3, 4, 5}, []int{6, 7, 8, 9, 10}, 0.012185780355344},
		{[]int{1, 2, 2, 3, 4}, []int{2, 3, 3, 5, 5}, 0.197395731844499},
		{[]int{1, 1, 1}, []int{1, 1, 1}, 1},
		{[]int{3, 1, 2}, []int{2, 3, 1}, 1},
	} {
		if got := mannWhitney(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v, %v: p = %.15f, expected %.15f", c.a, c.b, got, c.want)
		}
	}
}
