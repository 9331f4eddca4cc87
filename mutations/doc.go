// Mutations shows that the tests beside the promises of docs/security.md hold them up. Each promise
// has changes of the source that break it, in the files of the folder promises; each change must
// make a named test fail.
//
//	go run ./mutations                      all of them
//	go run ./mutations -only '^csrf '       those whose promise, file or description matches
//	go run ./mutations -part 3/10           every tenth, from the third
//	go run ./mutations -write               writes the table in docs/security.md
//
// It ends with a table and the line "N passed, N failed". The source is not touched: go test reads
// the changed file in the place of the real one.
//
// A promise is its name in brackets, its text, and a line "tests: " with names separated by ", ": Go
// tests, fuzz targets and scenarios of the torture. Its mutations follow: the file, perhaps the
// function, and what goes wrong then; below that "- " with the old text and "+ " with the new one.
//
//	[csrf]
//	Every POST that changes something needs the CSRF token.
//	tests: TestR4_CSRFToken, TestR4_CrossSite
//
//	ginauth/signout.go signOut: sign-out needs no token
//	- if !x.csrfVerified {
//	+ if false {
//
// The old text is part of one line. It occurs exactly once in the function, or in the file where no
// function is named. Several pairs make one mutation; old text without a new one is deleted. Blank
// lines and lines that begin with # are passed over.
package main
