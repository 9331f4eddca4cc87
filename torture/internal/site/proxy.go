package site

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Cut is what a [Proxy] does with a commit.
type Cut int

// The places to cut.
const (
	// NoCut passes everything on.
	NoCut Cut = iota
	// CutBefore ends the connection instead of passing the commit on.
	CutBefore
	// CutSent ends it as soon as the commit was sent.
	CutSent
	// CutAnswered ends it when the database has answered, and keeps the answer.
	CutAnswered
	// Silence passes neither the commit on nor anything after it, and keeps the connection open.
	Silence
)

// Proxy stands between a server and its database, and does harm.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	cut   Cut
	fired int
	delay time.Duration
	ended chan struct{} // closed when the delay changes
	down  bool
	conns map[net.Conn]struct{}
}

// NewProxy listens on this machine and passes on to target, a host and port.
func NewProxy(ctx context.Context, target string) (*Proxy, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, target: target, ended: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	go p.serve(ctx)
	return p, nil
}

// Address is where the proxy listens.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// CutNext makes the next commit, of any connection, go wrong.
func (p *Proxy) CutNext(c Cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = c
}

// Fired is how many commits were cut.
func (p *Proxy) Fired() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fired
}

// Delay makes everything that is sent to the database take longer. What an earlier delay held up
// goes on.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
	close(p.ended)
	p.ended = make(chan struct{})
}

// SetDown ends all connections and refuses new ones, until it is up again.
func (p *Proxy) SetDown(down bool) {
	p.mu.Lock()
	p.down = down
	p.mu.Unlock()
	if down {
		p.endAll()
	}
}

// Close ends everything.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.endAll()
	return err
}

func (p *Proxy) endAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close() // both ends learn of it
	}
}

func (p *Proxy) serve(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.pass(ctx, client)
	}
}

func (p *Proxy) pass(ctx context.Context, client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		return
	}
	server, err := new(net.Dialer).DialContext(ctx, "tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	p.conns[client], p.conns[server] = struct{}{}, struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.conns, client)
		delete(p.conns, server)
		p.mu.Unlock()
	}()
	answers := &answers{to: client}
	go func() {
		_, _ = io.Copy(answers, server) // ends with either connection
		_ = client.Close()
	}()
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil || p.forward(ctx, buffer[:n], server, answers) != nil {
			return
		}
	}
}

var errCut = errors.New("cut")

// forward passes a chunk on. A commit is a statement of its own, so it comes as one chunk.
func (p *Proxy) forward(ctx context.Context, chunk []byte, server net.Conn, answers *answers) error {
	p.mu.Lock()
	cut, delay, ended := NoCut, p.delay, p.ended
	if p.cut != NoCut && bytes.Contains(bytes.ToLower(chunk), []byte("commit")) {
		cut, p.cut = p.cut, NoCut
		p.fired++
	}
	p.mu.Unlock()
	if delay > 0 {
		select {
		case <-time.After(delay):
		case <-ended:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch cut {
	case CutBefore:
		return errCut
	case Silence:
		answers.mute()
		return nil
	case CutAnswered:
		answered := answers.mute()
		if _, err := server.Write(chunk); err != nil {
			return err
		}
		select {
		case <-answered:
		case <-time.After(5 * time.Second):
		}
		return errCut
	}
	if cut == CutSent {
		answers.mute() // it may be there before this connection has ended
	}
	_, err := server.Write(chunk)
	if cut == CutSent {
		return errCut
	}
	return err
}

// answers are what the database sends; muted, they go nowhere.
type answers struct {
	to net.Conn

	mu    sync.Mutex
	muted chan struct{} // gets a value with the first answer
}

func (a *answers) mute() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.muted = make(chan struct{}, 1)
	return a.muted
}

func (a *answers) Write(b []byte) (int, error) {
	a.mu.Lock()
	muted := a.muted
	a.mu.Unlock()
	if muted == nil {
		return a.to.Write(b)
	}
	select {
	case muted <- struct{}{}:
	default:
	}
	return len(b), nil
}
