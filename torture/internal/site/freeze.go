package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Freeze stops the process where it is, until Thaw. When it returns no thread of it runs.
func (p *Process) Freeze() error {
	if err := p.command.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for end := time.Now().Add(startTime); time.Now().Before(end); time.Sleep(100 * time.Microsecond) {
		running, err := p.running()
		if err != nil || !running {
			return err
		}
	}
	return fmt.Errorf("process %d runs although it was stopped", p.PID())
}

// Thaw lets the process go on.
func (p *Process) Thaw() error { return p.command.Process.Signal(syscall.SIGCONT) }

// running reports whether a thread of the process is in another state than T, stopped (proc(5)).
func (p *Process) running() (bool, error) {
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(p.PID()) + "/task/*/stat")
	if err != nil {
		return false, err
	}
	for _, name := range threads {
		stat, err := os.ReadFile(name) //nolint:gosec // G304: of a process that was started here
		if err != nil {
			return false, err
		}
		// The state follows the program's name, in which there may be anything.
		if _, after, ok := bytes.Cut(stat[bytes.LastIndexByte(stat, ')'):], []byte(" ")); !ok || after[0] != 'T' {
			return true, nil
		}
	}
	return false, nil
}
