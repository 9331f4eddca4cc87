// The client of next-auth 4 in a browser. It asks for its redirects as JSON with json=true in the body,
// where version 5 has a header; Auth.js 5 does not look at that field, and ginauth only with AcceptV4.
// Otherwise most of its promises are rejected after the server has done its part. A site that adds the
// header is well again.
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { startMockOidc } from "../../conformance/mock-oidc.mjs"
import { assert, check } from "../lib/checks.mjs"
import { startChromium } from "../lib/chromium.mjs"
import { makeDatabase } from "../lib/databases.mjs"
import { startFront } from "../lib/front.mjs"
import { startCandidate } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"

const secret = "interop-secret-0123456789abcdef0123456789abcdef"
const root = fileURLToPath(new URL("..", import.meta.url))

const source = `
import * as React from "react"
import { createRoot } from "react-dom/client"
import * as client from "next-auth-4/react"
window.client = client
if (location.search.includes("header")) {
  const plain = window.fetch
  window.fetch = (url, o) => plain(url, o?.method ? { ...o, headers: { ...o.headers, "X-Auth-Return-Redirect": "1" } } : o)
}
function Who() {
  const { data, status, update } = client.useSession()
  window.update = update
  return React.createElement("p", { id: "who" }, status === "loading" ? status : status + " " + (data?.user?.email ?? ""))
}
createRoot(document.body).render(React.createElement(client.SessionProvider, { basePath: "/auth" }, React.createElement(Who)))`

const good = { username: "alice", password: "wonderland" }


const scenarios = [
  { title: "getCsrfToken", plain: true, call: (c) => c.getCsrfToken().then((t) => t.length), works: { returns: 64, as: null } },
  { title: "getProviders", plain: true, call: (c) => c.getProviders().then((p) => Object.values(p).map((v) => v.type).sort().join()), works: { as: null } },
  { title: "signIn with credentials", call: (c, f) => c.signIn("credentials", { ...f, redirect: false }), fields: good, works: { returns: { error: null, status: 200, ok: true, url: "<page>" }, as: "alice@example.test" } },
  { title: "signIn with a wrong password", call: (c, f) => c.signIn("credentials", { ...f, redirect: false }), fields: { ...good, password: "wrong" }, works: { returns: { error: "CredentialsSignin", status: 200, ok: true, url: null }, as: null } },
  { title: "signIn with credentials, redirect", call: (c, f) => c.signIn("credentials", { ...f, callbackUrl: "/page?after" }), fields: good, works: { at: "/page?after", as: "alice@example.test" } },
  { title: "signIn with e-mail", call: (c) => c.signIn("email", { email: "mail@example.test", redirect: false }).then((a) => ({ ...a, url: new URL(a.url).pathname })), works: { returns: { error: null, status: 200, ok: true, url: "/auth/verify-request" }, as: null } },
  { title: "signIn with OAuth", call: (c) => c.signIn("mock-oauth", { callbackUrl: "/page?after" }), works: { at: "/page?after", as: "sub-1@oidc.example.test" } },
  { title: "useSession and update", plain: true, signedIn: true, call: () => window.update({ name: "Changed" }).then((s) => s.user.email), works: { returns: "alice@example.test", as: "alice@example.test" } },
  { title: "signOut", signedIn: true, call: (c) => c.signOut({ redirect: false }), works: { returns: { url: "<page>" }, as: null } },
  { title: "signOut, redirect", signedIn: true, call: (c) => c.signOut({ callbackUrl: "/page?after" }), works: { at: "/page?after", as: null } },
]

/** Runs one call in a browser without cookies and says what came of it. */
async function play(page, front, scenario, query) {
  await page.context().clearCookies()
  const who = async () => {
    await page.waitForFunction(() => document.querySelector("#who") && document.querySelector("#who").textContent !== "loading")
    return (await page.textContent("#who")).replace(/^unauthenticated $/, "").replace(/^authenticated /, "") || null
  }
  await page.goto(`${front.origin}/page${query}`)
  await who()
  if (scenario.signedIn) {
    await page.evaluate(async (fields) => {
      const csrfToken = await window.client.getCsrfToken()
      await fetch("/auth/callback/credentials", { method: "POST", headers: { "X-Auth-Return-Redirect": "1" }, body: new URLSearchParams({ ...fields, csrfToken, callbackUrl: location.href }) })
    }, good)
    await page.reload()
    assert.equal(await who(), "alice@example.test", "useSession")
  }
  const out = {}
  const moved = scenario.works.at && page.waitForURL((u) => u.href.endsWith(scenario.works.at), { timeout: 5000 }).then(() => true, () => false)
  const result = await page.evaluate(`(${scenario.call})(window.client, ${JSON.stringify(scenario.fields ?? {})}).then((v) => ({ returns: v }), (e) => ({ rejects: e.name }))`)
    .catch(() => ({})) // the page was left before the answer
  if (result.rejects) out.rejects = result.rejects
  else if (scenario.works.at) out.at = (await moved) ? scenario.works.at : new URL(page.url()).pathname
  else if (scenario.works.returns !== undefined) out.returns = JSON.parse(JSON.stringify(result.returns ?? null).replaceAll(`${front.origin}/page${query}`, "<page>"))
  await page.goto(`${front.origin}/blank`)
  const session = await page.evaluate(async () => (await fetch("/auth/session")).json())
  return { ...out, as: session?.user?.email ?? null }
}

