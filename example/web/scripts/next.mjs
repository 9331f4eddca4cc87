// Runs the Next.js command line with settings that a line in package.json
// cannot carry on every operating system. PORT (3000 by default) is read by
// Next.js itself.
process.env.NEXT_TELEMETRY_DISABLED ??= "1"
// The lock file already names the compiler of every platform, so Next.js has
// no reason to ask a registry about it.
process.env.NEXT_IGNORE_INCORRECT_LOCKFILE ??= "1"

await import("next/dist/bin/next")
