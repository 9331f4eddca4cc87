const both = ["jwt", "database"]
const list = []
const add = (name, run, variants = both) => list.push({ name, run, variants })
const APP = "https://app.test"

add("actions-fresh", async (c) => { for (const a of ["csrf", "providers", "session", "signin", "signout", "error", "verify-request"]) await c.browser({ origin: APP }).get(`${c.base}/${a}`) })
add("passkey-sign-up-and-in", async (c) => {
  const k = c.client({ origin: APP })
  await c.note("sign up", await k.passkey({ action: "register", email: "tls@example.test", redirect: false, callbackUrl: "/welcome" }))
  await c.note("session", await k.getSession())
  await c.note("cookies", k.b.jar.names())
  await c.note("signout", await k.signOut({ redirect: false }))
  await c.note("sign in", await k.passkey({ action: "authenticate", redirect: false }))
  await c.note("refused by the browser", k.b.jar.refused)
  await c.db()
})
add("credentials", async (c) => {
  const k = c.client({ origin: APP })
  for (const u of ["alice", "big", "bad"]) {
    await c.note(u, await k.signIn("credentials", { username: u, password: u === "alice" ? "wonderland" : u, redirect: false }))
    await c.note("cookies", k.b.jar.names())
  }
  await c.note("signout", await k.signOut({ redirect: false }))
  await c.note("cookies", k.b.jar.names())
}, ["jwt"])
add("email", async (c) => {
  const k = c.client({ origin: APP })
  await c.note("result", await k.signIn("email", { email: "tls@example.test", redirect: false, callbackUrl: "/inbox" }))
  const mails = await c.mail()
  await c.note("mails", mails)
  const u = new URL(mails.at(-1).url)
  await k.b.get(u.pathname + u.search)
  await c.note("cookies", k.b.jar.names())
})
for (const p of ["mock", "mock-oauth"]) add(`flow-${p}`, async (c) => {
  const k = c.client({ origin: APP })
  const res = await k.b.form(`${c.base}/signin/${p}?login_hint=tls`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })
  await c.note("cookies", k.b.jar.names())
  await k.b.get(await c.throughIssuer(res.header("location")))
  await c.note("cookies", k.b.jar.names())
  await k.getSession()
})
add("token-without-secure-prefix-is-no-session", async (c) => {
  const b = c.browser({ origin: APP })
  b.jar.set("authjs.session-token", await c.encode({ name: "Plain", sub: "p" }))
  await b.get(`${c.base}/session`)
  const s = c.browser()
  s.jar.set("__Secure-authjs.session-token", await c.encode({ name: "Secure", sub: "s" }, { salt: "__Secure-authjs.session-token" }))
  await s.get(`${c.base}/session`)
}, ["jwt"])
add("csrf-cookie-without-host-prefix", async (c) => {
  const plain = c.client()
  const csrfToken = await plain.getCsrfToken()
  const b = c.browser({ origin: APP })
  await b.form(`${c.base}/signout`, { csrfToken }, { cookies: false, cookie: plain.b.jar.header() })
  const host = c.client({ origin: APP })
  const token = await host.getCsrfToken()
  const value = host.b.jar.get("__Host-authjs.csrf-token")
  for (const name of ["__Host-authjs.csrf-token", "__Secure-authjs.csrf-token", "authjs.csrf-token"])
    await b.form(`${c.base}/signout`, { csrfToken: token }, { cookies: false, cookie: `${name}=${value}`, label: name })
})
add("callback-url-of-other-scheme", async (c) => {
  const k = c.client({ origin: APP })
  for (const u of ["http://app.test/x", "https://app.test/x", "https://app.test:443/x", "/x"]) await c.note(u, await k.signOut({ redirect: false, callbackUrl: u }))
})
add("passkey-of-http-origin-refused", async (c) => {
  const k = c.client({ origin: APP })
  await c.note("result", await k.passkey({ action: "register", email: "tls@example.test", redirect: false }, { knobs: { origin: "http://app.test" } }))
  await c.db()
})
for (const [n, v] of Object.entries({ upper: "HTTPS", "with-colon": "https:" }))
  add(`forwarded-proto-${n}`, async (c) => { await c.browser({ extra: [["X-Forwarded-Proto", v]] }).get(`${c.base}/csrf`) }, ["jwt"])
export default list
