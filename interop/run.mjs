// node run.mjs [WORD…]: runs the checks whose group contains a word, or all of them; then it writes MATRIX.md.
import { execFileSync } from "node:child_process"
import { broken } from "./checks/broken.mjs"
import { cookies } from "./checks/cookies.mjs"
import { libraryMatrix } from "./checks/libraries.mjs"
import { pairs } from "./checks/pairs.mjs"
import { v4Client } from "./checks/v4-client.mjs"
import { v4Cookies } from "./checks/v4-cookies.mjs"
import { results } from "./lib/checks.mjs"
import { writeMatrix } from "./lib/matrix.mjs"
import { generateClients } from "./lib/prisma.mjs"

// Nothing may depend on a machine being in UTC.
process.env.TZ = "Asia/Kolkata"

const words = process.argv.slice(2)
const wanted = (group) => !words.length || words.some((w) => group.includes(w))
const timed = async (what, fn) => {
  const started = performance.now()
  const answer = await fn()
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return answer
}

await timed("Prisma clients", () => generateClients())
await timed("pairs of servers", () => pairs(wanted))
await timed("broken schemas", () => broken(wanted))
await timed("cookies", () => cookies(wanted))
await timed("cookies of version 4", () => v4Cookies(wanted))
await timed("client of version 4", () => v4Client(wanted))
const found = await timed("client libraries", () => libraryMatrix(wanted))
if (!words.length) await writeMatrix({ ...found, goVersion: execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim().replace(/^go/, "") })

const failed = results.filter((r) => !r.ok).length
console.log(`${results.length - failed} passed, ${failed} failed`)
// Nothing run is a mistake in the words, not a success.
process.exit(failed || !results.length ? 1 : 0)
