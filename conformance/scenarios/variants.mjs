// The same conversations under other settings: custom pages, base path, public URL, refused configurations.
const list = []
const add = (name, run, variants, bug) => list.push({ name, run, variants, bug })
const ACTIONS = ["csrf", "providers", "session", "signin", "signout", "error", "verify-request", "callback", "webauthn-options", "signin/passkey", "callback/passkey", "callback/mock", "webauthn-options/passkey?action=authenticate"]
const HEADER = { headers: { "X-Auth-Return-Redirect": "1" } }

for (const a of ACTIONS) {
  const name = a.replace(/\W+/g, "-")
  add(`get-${name}`, async (c) => {
    await c.browser().get(`${c.base}/${a}`)
    await c.browser().get(`${c.base}/${a}`, HEADER)
  }, ["untrusted", "nosecret", "pages", "basepath", "authurl"])
  add(`post-${name}`, async (c) => {
    await c.browser().form(`${c.base}/${a}`, { csrfToken: "0".repeat(64) })
    await c.browser().form(`${c.base}/${a}`, { csrfToken: "0".repeat(64) }, HEADER)
  }, ["untrusted", "nosecret", "pages", "basepath", "authurl"])
}
add("methods-and-paths", async (c) => {
  const b = c.browser()
  for (const m of ["PUT", "DELETE", "PATCH", "OPTIONS"]) await b.send(m, `${c.base}/session`)
  for (const p of ["", "/", "/nope", "/nope/passkey", "/signin/a/b", "/session/passkey", "/csrf/", "/signin/nope", "/callback/nope"]) await b.get(c.base + p, { cookies: false })
}, ["pages", "basepath", "authurl", "database", "untrusted", "nosecret"])
add("outside-base-path", async (c) => { 
  const b = c.browser()
  b.observe = () => {} // what is out there is not ours
  for (const p of ["/auth/csrf", "/api", "/api/authentic/csrf"]) await c.note(p, (await b.get(p)).status)
}, ["basepath"])
const ALL = ["pages", "basepath", "authurl", "rotated"]
const origin = (c) => (c.variant === "authurl" ? "https://public.example.test" : c.origin)
add("passkey-sign-up-out-in", async (c) => {
  const k = c.client({ origin: origin(c) })
  await k.passkey({ action: "register", email: "v@example.test", callbackUrl: "/welcome" })
  await c.note("sign up", k.location)
  await c.note("session", await k.getSession())
  await c.note("further", await k.passkey({ action: "register", redirect: false }))
  await c.note("sign out", await k.signOut({ redirect: false, callbackUrl: "/bye" }))
  await c.note("sign in", await k.passkey({ action: "authenticate", redirect: false }))
  await c.note("cookies", k.b.jar.names())
  await c.db()
}, ALL)
add("passkey-failure", async (c) => {
  const k = c.client({ origin: origin(c) })
  await c.note("result", await k.passkey({ action: "register", email: "v@example.test", redirect: false }, { knobs: { challenge: "x".repeat(43) } }))
  await k.b.form(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), action: "authenticate", data: "{}" })
}, ALL)
add("email-sign-in", async (c) => {
  const k = c.client({ origin: origin(c) })
  await c.note("result", await k.signIn("email", { email: "v@example.test", redirect: false, callbackUrl: "/inbox" }))
  await c.note("mails", await c.mail())
  const [m] = await c.mail("v@example.test")
  const u = new URL(m.url)
  await k.b.get(u.pathname + u.search)
  await k.b.get(u.pathname + u.search, { label: "second use" })
  await c.note("session", await k.getSession())
  await c.db()
}, ALL)
for (const p of ["mock", "mock-oauth"]) add(`flow-${p}`, async (c) => {
  const k = c.client({ origin: origin(c) })
  const start = async (q) => (await k.b.form(`${c.base}/signin/${p}?${q}`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })).header("location")
  await k.b.get(await c.throughIssuer(await start("login_hint=v")), { label: "new user" })
  await c.note("session", await k.getSession())
  await k.signOut({ redirect: false })
  await k.b.get(await c.throughIssuer(await start("login_hint=v")), { label: "known user" })
  await k.b.get(await c.throughIssuer(await start("mock=deny")), { label: "denied by the provider" })
}, ALL)
add("mail-failures", async (c) => {
  const k = c.client({ origin: origin(c) })
  await c.note("sender fails", await k.signIn("email", { email: "mailfail@example.test", redirect: false }))
  await c.note("no address", await k.signIn("email", { email: "nobody", redirect: false }))
  await k.b.get(`${c.base}/callback/email?token=${"0".repeat(64)}&email=v@example.test`)
  await k.b.get(`${c.base}/callback/email`)
}, ["pages", "basepath"])
add("errors-keep-the-query-of-custom-pages", async (c) => {
  const b = c.browser()
  for (const q of ["?error=AccessDenied", "?error=Configuration&x=1", "?callbackUrl=%2Fhere", "?callbackUrl=%2Fhere&error=OAuthCallbackError", "?callbackUrl=https%3A%2F%2Fevil.example"])
    for (const p of ["signin", "error", "signout", "verify-request"]) await b.get(`${c.base}/${p}${q}`)
}, ["pages"])
add("public-url-wins-over-headers", async (c) => {
  for (const extra of [[["X-Forwarded-Host", "other.test"]], [["X-Forwarded-Host", "other.test"], ["X-Forwarded-Proto", "http"]], []]) {
    const b = c.browser({ extra })
    await b.get(`${c.base}/providers`)
    await b.get(`${c.base}/csrf`)
    await b.get(`${c.base}/webauthn-options/passkey?action=authenticate`)
  }
}, ["authurl"])
add("passkey-of-address-behind-the-proxy-refused", async (c) => {
  const k = c.client({ origin: "https://public.example.test" })
  await c.note("result", await k.passkey({ action: "register", email: "v@example.test", redirect: false }, { knobs: { origin: c.origin } }))
  await c.db()
}, ["authurl"])
for (const s of ["short", "dbshort"]) add("lifetime-of-session", async (c) => {
  const k = c.client()
  await k.passkey({ action: "register", email: "v@example.test", redirect: false })
  await c.note("session", await k.getSession())
  await c.db()
}, [s])
export default list
