// Child processes and ports.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { setTimeout as delay } from "node:timers/promises"

const startTime = 60_000
const stopTime = 10_000
const running = new Set()

/** A port of this machine that nothing listens on right now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  server.close()
  await once(server, "close")
  return port
}

/** Runs a command to its end; its output is told only when it fails. */
export async function run(command, args, options) {
  const child = launch(command, args, options)
  const code = await child.exit
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${child.output()}`)
}

/** Starts a server and waits until the address gives any answer at all. */
export async function start(command, args, options, address) {
  const child = launch(command, args, options)
  const deadline = Date.now() + startTime
  let ended = false
  child.exit.then(() => (ended = true))
  for (;;) {
    if (ended) throw new Error(`${command} ended while it started:\n${child.output()}`)
    if (Date.now() > deadline) throw new Error(`${address} does not answer:\n${child.output()}`)
    try {
      await (await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(5_000) })).arrayBuffer()
      return child
    } catch {
      await delay(50)
    }
  }
}

/** Ends what is still running, for when the tests themselves end early. */
export async function stopAll() {
  await Promise.all([...running].map((child) => child.stop()))
}

function launch(command, args, { cwd, env }) {
  // A group of its own: npm starts others, which have to go with it.
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true })
  const chunks = []
  child.stdout.on("data", (chunk) => chunks.push(chunk))
  child.stderr.on("data", (chunk) => chunks.push(chunk))
  const exit = new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code, signal) => resolve(signal ?? code))
  })
  const handle = {
    exit,
    output: () => Buffer.concat(chunks).toString(),
    /** Asks the process to end and returns its exit code. */
    async stop() {
      signal(child, "SIGTERM")
      const timer = setTimeout(() => signal(child, "SIGKILL"), stopTime)
      const code = await exit
      clearTimeout(timer)
      return code
    },
  }
  running.add(handle)
  exit.catch(() => {}).finally(() => running.delete(handle))
  return handle
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name)
  } catch {
    // It is gone already.
  }
}
