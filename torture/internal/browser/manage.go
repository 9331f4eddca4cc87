package browser

import (
	"context"
	"net/http"
)

// RemovePasskey asks the application to remove a passkey. The browser keeps the session that follows.
func (b *Browser) RemovePasskey(ctx context.Context, p *Passkey) Answer {
	return b.remove(ctx, "/api/passkeys/"+encode(p.ID))
}

// EndSessions asks the application to sign the person out everywhere.
func (b *Browser) EndSessions(ctx context.Context) Answer { return b.remove(ctx, "/api/sessions") }

func (b *Browser) remove(ctx context.Context, path string) Answer {
	a := b.do(ctx, http.MethodDelete, path, nil, b.cookies)
	b.keep(a)
	return a
}
