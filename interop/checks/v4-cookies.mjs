// A site that moves away from next-auth 4: its session cookies, made by that package itself, and what
// Cookies.AcceptV4 makes of them.
import { createRequire } from "node:module"
import path from "node:path"
import { randomUUID } from "node:crypto"
import { getToken } from "next-auth/jwt"
import { Browser } from "../../conformance/client.mjs"
import { assert, check } from "../lib/checks.mjs"
import { makeDatabase } from "../lib/databases.mjs"
import { startV4Server } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"

const require = createRequire(import.meta.url)
const v4 = path.dirname(require.resolve("next-auth-4"))
const { encode } = require("next-auth-4/jwt")
const { AuthHandler } = require(path.join(v4, "core/index.js"))
const { SessionStore } = require(path.join(v4, "core/lib/cookie.js"))
const credentials = require("next-auth-4/providers/credentials").default

const secret = "interop-secret-0123456789abcdef0123456789abcdef"
const ada = { name: "Ada", email: "ada@example.com", picture: "http://img.example.com/a.png", sub: "ada-id" }
const quiet = { error() {}, warn() {}, debug() {} }
const plain = "next-auth.session-token"

/** The cookies that a next-auth 4 server sets when somebody signs in with a password. */
async function signInAtV4(origin) {
  const options = {
    secret, session: { strategy: "jwt" }, logger: quiet, useSecureCookies: origin.startsWith("https:"),
    providers: [credentials({ credentials: {}, authorize: () => ({ id: ada.sub, name: ada.name, email: ada.email, image: ada.picture }) })],
  }
  const request = (o) => AuthHandler({ options, req: { origin, method: "GET", headers: {}, query: {}, body: {}, cookies: {}, ...o } })
  const csrf = await request({ action: "csrf" })
  const cookies = Object.fromEntries(csrf.cookies.map((c) => [c.name, c.value]))
  const answer = await request({ action: "callback", providerId: "credentials", method: "POST", cookies, body: { csrfToken: csrf.body.csrfToken, json: "true" } })
  return answer.cookies.filter((c) => c.name.includes("session-token"))
}

function chunked(value) {
  const store = new SessionStore({ name: plain, options: {} }, { cookies: {}, headers: {} }, quiet)
  return store.chunk(value, {})
}

export async function v4Cookies(wanted) {
  if (!wanted("v4 cookies")) return
  for (const origin of ["http://localhost:3000", "https://localhost"]) {
    const secure = origin.startsWith("https:")
    const name = secure ? `__Secure-${plain}` : plain
    const go = await startV4Server({ AUTH_URL: origin, AUTH_SECRET: secret })
    const db = await makeDatabase("drizzle-sqlite")
    const store = await openAdapter("drizzle-sqlite", db.url)
    const node = await startNode({ origin, secret, adapter: store.adapter })
    const visit = (cookies) => {
      const b = new Browser({ target: go.url, origin })
      for (const c of cookies) b.jar.set(c.name, c.value)
      return b
    }
    const sessionNames = (b) => b.jar.names().filter((n) => n.includes("session-token"))
    try {
      await check(`v4 cookies: ${origin}: the cookie of a next-auth 4 server is read and replaced`, async () => {
        const made = await signInAtV4(origin)
        assert.deepEqual(made.map((c) => c.name), [name])
        const b = visit(made)
        assert.equal(JSON.parse((await b.get("/me")).text).email, ada.email, "the guard")
        assert.deepEqual(JSON.parse((await b.get("/auth/session")).text).user, { name: ada.name, email: ada.email, image: ada.picture })
        assert.deepEqual(sessionNames(b), [secure ? "__Secure-authjs.session-token" : "authjs.session-token"])
        const token = await getToken({ req: { headers: { cookie: b.jar.header() } }, secret, secureCookie: secure })
        assert.equal(token.sub, ada.sub)
        b.target = node.url
        assert.equal(JSON.parse((await b.get("/auth/session")).text).user.email, ada.email, "the new cookie at Auth.js")
      })
      if (secure) continue
      await check("v4 cookies: a token in several cookies", async () => {
        const made = chunked(await encode({ token: { ...ada, pad: "p".repeat(5000) }, secret }))
        assert.ok(made.length > 1)
        const b = visit(made)
        assert.equal(JSON.parse((await b.get("/auth/session")).text).user.email, ada.email)
        assert.ok(sessionNames(b).every((n) => n.startsWith("authjs.")), sessionNames(b).join())
      })
      for (const [title, token] of [
        ["of another secret", await encode({ token: ada, secret: `${secret}.` })],
        ["that is over", await encode({ token: ada, secret, maxAge: -60 })],
        ["sealed with a salt", await encode({ token: ada, secret, salt: name })],
      ]) await check(`v4 cookies: a token ${title} is nobody's`, async () => {
        const b = visit([{ name, value: token }])
        assert.equal((await b.get("/auth/session")).text, "null")
        assert.deepEqual(sessionNames(b), [])
      })
      await check("v4 cookies: a session of version 5 comes first", async () => {
        const b = visit(await signInAtV4(origin))
        b.jar.set("authjs.session-token", "not a token")
        assert.equal((await b.get("/auth/session")).text, "null")
      })
      await check("v4 cookies: Auth.js 5 does not read them", async () => {
        const b = visit(await signInAtV4(origin))
        b.target = node.url
        assert.equal((await b.get("/auth/session")).text, "null")
      })
    } finally {
      await go.stop()
      await node.stop()
      await store.close()
      await db.drop()
    }
  }
  const origin = "http://localhost:3000"
  await check("v4 cookies: without AcceptV4 they are not read", async () => {
    const go = await startV4Server({ AUTH_URL: origin, AUTH_SECRET: secret, ACCEPT_V4: "0" })
    try {
      const b = new Browser({ target: go.url, origin })
      for (const c of await signInAtV4(origin)) b.jar.set(c.name, c.value)
      assert.equal((await b.get("/auth/session")).text, "null")
    } finally { await go.stop() }
  })
  await check("v4 cookies: a session in the database goes on under the new name", async () => {
    const token = randomUUID()
    const go = await startV4Server({ AUTH_URL: origin, AUTH_SECRET: secret, SESSION_STRATEGY: "database", V4_SESSION: token })
    try {
      const b = new Browser({ target: go.url, origin })
      b.jar.set(plain, token)
      assert.equal(JSON.parse((await b.get("/auth/session")).text).user.email, ada.email)
      assert.equal(b.jar.get("authjs.session-token"), token)
      assert.equal(b.jar.get(plain), undefined)
    } finally { await go.stop() }
  })
}
