package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ginauth/ginauth/torture/internal/browser"
	"github.com/ginauth/ginauth/torture/internal/site"
)

const soakClients = 16

// sample is what a server has in use.
type sample struct{ memory, files, goroutines int }

// soak lets people use a process of the example and a server in this process for a long time. Of
// their requests 90 % are about the session, 8 % are sign-ins, 2 % registrations.
func soak(ctx context.Context, t *trial) error {
	process, err := t.startExample(ctx, "AUTH_SECRET="+site.NewSecret())
	if err != nil {
		return err
	}
	defer func() {
		if err := process.Stop(); err != nil {
			t.failf("%v", err)
		}
	}()
	outside := &browser.Site{Instances: []browser.Instance{process.Send}}
	inside, stopInside, err := t.servers(1, site.Options{})
	if err != nil {
		return err
	}
	defer stopInside()
	load, cancel := context.WithTimeout(ctx, t.size.soak)
	defer cancel()
	var group sync.WaitGroup
	for i := range soakClients {
		s := outside
		if i%2 == 1 {
			s = inside
		}
		group.Go(func() { t.live(ctx, load, s) })
	}
	var samples []sample
	for load.Err() == nil {
		pause(load, t.size.soak/60)
		now, err := look(process.PID())
		if err != nil {
			return err
		}
		samples = append(samples, now)
	}
	group.Wait()
	rows, err := t.Count(ctx, `SELECT COUNT(*) FROM "VerificationToken"`)
	if err != nil {
		return err
	}
	t.notef("%.0f operations a second, %d used challenges are kept", float64(t.tried.Load())/t.size.soak.Seconds(), rows)
	t.flat(samples)
	return nil
}

// live is a person who uses the site until load ends.
func (t *trial) live(ctx, load context.Context, s *browser.Site) {
	var b *browser.Browser
	failures := 0
	for load.Err() == nil && failures < maxShown {
		var a browser.Answer
		var err error
		switch dice := rand.N(100); { //nolint:gosec // G404: traffic
		case b == nil || dice < 2:
			b = browser.New(s)
			a, err = b.Register(ctx, newEmail())
		case dice < 10:
			a, err = b.SignIn(ctx, b.Passkeys[0])
		default:
			a, err = b.Session(ctx)
		}
		t.tried.Add(1)
		if err != nil {
			failures++
			t.failf("%v: %s", err, a)
			b = nil
		}
	}
}

// flat compares the second third of the time with the last.
func (t *trial) flat(samples []sample) {
	n := len(samples) / 3
	if n < 3 {
		return
	}
	for _, what := range []struct {
		name  string
		of    func(sample) int
		slack int
	}{
		{"memory of the process, KiB", func(s sample) int { return s.memory }, 8 << 10},
		{"open files of the process", func(s sample) int { return s.files }, 8},
		{"goroutines", func(s sample) int { return s.goroutines }, 8},
	} {
		middle, last := median(samples[n:2*n], what.of), median(samples[2*n:], what.of)
		t.notef("%s: %d → %d", what.name, middle, last)
		if last > middle+middle/20+what.slack {
			t.failf("%s grow: %d → %d", what.name, middle, last)
		}
	}
}

func median(samples []sample, of func(sample) int) int {
	var all []int
	for _, s := range samples {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func look(pid int) (s sample, err error) {
	s.goroutines = runtime.NumGoroutine()
	dir := "/proc/" + strconv.Itoa(pid)
	status, err := os.ReadFile(dir + "/status") //nolint:gosec // G304: of a process that was started here
	if err != nil {
		return s, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			_, err = fmt.Sscan(value, &s.memory)
		}
	}
	files, readErr := os.ReadDir(dir + "/fd")
	s.files = len(files)
	return s, errors.Join(err, readErr)
}
