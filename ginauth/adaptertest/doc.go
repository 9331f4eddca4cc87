// Package adaptertest is the contract of [ginauth.Adapter] and its further interfaces as tests,
// and an adapter in memory that keeps it.
//
// Who writes an adapter runs the suite against a real database:
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, func(t *testing.T) ginauth.Adapter { return newAdapter(t) })
//	}
//
// [Memory] serves tests and demonstrations of applications. It forgets everything when the process
// ends.
package adaptertest
