// Command server is the Go half of the example: a Gin server with passkeys, whose pages are the
// Next.js app in ../web. README.md in the folder above lists its settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
)

// drainTime is how long requests that are under way may take after the signal to stop.
const drainTime = 10 * time.Second

func main() {
	if os.Getenv(gin.EnvGinMode) == "" {
		gin.SetMode(gin.ReleaseMode)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := run(ctx, os.Getenv, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends and what was under way is done.
func run(ctx context.Context, getenv func(string) string, log *slog.Logger) error {
	cfg, err := loadSettings(getenv)
	if err != nil {
		return err
	}
	if err := cfg.completeSecret(log); err != nil {
		return err
	}
	db, err := openDatabase(ctx, cfg.databaseURL, cfg.pool)
	if err != nil {
		return err
	}
	defer db.Close()
	adapter, err := newAdapter(ctx, db)
	if err != nil {
		return err
	}
	handler, err := newHandler(cfg, db, adapter, log) //nolint:contextcheck // ginauth.Register takes no context
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(cfg.host, cfg.port))
	if err != nil {
		return fmt.Errorf("HOST and PORT: cannot listen: %w", err)
	}
	log.Info("example server ready",
		slog.String("listening", "http://"+listener.Addr().String()),
		slog.String("site", cfg.authURL),
		slog.String("auth", cfg.authURL+cfg.basePath),
		slog.String("database", db.Dialect().Name().String()),
		slog.String("sessions", string(cfg.strategy)))
	return serve(ctx, listener, handler, log)
}

// serve answers requests until ctx ends, then lets those under way finish.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return errors.Join(fmt.Errorf("requests were still under way after %s: %w", drainTime, err), server.Close())
	}
	return nil
}
