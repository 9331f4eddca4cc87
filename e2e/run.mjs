// Starts what the tests need, runs them group by group, and tells the result in the last line.
//
//   npm test                 all of them
//   npm test -- "cookies:"   those whose name contains a text
import { startAttacker } from "./lib/attacker.mjs"
import { launchBrowser, Visitor } from "./lib/browser.mjs"
import { makeCertificate, startProxy } from "./lib/https.mjs"
import { freePort, stopAll } from "./lib/process.mjs"
import { Runner } from "./lib/runner.mjs"
import { buildWeb, startAlone, startAtIssuer, startStack, startWithMock } from "./lib/stack.mjs"
import { account } from "./tests/account.mjs"
import { builtin } from "./tests/builtin.mjs"
import { ceremonies } from "./tests/ceremonies.mjs"
import { cookies } from "./tests/cookies.mjs"
import { crossSite } from "./tests/cross-site.mjs"
import { database } from "./tests/database.mjs"
import { guards } from "./tests/guards.mjs"
import { https } from "./tests/https.mjs"
import { issuerRefused, issuerTrusted } from "./tests/issuer.mjs"
import { look } from "./tests/look.mjs"
import { scopes } from "./tests/scopes.mjs"
import { waysIn } from "./tests/ways-in.mjs"

const runner = new Runner(process.argv[2])
const start = performance.now()
let browser

/** Runs groups of tests on servers of their own, and looks at what these have logged. */
async function stage(groups, startServers) {
  const wanted = Object.entries(groups).filter(([name, tests]) => runner.wants(name, tests))
  if (wanted.length === 0) return
  let stack
  try {
    stack = await startServers()
    for (const [name, tests] of wanted) {
      await runner.group(name, tests, (title) => Visitor.open(browser, stack, title))
    }
    checkEnd(await stack.stop(), stack.log())
  } catch (error) {
    runner.broken(wanted.map(([name]) => name).join(", "), error)
    await stack?.stop().catch(() => {})
  }
}

function checkEnd(code, log) {
  if (code !== 0) throw new Error(`the Go server ended with ${code}:\n${log}`)
  // Nobody's address belongs in a log, nor does anything that was in a cookie or a link.
  for (const pattern of [/@e2e\.example/, /eyJhbGciOi/, /token=/, /panic/]) {
    if (pattern.test(log)) throw new Error(`${pattern} is in the log of the Go server:\n${log}`)
  }
}

/**
 * Builds the client once for the groups that share a base path. What needs no client can be done
 * meanwhile.
 */
async function withClient(basePath, stages, meanwhile) {
  if (!stages.some(([groups]) => Object.entries(groups).some(([name, tests]) => runner.wants(name, tests)))) return meanwhile?.()
  const ports = { backendPort: await freePort(), webPort: await freePort(), basePath }
  await Promise.all([buildWeb({ backend: `http://127.0.0.1:${ports.backendPort}`, basePath }), meanwhile?.()])
  for (const [groups, startServers] of stages) await stage(groups, () => startServers(ports))
}

/** The client and the server behind a proxy with https. */
async function startSecure(ports, { key, certificate }) {
  const port = await freePort()
  const stack = await startStack({ ...ports, site: `https://localhost:${port}` })
  const proxy = await startProxy({ port, target: ports.webPort, key, certificate })
  return {
    ...stack,
    async stop() {
      await proxy.stop()
      return stack.stop()
    },
  }
}

/**
 * The client and the server under a name that has subdomains, and pages of others. A name below
 * localhost is a site of its own, as one below com is.
 */
async function startAttacked(ports) {
  const attacker = await startAttacker()
  const stack = await startStack({ ...ports, site: `http://app.localhost:${ports.webPort}` })
  return {
    ...stack, attacker,
    others: (origin) => new URL(origin).port === new URL(attacker.origin("localhost")).port,
    async stop() {
      await attacker.stop()
      return stack.stop()
    },
  }
}

try {
  const tls = await makeCertificate()
  browser = await launchBrowser(tls.spkiHash)
  await withClient("/auth", [
    [{ account, guards, ceremonies, cookies, look }, startStack],
    [{ database }, (ports) => startStack({ ...ports, strategy: "database" })],
    [{ "cross site": crossSite }, startAttacked],
    [{ https }, (ports) => startSecure(ports, tls)],
    [{ "ways in": waysIn }, startWithMock],
  ], withoutClient)
  await withClient("/api/auth", [[{ "base path /api/auth": basePath() }, startStack]])
} catch (error) {
  runner.broken("the tests themselves", error)
} finally {
  await browser?.close()
  await stopAll()
}
console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`)
console.log(`${runner.passed} passed, ${runner.failed} failed`)
process.exitCode = runner.failed === 0 && runner.passed > 0 ? 0 : 1

/** What the Go server does by itself, or with an OpenID provider. */
async function withoutClient() {
  await stage({ builtin }, startAlone)
  await stage({ "cookie scopes": scopes }, () => startAlone({ host: "www.app.localhost" }))
  await stage({ "cookie scopes, database": pick(scopes, "the session cookie was set with a Domain before", "cookies that a page of another subdomain set") },
    () => startAlone({ host: "www.app.localhost", strategy: "database" }))
  for (const alg of ["RS256", "ES256"]) {
    await stage({ [`issuer ${alg}`]: issuerTrusted(alg) }, () => startAtIssuer({ alg }))
  }
  await stage({ "issuer with another secret": issuerRefused(/invalid_client/) }, () => startAtIssuer({ secret: "another-client-secret" }))
  await stage({ "issuer with others' keys": issuerRefused(/failed to verify signature/) }, () => startAtIssuer({ othersKeys: true }))
}

/** A few of the tests again, where the API is where next-auth itself has it. */
function basePath() {
  return {
    ...pick(account, "sign up, sign out, sign in with the address", "a new name survives a reload and a new sign-in"),
    ...pick(guards, "signed in", "signed out"),
  }
}

function pick(tests, ...names) {
  return Object.fromEntries(names.map((name) => [name, tests[name]]))
}
