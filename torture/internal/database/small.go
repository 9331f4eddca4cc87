package database

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrRefused says that this machine does not allow what was wanted. Unlike a database that was not
// configured, nobody can help that.
var ErrRefused = errors.New("this machine does not allow it")

const (
	// smallDisk is how big it is; an empty database takes seven mebibytes of it.
	smallDisk = "32m"
	// startTime is how long PostgreSQL may take to start, and to stop.
	startTime = 30 * time.Second
)

// Small is a PostgreSQL server of its own that has its databases on a disk so small that it can be
// filled. Its log of transactions is elsewhere.
type Small struct {
	*Database

	admin   *sql.DB
	command *exec.Cmd
	ended   chan ended
	dir     string
}

// ended is why the server is not there any more.
type ended struct{ why error }

// NewSmall starts a server with an empty database on it. The disk is a tmpfs that is mounted in a
// namespace of the server's own, so nobody else sees it and it goes with the server. Where that is
// not allowed the error is [ErrRefused].
func NewSmall(ctx context.Context) (*Small, error) {
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if found, lookErr := exec.LookPath("postgres"); err == nil && lookErr == nil {
		programs = append(programs, found)
	}
	if len(programs) == 0 {
		return nil, fmt.Errorf("the server of PostgreSQL is not installed: %w", ErrNotConfigured)
	}
	program := slices.Max(programs)
	s := &Small{ended: make(chan ended, 1)}
	if s.dir, err = os.MkdirTemp("", "ginauth-small-"); err != nil {
		return nil, err
	}
	if err := s.start(ctx, filepath.Dir(program)); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

// account is whom PostgreSQL runs as: root is refused.
func account() (uid, gid int, err error) {
	if os.Getuid() != 0 {
		return os.Getuid(), os.Getgid(), nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, lookErr := user.Lookup(name)
		if lookErr != nil {
			continue
		}
		if uid, err = strconv.Atoi(found.Uid); err == nil {
			gid, err = strconv.Atoi(found.Gid)
		}
		return uid, gid, err
	}
	return 0, 0, errors.New("there is neither a user postgres nor nobody to run PostgreSQL as")
}

func (s *Small) start(ctx context.Context, programs string) error {
	uid, gid, err := account()
	if err != nil {
		return err
	}
	data, disk := filepath.Join(s.dir, "data"), filepath.Join(s.dir, "disk")
	for _, dir := range []string{data, disk} {
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, uid, gid)); err != nil {
			return err
		}
	}
	secret := filepath.Join(s.dir, "password")
	password := rand.Text()
	err = errors.Join(os.WriteFile(secret, []byte(password), 0o600), os.Chown(secret, uid, gid),
		os.Chmod(s.dir, 0o711)) //nolint:gosec // G302: the server's user passes through it to what is its own
	if err != nil {
		return err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "--pgdata="+data, "--username=ginauth", "--pwfile="+secret, //nolint:gosec // G204: PostgreSQL's
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir = s.dir
	if os.Getuid() == 0 {
		initdb.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // G115: as the system has them
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	if err := s.serve(uid, gid, disk, filepath.Join(programs, "postgres"), "-D", data, "-p", port,
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+data, "-c", "fsync=off",
		// It would give the disk's last pages back.
		"-c", "autovacuum=off"); err != nil {
		return err
	}
	address := &url.URL{Scheme: "postgres", User: url.UserPassword("ginauth", password), Host: "127.0.0.1:" + port, Path: "/postgres", RawQuery: "sslmode=disable"}
	if s.admin, err = sql.Open("pgx", address.String()); err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		return err
	}
	if _, err := s.admin.ExecContext(ctx, "CREATE TABLESPACE small LOCATION '"+disk+"'"); err != nil {
		return err
	}
	d := &Database{Engine: Postgres, name: "ginauth"}
	if err := d.postgresAt(ctx, address, " TABLESPACE small"); err != nil {
		return err
	}
	s.Database, err = d.filled(ctx)
	return err
}

// serve starts the server with its disk. Outside the namespace the disk is an empty folder.
func (s *Small) serve(uid, gid int, disk string, command ...string) error {
	const script = `mount -t tmpfs -o "$1" tmpfs "$2" || exit 77; shift 2; exec setpriv --pdeathsig INT "$@"`
	options := "size=" + smallDisk + ",mode=700"
	args := []string{"--mount", "--propagation", "private"}
	become := []string{"--"}
	if os.Getuid() == 0 {
		options += fmt.Sprintf(",uid=%d,gid=%d", uid, gid)
		become = []string{"--reuid", strconv.Itoa(uid), "--regid", strconv.Itoa(gid), "--clear-groups", "--"}
	} else {
		// Others may mount in a namespace of their own, where the system lets them.
		args = append(args, "--user", "--map-current-user", "--keep-caps")
	}
	args = append(args, "--", "sh", "-c", script, "small", options, disk)
	s.command = exec.Command("unshare", slices.Concat(args, become, command)...) //nolint:gosec,noctx // G204: PostgreSQL; Close ends it
	s.command.Dir = s.dir
	log := &bytes.Buffer{}
	s.command.Stdout, s.command.Stderr = log, log
	if err := s.command.Start(); err != nil {
		return fmt.Errorf("unshare: %w: %w", err, ErrRefused)
	}
	go func() {
		err := s.command.Wait()
		text := strings.TrimSpace(log.String())
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && (exit.ExitCode() == 77 || strings.HasPrefix(text, "unshare:")) {
			s.ended <- ended{fmt.Errorf("a disk of its own: %w: %s", ErrRefused, text)}
			return
		}
		s.ended <- ended{fmt.Errorf("PostgreSQL ended: %v: %s", err, text)} //nolint:errorlint // there may be none
	}()
	return nil
}

// ready waits until the server answers.
func (s *Small) ready(ctx context.Context) error {
	for end := time.Now().Add(startTime); ; {
		err := s.admin.PingContext(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
		select {
		case end := <-s.ended:
			s.command = nil
			return end.why
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

// Fill writes until nothing goes on the disk any more.
func (s *Small) Fill(ctx context.Context) error {
	// Of another database, so that taking it away needs no room in the one that has none.
	for _, query := range []string{
		"CREATE UNLOGGED TABLE ballast (b TEXT) TABLESPACE small",
		"ALTER TABLE ballast ALTER b SET STORAGE PLAIN", // a row for each page, not compressed
	} {
		if _, err := s.admin.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	for rows := 1024; rows > 0; rows /= 4 {
		for {
			_, err := s.admin.ExecContext(ctx, "INSERT INTO ballast SELECT repeat('x', 8000) FROM generate_series(1, $1::int)", rows)
			if state := (interface{ SQLState() string })(nil); errors.As(err, &state) && state.SQLState() == "53100" {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Free makes room again.
func (s *Small) Free(ctx context.Context) error {
	_, err := s.admin.ExecContext(ctx, "DROP TABLE IF EXISTS ballast")
	return err
}

// Close ends the server and removes everything.
func (s *Small) Close(ctx context.Context) error {
	var errs []error
	if s.Database != nil {
		errs = append(errs, s.Drop(ctx))
	}
	if s.admin != nil {
		errs = append(errs, s.admin.Close())
	}
	if s.command != nil && s.command.Process != nil {
		// PostgreSQL's fast shutdown.
		errs = append(errs, s.command.Process.Signal(syscall.SIGINT))
		select {
		case <-s.ended:
		case <-time.After(startTime):
			errs = append(errs, errors.New("PostgreSQL does not end"), s.command.Process.Kill())
		}
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}
