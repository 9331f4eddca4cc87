package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed promises/*.txt
var promises embed.FS

func main() {
	only := flag.String("only", "", "regular `expression`: run the mutations that match")
	part := flag.String("part", "1/1", "`i/n`: run every nth mutation, from the ith")
	workers := flag.Int("workers", 2, "how many mutations are tried at the same time")
	limit := flag.Duration("limit", time.Minute, "time that the tests of one package may take")
	list := flag.Bool("list", false, "print the mutations and run nothing")
	write := flag.Bool("write", false, "write the table in docs/security.md and run nothing")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *only, *part, *workers, *limit, *list, *write)
	stop()
	if err != nil {
		if !errors.Is(err, errFailed) { // the table has told
			fmt.Fprintln(os.Stderr, "mutations:", err)
		}
		os.Exit(1)
	}
}

// errFailed says that a mutation was not caught.
var errFailed = errors.New("a mutation was not caught")

func run(ctx context.Context, only, part string, workers int, limit time.Duration, list, write bool) error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	all, err := readList()
	if err != nil {
		return err
	}
	if write {
		return writePage(root, all)
	}
	for _, p := range all {
		for _, m := range p.mutations {
			settle(root, m)
		}
	}
	chosen, err := choose(all, only, part)
	if err != nil {
		return err
	}
	if list {
		for _, m := range chosen {
			fmt.Printf("%s\t%s\n", m.promise.name, m)
		}
		return nil
	}
	repo, err := openRepository(root)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "mutations")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	r := &runner{repository: repo, limit: limit, work: work}
	var tests []string
	for _, m := range chosen {
		if missing := repo.missing(m.promise); len(missing) > 0 {
			return fmt.Errorf("[%s] names %s, which is nowhere", m.promise.name, strings.Join(missing, ", "))
		}
		tests = append(tests, m.promise.goTests()...)
	}
	results, err := r.tryAll(ctx, chosen, tests, workers)
	if err != nil {
		return err
	}
	return report(results, only == "" && part == "1/1")
}

// findRoot is the folder with the go.mod of this package, from wherever within the repository.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "mutations", "promises")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run it within the repository")
		}
	}
	return "", err
}

func writePage(root string, all []*promise) error {
	name := filepath.Join(root, "docs", "security.md")
	page, err := os.ReadFile(name) //nolint:gosec // G304: the name is fixed
	if err != nil {
		return err
	}
	text, err := withTable(string(page), all)
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644) //nolint:gosec // G306: the page is for everybody
}

// choose returns the mutations that were asked for, which must be some.
func choose(all []*promise, only, part string) ([]*mutation, error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	var i, n int
	if _, err := fmt.Sscanf(part, "%d/%d", &i, &n); err != nil || i < 1 || i > n {
		return nil, fmt.Errorf("-part %s: write it as 2/10", part)
	}
	var chosen []*mutation
	for _, p := range all {
		for _, m := range p.mutations {
			if pattern.MatchString(p.name + " " + m.String()) {
				chosen = append(chosen, m)
			}
		}
	}
	kept := chosen[:0]
	for k, m := range chosen {
		if k%n == i-1 {
			kept = append(kept, m)
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("no mutation is left: see -list")
	}
	return kept, nil
}

// tryAll tries the mutations and prints each result as it comes; they are returned in order.
func (r *runner) tryAll(ctx context.Context, chosen []*mutation, tests []string, workers int) ([]result, error) {
	p, _, broken, err := r.compileAll(ctx, chosen)
	if err != nil {
		return nil, err
	}
	if err := r.baseline(ctx, tests); err != nil {
		return nil, err
	}
	numbers := map[*mutation]int{}
	for n, m := range p.mutants {
		numbers[m] = n
	}
	results := make([]result, len(chosen))
	next := make(chan int)
	var wait sync.WaitGroup
	for range max(1, workers) {
		wait.Go(func() {
			for k := range next {
				m := chosen[k]
				if err := broken[m]; err != nil {
					results[k] = failed(m, err)
				} else {
					results[k] = r.try(ctx, m, numbers[m])
				}
				fmt.Printf("%5.1f s  %s  [%s] %s\n", results[k].took.Seconds(), results[k].verdict, m.promise.name, m)
			}
		})
	}
	for k := range chosen {
		next <- k
	}
	close(next)
	wait.Wait()
	return results, nil
}

// report prints the table and returns an error unless every mutation was caught. When all were tried,
// it also names the tests that caught none.
func report(results []result, all bool) error {
	fmt.Println()
	passed := 0
	catchers := map[string][]string{}
	for _, res := range results {
		by := strings.Join(slices.Compact(slices.Clone(res.by)), ", ")
		fmt.Printf("%-16s %-18s %s  %s\n", res.verdict, res.promise.name, res.mutation, by)
		catchers[res.promise.name] = append(catchers[res.promise.name], res.by...)
		if res.verdict == caught {
			passed++
		}
	}
	for _, res := range results {
		if res.verdict != caught && res.detail != "" {
			fmt.Printf("\n%s [%s] %s\n%s\n", res.verdict, res.promise.name, res.mutation, strings.TrimSpace(res.detail))
		}
	}
	for _, res := range results {
		name := res.promise.name
		idle := slices.DeleteFunc(res.promise.goTests(), func(t string) bool { return slices.Contains(catchers[name], t) })
		if _, told := catchers[name]; told && all && len(idle) > 0 {
			fmt.Printf("\nnote: of [%s] %s caught nothing\n", name, strings.Join(idle, ", "))
		}
		delete(catchers, name)
	}
	fmt.Printf("\n%d passed, %d failed\n", passed, len(results)-passed)
	if passed < len(results) {
		return errFailed
	}
	return nil
}
