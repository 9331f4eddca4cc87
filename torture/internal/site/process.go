package site

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ginauth/ginauth/torture/internal/browser"
)

// startTime is how long a process may take until it listens.
const startTime = 30 * time.Second

// Process is a running example server.
type Process struct {
	command   *exec.Cmd
	transport *http.Transport
	address   string
	ended     chan struct{}
	// Panics counts lines of the log that tell of one.
	Panics atomic.Int64
	// races are the lines in which the race detector reports, of a program that was built with it.
	races []string
}

var listening = regexp.MustCompile(`listening=http://(\S+)`)

// Start starts the example server on a free port and waits until it listens. The settings are
// added to its environment.
func Start(ctx context.Context, program string, settings ...string) (*Process, error) {
	p := &Process{command: exec.CommandContext(ctx, program), ended: make(chan struct{})}
	p.command.Env = append(append(os.Environ(), "HOST=127.0.0.1", "PORT=0", "AUTH_URL="+browser.Origin, "RATE_LIMIT=off"), settings...)
	// It must not outlive this process, whatever becomes of it.
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	stderr, err := p.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("%w (make build makes the example server)", err)
	}
	address := make(chan string, 1)
	log := make(chan string, 1)
	go p.read(stderr, address, log)
	select {
	case p.address = <-address:
	case text := <-log:
		<-p.ended
		return nil, fmt.Errorf("the example server ended: %s", text)
	case <-time.After(startTime):
		return nil, errors.Join(fmt.Errorf("the example server does not listen after %s", startTime), p.Kill())
	}
	p.transport = &http.Transport{MaxIdleConnsPerHost: 64}
	return p, nil
}

// read follows the log until the process ends.
func (p *Process) read(stderr io.Reader, address, log chan<- string) {
	defer close(p.ended)
	var last string
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		last = lines.Text()
		if len(p.races) > 0 && len(p.races) < maxReport || last == dataRace {
			p.races = append(p.races, last)
		}
		if found := listening.FindStringSubmatch(last); found != nil {
			address <- found[1]
		}
		if panicked.MatchString(last) {
			p.Panics.Add(1)
		}
	}
	log <- last
	_ = p.command.Wait() // killed, in most cases
}

const (
	// dataRace is how the race detector begins a report, raceExit how it ends the program.
	dataRace = "WARNING: DATA RACE"
	raceExit = 66
	// maxReport is how many lines of reports are kept: the two accesses of the first one.
	maxReport = 40
)

var panicked = regexp.MustCompile(`^panic: |msg="?(ginauth: )?panic`)

// Send is a [browser.Instance].
func (p *Process) Send(r *http.Request) (*http.Response, error) {
	r.Host = r.URL.Host
	r.URL.Host = p.address
	return p.transport.RoundTrip(r)
}

// PID is the number of the process.
func (p *Process) PID() int { return p.command.Process.Pid }

// Kill ends the process at once, as kill -9 does. It fails as Stop does.
func (p *Process) Kill() error { return p.end(syscall.SIGKILL) }

// Stop lets the process finish what it is doing. It fails when the process does not end, has
// panicked, or had a data race.
func (p *Process) Stop() error { return p.end(syscall.SIGTERM) }

func (p *Process) end(signal os.Signal) error {
	if p.transport != nil {
		// A connection that was never used would hold up a server that shuts down.
		p.transport.CloseIdleConnections()
	}
	if err := p.command.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
	case <-time.After(startTime):
		return errors.Join(errors.New("the example server does not end"), p.command.Process.Kill())
	}
	return p.trouble()
}

// trouble is what the process had that none should, once it has ended.
func (p *Process) trouble() error {
	var errs []error
	if n := p.Panics.Load(); n > 0 {
		errs = append(errs, fmt.Errorf("%d panics in the example server", n))
	}
	if len(p.races) > 0 || p.command.ProcessState.ExitCode() == raceExit {
		errs = append(errs, fmt.Errorf("the example server had a data race:\n%s", strings.Join(p.races, "\n")))
	}
	return errors.Join(errs...)
}
