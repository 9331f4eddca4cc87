// The Go servers that the Makefile builds into bin/.
import { execFile, spawn } from "node:child_process"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { exchange } from "../../conformance/client.mjs"

const here = fileURLToPath(new URL("..", import.meta.url))
const bin = process.env.INTEROP_BIN ?? path.join(here, "../bin")
const STARTING_MS = 20_000

export const freePort = () => new Promise((ok, bad) => {
  const s = net.createServer().on("error", bad).listen(0, "127.0.0.1", () => {
    const { port } = s.address()
    s.close(() => ok(port))
  })
})

const running = new Set()
process.on("exit", () => { for (const c of running) c.kill("SIGKILL") })

async function start(program, env, health) {
  const file = path.resolve(bin, program)
  if (!fs.existsSync(file)) throw new Error(`${program} is not built; run make build`)
  const port = env.PORT ?? String(await freePort())
  // Nothing of this process's own environment may configure the server.
  const child = spawn(file, { env: { PATH: process.env.PATH, TZ: process.env.TZ ?? "", ...env, PORT: port }, stdio: ["ignore", "pipe", "pipe"] })
  running.add(child)
  const server = { name: "ginauth", url: `http://127.0.0.1:${port}`, port, log: "" }
  child.stdout.on("data", (c) => { server.log += c })
  child.stderr.on("data", (c) => { server.log += c })
  const ended = new Promise((ok) => child.on("exit", () => { running.delete(child); ok() }))
  server.stop = async () => {
    child.kill("SIGTERM")
    await ended
  }
  for (const deadline = Date.now() + STARTING_MS; ; ) {
    if (child.exitCode !== null) throw Object.assign(new Error(`${program} ended at its start: ${server.log}`), { log: server.log })
    const answer = await exchange({ target: server.url, path: health, headers: [["Host", `127.0.0.1:${port}`]] }).catch(() => null)
    if (answer?.status === 200) return server
    if (Date.now() > deadline) {
      child.kill("SIGKILL")
      throw new Error(`${program} does not answer: ${server.log}`)
    }
    await new Promise((ok) => setTimeout(ok, 25))
  }
}

const unescape = (s) => s.replace(/&(?:#(\d+)|#x([0-9a-f]+)|amp|quot|lt|gt);/gi, (m, dec, hex) =>
  dec ? String.fromCodePoint(Number(dec)) : hex ? String.fromCodePoint(parseInt(hex, 16)) : { "&amp;": "&", "&quot;": '"', "&lt;": "<", "&gt;": ">" }[m.toLowerCase()])

/** The example: ginauth on a database. `secret` may be a list of two, newest first. */
export async function startExample({ databaseURL, origin, secret, strategy = "jwt", port }) {
  const [newest, old] = [secret].flat()
  const server = await start("example", {
    DATABASE_URL: databaseURL, AUTH_URL: origin, AUTH_BASE_PATH: "/auth", SESSION_STRATEGY: strategy, RATE_LIMIT: "off", POOL: "4",
    ...(port ? { PORT: String(port) } : {}),
    ...(old ? { AUTH_SECRET_1: newest, AUTH_SECRET: old } : { AUTH_SECRET: newest }),
  }, "/healthz")
  server.mailTo = async (address) => {
    const page = await exchange({ target: server.url, path: "/dev/mail", headers: [["Host", new URL(origin).host]] })
    return [...page.text.matchAll(/<a href="([^"]*)">Sign in as ([^<]*)</g)].map((m) => ({ url: unescape(m[1]), to: unescape(m[2]) })).find((m) => m.to === address)?.url
  }
  return server
}

/** The conformance candidate: ginauth with every kind of provider, in memory. */
export const startCandidate = (env) => start("conformance", env, "/__test/health")

let built

/** ginauth that still reads the cookies of next-auth 4; it is built here because nothing else needs it. */
export async function startV4Server(env) {
  await (built ??= promisify(execFile)("go", ["build", "-o", path.join(here, "generated/v4server"), "./v4server"], { cwd: here }))
  return start(path.join(here, "generated/v4server"), env, "/healthz")
}
