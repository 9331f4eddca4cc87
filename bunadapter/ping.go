package bunadapter

import "context"

// Ping returns an error when the database cannot be used at the moment. It reads no row, but asks
// for a table: a node of a cluster that has lost its quorum answers SELECT 1, and so does a server
// whose tables are gone. It is meant for a load balancer's question whether this instance is ready.
func (a *Adapter) Ping(ctx context.Context) error {
	l, err := a.usable(ctx, func(l *layout) *table { return l.user })
	if err != nil {
		return err
	}
	_, err = a.exec(ctx, "SELECT 1 FROM "+l.user.sql+" WHERE 1 = 0", nil)
	return l.user.explain(reading, err)
}
