// node run.mjs [WORD…]: runs the checks whose name contains a word, or all of them.
import { generateClients } from "./lib/prisma.mjs"
import { results } from "./lib/checks.mjs"
import { broken } from "./checks/broken.mjs"
import { cookies } from "./checks/cookies.mjs"
import { libraryMatrix } from "./checks/libraries.mjs"
import { pairs } from "./checks/pairs.mjs"

// Nothing may depend on the time zone of a machine: both servers run in one that is far from UTC and off by half an hour.
process.env.TZ = "Asia/Kolkata"

const words = process.argv.slice(2)
const wanted = (name) => !words.length || words.some((w) => name.includes(w))

await generateClients()
await pairs(wanted)
await broken(wanted)
await cookies(wanted)
await libraryMatrix(wanted)
const failed = results.filter((r) => !r.ok).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
