package main

import "github.com/ginauth/ginauth/torture/internal/database"

// scenarios lists everything that is tried, and where.
func scenarios() []scenario {
	all := database.Engines()
	return []scenario{
		{"faults", all, faults},
	}
}
