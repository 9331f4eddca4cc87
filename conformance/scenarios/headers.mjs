// Every kind of answer of every route, with the headers that harden it compared as well.
const list = []
const add = (name, run, variants = ["jwt", "database"]) => list.push({ name, run, variants, hardening: true })
const RETURN = { headers: { "X-Auth-Return-Redirect": "1" } }
/** The CSRF token; how it was got is not compared. */
async function token(c, k) {
  const csrfToken = await k.getCsrfToken()
  c.transcript.pop()
  return csrfToken
}
const alice = { username: "alice", password: "wonderland" }

add("cached-nowhere", async (c) => {
  const b = c.browser()
  await b.get(`${c.base}/csrf`)
  await b.get(`${c.base}/csrf`, RETURN)
  await b.get(`${c.base}/session`)
  await b.get(`${c.base}/session`, { cookies: false, cookie: "authjs.session-token=broken" })
})
add("json", async (c) => {
  const k = c.client()
  const csrfToken = await token(c, k)
  await k.b.get(`${c.base}/providers`)
  await k.b.get(`${c.base}/webauthn-options/passkey?action=authenticate`)
  await k.b.get(`${c.base}/webauthn-options/passkey?action=register`, { label: "refused" })
  await k.b.get(`${c.base}/webauthn-options/passkey?action=nonsense`, { label: "refused" })
  await k.b.get(`${c.base}/webauthn-options/nope`, RETURN)
  await k.b.json(`${c.base}/session`, { csrfToken, data: {} })
  await k.b.json(`${c.base}/session`, { data: {} }, { label: "without the token" })
  await k.b.form(`${c.base}/signin/email`, { csrfToken, email: "h@example.test" }, RETURN)
  await k.b.form(`${c.base}/signin/mock`, { csrfToken }, RETURN)
  await k.b.form(`${c.base}/callback/credentials`, { csrfToken, username: "nobody" }, RETURN)
  await k.b.form(`${c.base}/callback/passkey`, { csrfToken, action: "authenticate", data: "{}" }, RETURN)
  await k.b.form(`${c.base}/signout`, { csrfToken }, RETURN)
  await k.b.form(`${c.base}/signout`, {}, RETURN)
})
add("redirect", async (c) => {
  const k = c.client()
  const csrfToken = await token(c, k)
  for (const p of ["signin/mock", "signin/nope", "callback", "callback/mock", "callback/mock?error=access_denied", "callback/email", "callback/passkey", "callback/nope", "webauthn-options", "webauthn-options/nope"]) await k.b.get(`${c.base}/${p}`, { cookies: false })
  for (const p of ["csrf", "providers", "error", "verify-request", "webauthn-options/passkey", "signin/nope", "signout", "signin/email", "callback/passkey", "callback/mock"]) await k.b.send("POST", `${c.base}/${p}`, { cookies: false })
  await k.b.form(`${c.base}/callback/credentials`, { csrfToken, username: "nobody" })
  if (c.strategy === "jwt") await k.b.form(`${c.base}/callback/credentials`, { csrfToken, ...alice })
  await k.b.form(`${c.base}/signin/email`, { csrfToken, email: "h@example.test" })
  await k.b.form(`${c.base}/signin/mock-oauth`, { csrfToken })
  await k.b.form(`${c.base}/signout`, { csrfToken })
})
add("bad-request", async (c) => {
  const b = c.browser()
  for (const p of ["", "/", "/nope", "/signin/a/b", "/csrf/x", "/CSRF"]) await b.get(c.base + p)
  await b.form(`${c.base}/nope`, {})
  await b.json(`${c.base}/signout`, "{")
  for (const m of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) for (const p of ["/csrf", "/signin", "/nope"]) await b.send(m, c.base + p)
})
add("page", async (c) => {
  const k = c.client()
  for (const p of ["signin", "signin?error=CredentialsSignin", "signin?callbackUrl=%2Fx", "signout", "error", "error?error=Configuration", "error?error=AccessDenied", "error?error=Verification", "error?error=%3Cscript%3E", "verify-request"]) await k.b.get(`${c.base}/${p}`)
})
add("custom-page", async (c) => {
  for (const p of ["signin", "signout", "error", "verify-request"]) await c.browser().get(`${c.base}/${p}`)
}, ["pages"])
add("page-over-https", async (c) => {
  const b = c.browser({ origin: "https://app.test" })
  for (const p of ["signin", "signout", "error", "verify-request"]) await b.get(`${c.base}/${p}`)
})

// What Auth.js takes, and ginauth does not.
add("too-large", async (c) => {
  const k = c.client()
  const csrfToken = await token(c, k)
  for (const p of ["signin/email", "callback/credentials", "callback/passkey", "callback/mock", "signout"]) await k.b.form(`${c.base}/${p}`, { csrfToken, data: "d".repeat(70_000) }, { cookies: false })
  await k.b.json(`${c.base}/session`, { csrfToken, data: "d".repeat(70_000) }, { cookies: false })
  await k.b.form(`${c.base}/signout`, { csrfToken, data: "d".repeat(70_000) }, { ...RETURN, cookies: false })
})
add("large-enough", async (c) => {
  const k = c.client()
  const csrfToken = await token(c, k)
  await k.b.form(`${c.base}/signout`, { csrfToken, data: "d".repeat(65_000) })
})
let clients = 0
for (const [p, method] of Object.entries({ csrf: "GET", providers: "GET", session: "GET", "webauthn-options/passkey": "GET", "callback/mock": "GET", "callback/passkey": "POST", "signin/email": "POST" }))
  add(`too-many-${p.replace("/", "-")}`, async (c) => {
    const b = c.browser({ extra: [["X-Forwarded-For", `192.0.2.${++clients}`]] })
    const res = await b.send(method, `${c.base}/${p}`, { cookies: false, label: "first" })
    c.transcript.pop()
    if (res.status >= 429) throw new Error(`refused at once: ${res.status}`)
    await b.send(method, `${c.base}/${p}`, { cookies: false, label: "again" })
    await b.send(method, `${c.base}/${p}`, { ...RETURN, cookies: false, label: "again, by the client" })
  }, ["limited"])
export default list
