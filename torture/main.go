// Command torture breaks things on purpose while people sign up and in: statements and connections
// fail, commits are lost, processes are killed, servers race each other. After each it looks for
// what must not be in the database, and lets the same person try again.
//
//	torture [flags] [scenario…]
//
// scripts/torture.sh runs it with databases around it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/ginauth/ginauth/torture/internal/database"
)

func main() { os.Exit(exitCode()) }

func exitCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	gin.SetMode(gin.ReleaseMode)
	ok, err := command(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if !ok || err != nil {
		return 1
	}
	return 0
}

// command runs the scenarios named, or all but the soak.
func command(ctx context.Context, args []string) (ok bool, err error) {
	sz := full()
	flags := flag.NewFlagSet("torture", flag.ContinueOnError)
	engines := flags.String("db", strings.Join(database.Engines(), ","), "databases, separated by commas")
	flags.IntVar(&sz.repeat, "repeat", sz.repeat, "times that each statement fails in each way")
	flags.IntVar(&sz.commits, "commits", sz.commits, "connections cut at COMMIT, per database")
	flags.IntVar(&sz.conflicts, "conflicts", sz.conflicts, "transactions under conflicts, per database")
	flags.DurationVar(&sz.load, "load", sz.load, "time under load while connections are killed, and for each slow database")
	flags.IntVar(&sz.disk, "disks", sz.disk, "full disks, per database")
	flags.IntVar(&sz.redis, "redis", sz.redis, "rounds without Redis")
	flags.IntVar(&sz.stores, "stores", sz.stores, "flow stores lost, in each way")
	flags.IntVar(&sz.readOnly, "failovers", sz.readOnly, "failovers to a database that only reads, per database")
	flags.IntVar(&sz.locks, "locks", sz.locks, "rows that somebody else has locked, per database")
	flags.IntVar(&sz.cutOff, "cutoffs", sz.cutOff, "times that one of three processes loses its database, per database")
	flags.IntVar(&sz.powerCuts, "powercuts", sz.powerCuts, "power cuts of a machine with SQLite")
	flags.IntVar(&sz.kills, "kills", envInt("KILLS", sz.kills), "kill -9 of the server, per database (KILLS)")
	flags.IntVar(&sz.rounds, "rounds", sz.rounds, "rounds of each race; 1000 is the whole count")
	flags.IntVar(&sz.crowd, "crowd", sz.crowd, "how many take part in the biggest race; 100 is the whole count")
	flags.IntVar(&sz.ceremonies, "ceremonies", sz.ceremonies, "ceremonies across three processes")
	flags.IntVar(&sz.rotation, "rotation", sz.rotation, "requests of each person at each step of a roll-out")
	flags.IntVar(&sz.timing, "timing", sz.timing, "requests about somebody, and about nobody, of each guess")
	minutes := flags.Float64("minutes", 10, "length of the soak")
	flags.StringVar(&sz.example, "example", "../bin/example", "program of the example server")
	list := flags.Bool("list", false, "list the scenarios")
	if err := flags.Parse(args); err != nil {
		return false, err
	}
	sz.soak = time.Duration(*minutes * float64(time.Minute))
	if *list {
		for _, s := range scenarios() {
			fmt.Println(s.name)
		}
		return true, nil
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return false, err
	}
	l := newLab(sz)
	defer func() { err = errors.Join(err, l.close(ctx)) }()
	var results []result
	for _, s := range chosen {
		for _, engine := range s.engines {
			if !slices.Contains(strings.Split(*engines, ","), engine) || ctx.Err() != nil {
				continue
			}
			r := l.run(ctx, s, engine)
			fmt.Println(r)
			for _, text := range slices.Concat(r.notes, r.first) {
				fmt.Println("    " + text)
			}
			results = append(results, r)
		}
	}
	return report(results), ctx.Err()
}

// full is what `make torture` does.
func full() size {
	return size{
		repeat: 8, commits: 200, conflicts: 3500, load: 15 * time.Second, disk: 20, redis: 20,
		stores: 20, readOnly: 20, locks: 200, cutOff: 10, powerCuts: 200, kills: 1000, rounds: 100, crowd: 100, ceremonies: 10000, rotation: 200,
		timing: 5000,
	}
}

func choose(names []string) ([]scenario, error) {
	var list []scenario
	for _, name := range names {
		i := slices.IndexFunc(scenarios(), func(s scenario) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scenario is called %s; -list shows them", name)
		}
		list = append(list, scenarios()[i])
	}
	if len(names) == 0 {
		list = slices.DeleteFunc(scenarios(), func(s scenario) bool { return s.name == "soak" })
	}
	return list, nil
}

func (r result) String() string {
	state := "passed"
	switch {
	case r.skipped != "":
		return fmt.Sprintf("%-22s %-9s skipped: %s", r.scenario, r.engine, r.skipped)
	case r.failed > 0:
		state = fmt.Sprintf("FAILED (%d)", r.failed)
	}
	return fmt.Sprintf("%-22s %-9s %7d  %6.1f s  %s", r.scenario, r.engine, r.tried, r.took.Seconds(), state)
}

// report prints the table and reports whether everything passed.
func report(results []result) bool {
	fmt.Printf("\n%-22s %-9s %7s  %8s\n", "what", "database", "times", "took")
	var passed, failed, skipped, refused int
	var tried int64
	for _, r := range results {
		fmt.Println(r)
		tried += r.tried
		switch {
		case r.refused:
			refused++
		case r.skipped != "":
			skipped++
		case r.failed > 0:
			failed++
		default:
			passed++
		}
	}
	fmt.Printf("%-22s %-9s %7d\n\n", "together", "", tried)
	if skipped > 0 && os.Getenv("GINAUTH_REQUIRE_ALL") == "1" {
		failed += skipped
		skipped = 0
	}
	if skipped+refused > 0 {
		fmt.Printf("%d skipped\n", skipped+refused)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	// A run of nothing is no success.
	return failed == 0 && passed > 0
}

func envInt(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}
