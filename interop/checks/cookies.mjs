// What the two servers keep in cookies: long tokens in several of them, rotated secrets, https names,
// the CSRF token, and what next-auth's getToken reads.
import { getToken } from "next-auth/jwt"
import { decode } from "@auth/core/jwt"
import { assert, check } from "../lib/checks.mjs"
import { makeDatabase } from "../lib/databases.mjs"
import { startExample } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"
import { Person } from "../lib/person.mjs"

const OLD = "interop-old-secret-0123456789abcdef0123456789ab"
const NEW = "interop-new-secret-0123456789abcdef0123456789ab"
const SCHEMA = "drizzle-sqlite"

/** Runs `fn` with both servers on one database. */
async function together({ origin = "http://localhost:3000", strategy = "jwt", goSecret = OLD, nodeSecret = goSecret }, fn) {
  const db = await makeDatabase(SCHEMA)
  const store = await openAdapter(SCHEMA, db.url)
  let go, node
  try {
    go = await startExample({ databaseURL: db.url, origin, secret: goSecret, strategy })
    node = await startNode({ adapter: store.adapter, origin, secret: nodeSecret, strategy })
    await fn({ go, node, db, origin, both: [[go, node], [node, go]] })
  } finally {
    await node?.stop()
    await go?.stop()
    await store.close()
    await db.drop()
  }
}

const names = (p) => p.browser.jar.names().filter((n) => n.includes("session-token")).sort()
const ask = (p, o = {}) => getToken({ req: { headers: { cookie: p.browser.jar.header() } }, secret: OLD, ...o })

async function longTokens() {
  await together({}, async ({ go, node, origin }) => {
    await check("cookies: a token in several cookies goes back and forth", async () => {
      const p = new Person(origin).at(node)
      await p.signUp()
      await p.client.update({ pad: 6000 })
      assert.deepEqual(names(p), ["authjs.session-token.0", "authjs.session-token.1", "authjs.session-token.2"])
      await p.at(go).isSignedIn()
      assert.equal(names(p).length, 3)
      assert.equal((await ask(p)).pad?.length, 6000, "ginauth lost a claim, or getToken cannot read its cookies")
      await p.at(node).isSignedIn()
      await p.client.update({ pad: 3000 })
      await p.at(go).isSignedIn()
      assert.deepEqual(names(p), ["authjs.session-token.0", "authjs.session-token.1"])
      await p.at(node).client.update({ pad: 0 })
      assert.deepEqual(names(p), ["authjs.session-token"])
      await p.at(go).isSignedIn()
    })
    await check("cookies: ginauth signs a session in several cookies out", async () => {
      const p = new Person(origin).at(node)
      await p.signUp()
      await p.client.update({ pad: 6000 })
      await p.at(go).signOut()
      assert.deepEqual(names(p), [])
    })
    for (const server of [go, node]) await check(`cookies: getToken reads those of ${server.name}`, async () => {
      const p = new Person(origin).at(server)
      await p.signUp()
      await p.session()
      const token = await ask(p)
      assert.equal(token.email, p.email)
      assert.equal((await ask(p, { secret: [NEW, OLD] })).email, p.email)
      assert.equal(await ask(p, { secret: NEW }), null)
      assert.equal(await ask(p, { raw: true }), p.cookie)
      const bearer = await getToken({ req: { headers: { authorization: `Bearer ${encodeURIComponent(p.cookie)}` } }, secret: OLD })
      assert.equal(bearer.sub, token.sub)
    })
    await check("cookies: the claims of a person are the same", async () => {
      const p = new Person(origin).at(go)
      await p.signUp()
      const claims = []
      for (const server of [node, go]) {
        const q = p.elsewhere().at(server)
        await q.signIn()
        const { iat, exp, jti, auth_time, amr, ...others } = await ask(q)
        assert.equal(exp - iat, 30 * 86400)
        // When and how the person signed in is a claim of ginauth's alone.
        const own = server.name === "ginauth"
        assert.deepEqual(amr, own ? ["swk", "user"] : undefined)
        assert.equal(iat - auth_time <= 2, own)
        assert.match(jti, /^[0-9a-f-]{36}$/)
        claims.push(others)
      }
      assert.deepEqual(claims[1], claims[0])
    })
    await check("cookies: a bearer token of the one is good at the other's guard", async () => {
      const p = new Person(origin).at(node)
      await p.signUp()
      const answer = await p.at(go).browser.get("/api/me", { cookies: false, headers: { Authorization: `Bearer ${p.cookie}` } })
      assert.equal(answer.status, 200)
    })
  })
}

