package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// overlay writes the files for go's -overlay: nothing in the repository is touched. It returns the
// overlay's name, and the names in the repository by those in the overlay.
func (r *runner) overlay(files map[string]string) (name string, origin map[string]string, err error) {
	dir, err := os.MkdirTemp(r.work, "overlay")
	if err != nil {
		return "", nil, err
	}
	replace, origin := map[string]string{}, map[string]string{}
	for file, text := range files {
		changed := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return "", nil, err
		}
		replace[filepath.Join(r.root, file)], origin[filepath.Base(changed)] = changed, file
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", nil, err
	}
	name = filepath.Join(dir, "overlay.json")
	return name, origin, os.WriteFile(name, list, 0o600)
}

// compileError is what the compiler said.
type compileError struct{ text string }

func (e *compileError) Error() string { return "does not compile:\n" + e.text }

// compile builds the tests of a package and returns the binary.
func (r *runner) compile(ctx context.Context, g group, overlay string) (string, error) {
	out, err := os.CreateTemp(r.work, "tests")
	if err != nil {
		return "", err
	}
	if err := out.Close(); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", out.Name(), "./"+g.dir) //nolint:gosec // G204: the list is ours
	cmd.Dir = filepath.Join(r.root, g.module)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(ctx.Err(), &compileError{string(text)})
	}
	return out.Name(), nil
}

// compileAll builds the tests of every package that the mutants need. Mutants that do not compile
// are left out and come back in broken.
func (r *runner) compileAll(ctx context.Context, chosen []*mutation) (p *program, alone []*mutation, broken map[*mutation]error, err error) {
	left := chosen
	refused := map[*mutation]error{}
	for {
		p, alone, broken = instrument(r.root, left)
		for m, err := range refused {
			broken[m] = err
		}
		culprits, err := r.compileOnce(ctx, p, left)
		if err != nil {
			return nil, nil, nil, err
		}
		if len(culprits) == 0 {
			return p, alone, broken, nil
		}
		var good []*mutation
		for _, m := range left {
			if text, bad := culprits[m]; bad {
				refused[m] = &compileError{text}
				continue
			}
			good = append(good, m)
		}
		left = good
	}
}

var compilerLine = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):\d+: .*$`)

// compileOnce builds the tests that mutations need, with the mutants of a program, or returns those
// that are in the way.
func (r *runner) compileOnce(ctx context.Context, p *program, all []*mutation) (map[*mutation]string, error) {
	overlay, origin, err := r.overlay(p.files)
	if err != nil {
		return nil, err
	}
	r.binaries = map[string]string{}
	for _, m := range all {
		groups, err := r.groups(m.promise.goTests())
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			if r.binaries[g.String()] != "" {
				continue
			}
			binary, err := r.compile(ctx, g, overlay)
			if refused := (*compileError)(nil); errors.As(err, &refused) {
				if culprits := p.culprits(refused.text, origin); len(culprits) > 0 {
					return culprits, nil
				}
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g, err)
			}
			r.binaries[g.String()] = binary
		}
	}
	return nil, nil
}

// culprits are the mutants that the compiler complains of.
func (p *program) culprits(text string, origin map[string]string) map[*mutation]string {
	found := map[*mutation]string{}
	for _, line := range compilerLine.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(line[2])
		for _, c := range p.copies[origin[filepath.Base(line[1])]] {
			if m := p.mutants[c.mutant]; n >= c.from && n <= c.to {
				found[m] += line[0] + "\n"
			}
		}
	}
	return found
}
