package main

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
)

func TestCompleteSecret(t *testing.T) {
	t.Chdir(t.TempDir())
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))

	var first, second, given settings
	if err := first.completeSecret(log); err != nil {
		t.Fatal(err)
	}
	if len(first.secret) < 32 {
		t.Errorf("the secret has %d characters", len(first.secret))
	}
	if !strings.Contains(logged.String(), secretFile) {
		t.Errorf("the log does not name the file: %s", &logged)
	}
	if strings.Contains(logged.String(), first.secret) {
		t.Error("the secret is in the log")
	}
	info, err := os.Stat(secretFile)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %o", info.Mode().Perm())
	}
	if err := second.completeSecret(log); err != nil {
		t.Fatal(err)
	}
	if second.secret != first.secret {
		t.Error("the second start has another secret")
	}
	given.secret = "given"
	if err := given.completeSecret(log); err != nil || given.secret != "given" {
		t.Errorf("a given secret became %q, %v", given.secret, err)
	}
}

func TestCompleteSecretRefusesAnEmptyFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(secretFile, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := new(settings).completeSecret(slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "AUTH_SECRET") {
		t.Errorf("got %v", err)
	}
}
