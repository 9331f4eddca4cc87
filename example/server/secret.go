package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// secretFile is where a secret that is not configured is kept, in the working directory.
const secretFile = ".auth-secret"

// completeSecret makes a secret up when the environment has none. It is kept in a file, so that
// people stay signed in when the server is started again.
func (s *settings) completeSecret(log *slog.Logger) error {
	if s.secret != "" {
		return nil
	}
	secret, made, err := localSecret(secretFile)
	if err != nil {
		return fmt.Errorf("AUTH_SECRET is not set, and the file for a made-up one is no use: %w", err)
	}
	s.secret = secret
	if made {
		log.Info("AUTH_SECRET is not set: made one up and kept it", slog.String("file", secretFile))
	} else {
		log.Info("AUTH_SECRET is not set: using the one that was made up", slog.String("file", secretFile))
	}
	return nil
}

// localSecret reads the secret in a file, or makes one and a file that only its owner can read.
func localSecret(name string) (secret string, made bool, err error) {
	text, err := os.ReadFile(name) //nolint:gosec // the name is a constant
	if err == nil {
		if secret = strings.TrimSpace(string(text)); secret == "" {
			return "", false, fmt.Errorf("%s is empty: remove it", name)
		}
		return secret, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", false, err
	}
	random := make([]byte, 33)
	rand.Read(random) // never fails
	secret = base64.StdEncoding.EncodeToString(random)
	// O_EXCL: two servers that start at once must not each have a secret of their own.
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the name is a constant
	if err != nil {
		return "", false, err
	}
	_, err = file.WriteString(secret + "\n")
	return secret, true, errors.Join(err, file.Close())
}