const inWords = (o) => [
  o.rejects ? `rejected (${o.rejects})` : o.at ? `goes to ${o.at}` : "as documented",
  o.as ? `signed in as ${o.as}` : "signed out",
].join(", ")

export async function v4Client(wanted) {
  if (!wanted("v4 client")) return
  const bundle = await build({
    stdin: { contents: source, resolveDir: root }, bundle: true, write: false, format: "iife", logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
  })
  const front = await startFront({
    "/page": ["text/html; charset=utf-8", '<!doctype html><title>next-auth 4</title><body><script defer src="/client.js"></script>'],
    "/blank": ["text/html; charset=utf-8", "<!doctype html>"],
    "/client.js": ["text/javascript; charset=utf-8", bundle.outputFiles[0].text],
  })
  const issuer = await startMockOidc()
  const db = await makeDatabase("drizzle-sqlite")
  const store = await openAdapter("drizzle-sqlite", db.url)
  const node = await startNode({
    origin: front.origin, secret, adapter: store.adapter,
    providers: [
      { id: "credentials", type: "credentials", name: "Credentials", credentials: {}, authorize: (c) => (c.password === good.password ? { id: "alice-id", name: "Alice Liddell", email: "alice@example.test" } : null) },
      {
        id: "mock-oauth", type: "oauth", name: "Mock OAuth", issuer: issuer.issuer, clientId: "rig-client", clientSecret: "rig-client-secret",
        authorization: `${issuer.issuer}/authorize`, token: `${issuer.issuer}/token`, userinfo: `${issuer.issuer}/userinfo`,
        profile: (p) => ({ id: p.sub, name: p.name, email: p.email.toLowerCase(), image: p.picture }),
      },
    ],
  })
  const browser = await startChromium()
  let go, moved
  try {
    go = await startCandidate({ AUTH_URL: front.origin, AUTH_SECRET: secret, OIDC_ISSUER: issuer.issuer, SESSION_STRATEGY: "jwt" })
    moved = await startCandidate({ AUTH_URL: front.origin, AUTH_SECRET: secret, OIDC_ISSUER: issuer.issuer, SESSION_STRATEGY: "jwt", RIG_ACCEPT_V4: "1" })
    moved.name = "ginauth with AcceptV4"
    const page = await browser.newPage()
    for (const scenario of scenarios) {
      const runs = {}
      const where = { v4: scenario.title }
      const played = await check(`v4 client: ${scenario.title}: can be called`, async () => {
        for (const [server, queries] of [[node, ["", "?header"]], [go, ["", "?header"]], [moved, [""]]]) for (const query of queries) {
          front.to(server)
          runs[server.name + query] = await play(page, front, scenario, query)
        }
      })
      if (!played) continue
      await check(`v4 client: ${scenario.title}: as it is, at ginauth`, async () => {
        assert.deepEqual(runs.ginauth, runs["Auth.js"])
        return inWords(runs.ginauth)
      }, { ...where, column: "as it is, ginauth" })
      await check(`v4 client: ${scenario.title}: as it is, at ginauth with AcceptV4`, async () => {
        assert.deepEqual(runs[moved.name], scenario.works)
        return inWords(scenario.works)
      }, { ...where, column: "as it is, ginauth with AcceptV4" })
      await check(`v4 client: ${scenario.title}: as it is, at Auth.js`, async () => {
        if (scenario.plain) assert.deepEqual(runs["Auth.js"], scenario.works)
        else assert.match(runs["Auth.js"].rejects, /^(SyntaxError|TypeError)$/)
        return inWords(runs["Auth.js"])
      }, { ...where, column: "as it is, Auth.js" })
      for (const server of [node, go]) await check(`v4 client: ${scenario.title}: with the header, at ${server.name}`, async () => {
        assert.deepEqual(runs[`${server.name}?header`], scenario.works)
        return inWords(scenario.works)
      }, { ...where, column: `with the header, ${server.name}` })
    }
  } finally {
    await browser.close()
    await node.stop()
    await go?.stop()
    await moved?.stop()
    await store.close()
    await db.drop()
    issuer.close()
    await front.stop()
  }
}
