// The example as it is run in earnest: the built Go server, and the Next.js client in production mode.
import { createHash, randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startMockOidc } from "../../conformance/mock-oidc.mjs"
import { startIssuer } from "./issuer.mjs"
import { freePort, run, start } from "./process.mjs"

const root = join(import.meta.dirname, "../..")
const binary = join(root, "bin/example")
const candidate = join(root, "bin/conformance")
const source = join(root, "example/web")
const copy = join(root, "e2e/.build/web")
const web = ["app", "components", "lib", "scripts", ".npmrc", "next.config.ts", "package.json", "package-lock.json", "proxy.ts", "tsconfig.json"]

/**
 * Builds the client. Its rewrites, and so the backend's address, become part of the build. It is
 * built in a copy, so that a client which somebody runs from the sources is left in peace.
 */
export async function buildWeb({ backend, basePath }) {
  await mkdir(copy, { recursive: true })
  for (const name of web) {
    await rm(join(copy, name), { recursive: true, force: true })
    await cp(join(source, name), join(copy, name), { recursive: true })
  }
  const stamp = join(copy, "node_modules/.installed-lock")
  const lock = createHash("sha256").update(await readFile(join(copy, "package-lock.json"))).digest("hex")
  if (!existsSync(stamp) || (await readFile(stamp, "utf8")) !== lock) {
    await run("npm", ["ci", "--prefer-offline"], { cwd: copy })
    await writeFile(stamp, lock)
  }
  await run("npm", ["run", "build"], { cwd: copy, env: { BACKEND_URL: backend, AUTH_BASE_PATH: basePath } })
}

/** Starts the Go server on a port, with an empty database and perhaps further settings. */
export async function startServer({ port, site, basePath = "/auth", strategy = "jwt", secret = newSecret(), settings = {} }) {
  requireBuilt(binary)
  const directory = await mkdtemp(join(tmpdir(), "ginauth-e2e-"))
  const env = {
    HOST: "127.0.0.1", PORT: String(port), AUTH_URL: site, AUTH_BASE_PATH: basePath, AUTH_SECRET: secret,
    SESSION_STRATEGY: strategy, DATABASE_URL: `sqlite://${join(directory, "example.db")}`,
    ...settings,
  }
  const child = await start(binary, [], { cwd: directory, env }, `http://127.0.0.1:${port}/healthz`)
  return {
    log: child.output,
    async stop() {
      const code = await child.stop()
      await rm(directory, { recursive: true, force: true })
      return code
    },
  }
}

/** Starts the client that was built last. */
export async function startWeb({ port, site, secret, strategy = "jwt" }) {
  const env = { PORT: String(port), AUTH_URL: site, AUTH_SECRET: secret, SESSION_STRATEGY: strategy, NODE_ENV: "production" }
  return start("npm", ["start"], { cwd: copy, env }, `http://localhost:${port}/signin`)
}

/**
 * Starts both. The site is where the browser goes: the client itself, unless there is something
 * else in front of it.
 */
export async function startStack({ backendPort, webPort, site = `http://localhost:${webPort}`, basePath = "/auth", strategy = "jwt", settings }) {
  const secret = newSecret()
  const server = await startServer({ port: backendPort, site, basePath, strategy, secret, settings })
  const client = await startWeb({ port: webPort, site, secret, strategy })
  return {
    site, basePath, strategy, secret,
    log: () => server.log(),
    async stop() {
      await client.stop()
      return server.stop()
    },
  }
}

/** The Go server by itself: the browser sees its built-in pages. Under another name it may have sibling subdomains. */
export async function startAlone({ basePath = "/auth", host = "localhost", strategy } = {}) {
  const port = await freePort()
  const site = `http://${host}:${port}`
  const server = await startServer({ port, site, basePath, strategy })
  return { site, basePath, strategy, log: server.log, stop: server.stop, others: (origin) => new URL(origin).port === String(port) }
}

/** Both, with the OpenID provider of the conformance suite as a further way in. */
export async function startWithMock(ports) {
  const mock = await startMockOidc()
  const settings = {
    AUTH_OIDC_ISSUER: mock.issuer, AUTH_OIDC_NAME: "Mock OIDC", AUTH_OIDC_ID: "rig-client", AUTH_OIDC_SECRET: "rig-client-secret",
  }
  return closing(await startStack({ ...ports, settings }), mock)
}

/**
 * The conformance candidate at an independent OpenID provider. Other than the example's, its tables
 * can be asked for.
 */
export async function startAtIssuer(options) {
  requireBuilt(candidate)
  const port = await freePort()
  const site = `http://localhost:${port}`
  const issuer = await startIssuer({ client: "rig-client", secret: "rig-client-secret", callback: `${site}/auth/callback/mock`, ...options })
  const env = { PORT: String(port), AUTH_URL: site, AUTH_SECRET: newSecret(), OIDC_ISSUER: issuer.issuer, RIG_LOG: "1" }
  const child = await start(candidate, [], { cwd: root, env }, `${site}/__test/health`)
  return closing({
    site, basePath: "/auth", requests: issuer.requests,
    log: child.output,
    tables: async () => (await fetch(`${site}/__test/db`)).json(),
    async stop() {
      const code = await child.stop()
      return code === "SIGTERM" ? 0 : code // it has nothing to finish, so it just goes
    },
  }, issuer)
}

/** A stack that an OpenID provider belongs to, which ends with it. */
function closing(stack, { issuer, close }) {
  return {
    ...stack, issuer,
    async stop() {
      const code = await stack.stop()
      close()
      return code
    },
  }
}

function requireBuilt(file) {
  if (!existsSync(file)) throw new Error(`${file} is missing: run make build`)
}

function newSecret() {
  return randomBytes(33).toString("base64")
}