async function secureNames() {
  for (const strategy of ["jwt", "database"]) await together({ origin: "https://localhost", strategy }, async ({ both, origin }) => {
    for (const [first, second] of both) await check(`cookies: https, ${strategy}: ${first.name} → ${second.name}`, async () => {
      const p = new Person(origin).at(first)
      await p.signUp()
      assert.deepEqual(p.browser.jar.refused, [])
      assert.deepEqual(p.browser.jar.names().sort(), ["__Host-authjs.csrf-token", "__Secure-authjs.callback-url", "__Secure-authjs.session-token"])
      await p.at(second).isSignedIn()
      if (strategy === "jwt") assert.equal((await ask(p, { secureCookie: true })).email, p.email)
      await p.signOut()
      await p.elsewhere().at(second).signIn()
    })
  })
}

async function csrfTokens() {
  for (const [title, secret] of [["one secret", OLD], ["two secrets", [NEW, OLD]]]) await together({ goSecret: secret }, async ({ both, origin }) => {
    for (const [first, second] of both) {
      await check(`cookies: ${title}: ${second.name} takes the CSRF token of ${first.name}`, async () => {
        const p = new Person(origin).at(first)
        const token = await p.client.getCsrfToken()
        assert.equal(await p.at(second).client.getCsrfToken(), token)
        const answer = await p.browser.form("/auth/signin/email", { csrfToken: token, email: p.email }, { headers: { "X-Auth-Return-Redirect": "1" } })
        assert.match(JSON.parse(answer.text).url, /verify-request/)
      })
      await check(`cookies: ${title}: ${second.name} takes the e-mailed token of ${first.name}`, async () => {
        const p = new Person(origin).at(first)
        await p.askForMail()
        assert.equal(await p.at(second).follow(await first.mailTo(p.email), { asks: second.name === "ginauth" }), null)
        await p.isSignedIn()
      })
    }
  })
}

async function rotatedSecrets() {
  for (const [title, goSecret, nodeSecret] of [["ginauth", [NEW, OLD], OLD], ["Auth.js", OLD, [NEW, OLD]]])
    await together({ goSecret, nodeSecret }, async ({ go, node, origin }) => {
      const [ahead, behind] = title === "ginauth" ? [go, node] : [node, go]
      await check(`cookies: ${title} has a new secret first: it reads sessions of the old one, and makes new ones`, async () => {
        const p = new Person(origin).at(behind)
        await p.signUp()
        const made = p.cookie
        await assert.rejects(decode({ token: made, secret: NEW, salt: "authjs.session-token" }))
        await p.at(ahead).isSignedIn()
        assert.equal((await decode({ token: p.cookie, secret: NEW, salt: "authjs.session-token" })).email, p.email)
        await p.at(behind).isSignedOut()
      })
    })
  await together({ goSecret: [NEW, OLD] }, async ({ go, node, origin }) => {
    for (const [first, second] of [[go, node], [node, go]]) await check(`cookies: both have the new secret: ${first.name} → ${second.name}`, async () => {
      const p = new Person(origin).at(first)
      await p.signUp()
      await p.at(second).isSignedIn()
      assert.equal((await ask(p, { secret: NEW })).email, p.email)
      await p.elsewhere().at(second).signIn()
    })
  })
}

export async function cookies(wanted) {
  if (!wanted("cookies")) return
  await longTokens()
  await secureNames()
  await csrfTokens()
  await rotatedSecrets()
}
