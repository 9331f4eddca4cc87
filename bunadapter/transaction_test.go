package bunadapter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestRetry(t *testing.T) {
	deadlock, busy, unique := &mysqlError{1213}, &moderncError{5}, &pgxError{"23505"}
	for _, tt := range []struct {
		name  string
		errs  []error // of the calls in turn, then nil
		calls int
		want  error
	}{
		{"success", nil, 1, nil},
		{"one deadlock", []error{deadlock}, 2, nil},
		{"three", []error{deadlock, busy, wrap(deadlock)}, 4, nil},
		{"within ginauth's errors", []error{stored(deadlock), stored(busy), stored(mattnError{5, 517})}, 4, nil},
		{"four within ginauth's errors", []error{stored(deadlock), joined(deadlock), stored(&mysqlError{1020}), stored(deadlock)}, 4, deadlock},
		{"a row that changed", []error{&mysqlError{1020}}, 2, nil},
		{"four", []error{deadlock, deadlock, deadlock, busy}, 4, busy},
		{"conflict", []error{unique}, 1, unique},
		{"commit of unknown outcome", []error{&commitError{errors.ErrUnsupported}}, 1, errors.ErrUnsupported},
		{"commit while busy", []error{&commitError{busy}}, 1, busy},
		{"commit that was rolled back", []error{&commitError{&pgxError{"40001"}}}, 2, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				err := retry(t.Context(), func() error {
					if calls++; calls <= len(tt.errs) {
						return tt.errs[calls-1]
					}
					return nil
				})
				if calls != tt.calls || !errors.Is(err, tt.want) {
					t.Errorf("%d calls, error %v; want %d calls, error %v", calls, err, tt.calls, tt.want)
				}
			})
		})
	}

	t.Run("the caller goes away", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		calls := 0
		err := retry(ctx, func() error {
			calls++
			leave()
			return deadlock
		})
		if calls != 1 || !errors.Is(err, deadlock) {
			t.Errorf("%d calls, error %v", calls, err)
		}
	})
}
