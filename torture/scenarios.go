package main

import "github.com/ginauth/ginauth/torture/internal/database"

// scenarios lists everything that is tried, and where.
func scenarios() []scenario {
	all := database.Engines()
	servers := []string{database.Postgres, database.MariaDB}
	list := []scenario{
		{"faults", all, faults},
		{"commit", servers, commits},
		{"silence", servers, silence},
		{"conflicts", all, conflicts},
		{"serializable", []string{database.Postgres}, serializable},
		{"killed", servers, killed},
		{"slow", all, slow},
		{"kill -9", all, kill9},
		{"power cut", []string{database.SQLite}, steady(powerCuts)},
		{"disk", []string{database.SQLite}, disk},
		{"disk of a server", []string{database.Postgres}, steady(fullDisk)},
		{"read-only", all, steady(readOnly)},
		{"locked", all, steady(locks)},
		{"overtaken", all, late},
		{"three processes", all, instances},
		{"cut off", servers, steady(cutOff)},
		{"three with Redis", []string{database.Postgres}, redisInstances},
		{"Redis lost", []string{database.SQLite}, redisLost},
		{"flow stores lost", []string{database.SQLite}, steady(storesLost)},
		{"secret rotation", all, secrets},
		{"new flow encoding", all, encodings},
		{"hidden accounts", all, hidden},
		{"timing", []string{database.SQLite, database.Postgres}, timing},
		{"abuse", all, abuse},
		{"RSA-4096", servers, longestKeys},
		{"soak", []string{database.Postgres}, soak},
	}
	for _, r := range races() {
		list = append(list, r.scenario())
	}
	return list
}
