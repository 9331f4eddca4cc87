package main

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/ginauth/ginauth/bunadapter"
)

const migrateTime = time.Minute

// newAdapter makes the tables in a database that has none. Tables that exist stay as they are.
func newAdapter(ctx context.Context, db *bun.DB) (userStore, error) {
	ctx, cancel := context.WithTimeout(ctx, migrateTime)
	defer cancel()
	if err := bunadapter.Migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("DATABASE_URL: the tables cannot be made: %w", err)
	}
	return bunadapter.New(db), nil
}
