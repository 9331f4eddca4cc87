// What people are told while the storage is down, and that nothing is lost or half done afterwards.
const list = []
const both = ["jwt", "database"]
const add = (name, run, variants = both) => list.push({ name, run, variants })
const RETURN = { headers: { "X-Auth-Return-Redirect": "1" } }
const COOKIE = "authjs.session-token"

async function signedIn(c, email = "st@example.test") {
  const k = c.client()
  await k.passkey({ action: "register", email, redirect: false })
  return k
}
/** Runs `during` while the storage is down. */
async function outage(c, during) {
  await c.hook("storage", { down: true })
  c.circumstance = "storage down"
  await during()
  c.circumstance = undefined
  await c.hook("storage", { down: false })
}
/** What the browser and the tables hold afterwards. */
async function after(c, k) {
  await c.note("held", { session: k.b.jar.get(COOKIE) !== undefined })
  await c.note("session", await k.getSession())
  await c.db()
}

add("get-session", async (c) => {
  const k = await signedIn(c)
  await outage(c, async () => { await k.b.get(`${c.base}/session`); await k.b.get(`${c.base}/session`, RETURN) })
  await after(c, k)
})
add("get-session-by-the-client", async (c) => {
  const k = await signedIn(c)
  await outage(c, async () => c.note("session during the outage", await k.getSession()))
  await after(c, k)
})
add("update-session", async (c) => {
  const k = await signedIn(c)
  const csrfToken = await k.getCsrfToken()
  await outage(c, () => k.b.json(`${c.base}/session`, { csrfToken, data: { name: "x" } }))
  await after(c, k)
})
add("get-session-signed-out", async (c) => { await outage(c, () => c.browser().get(`${c.base}/session`)) })
add("sign-out", async (c) => {
  const k = await signedIn(c)
  const csrfToken = await k.getCsrfToken()
  await outage(c, async () => { await k.b.form(`${c.base}/signout`, { csrfToken, callbackUrl: "/bye" }, { cookies: false, cookie: k.b.jar.header() }) })
  await after(c, k)
})
add("sign-out-by-the-client", async (c) => {
  const k = await signedIn(c)
  const csrfToken = await k.getCsrfToken()
  await outage(c, () => k.b.form(`${c.base}/signout`, { csrfToken, callbackUrl: "/bye" }, RETURN))
  await after(c, k)
})
add("sign-out-signed-out", async (c) => {
  const k = c.client()
  const csrfToken = await k.getCsrfToken()
  await outage(c, () => k.b.form(`${c.base}/signout`, { csrfToken }))
})
for (const [n, o] of Object.entries({ "": {}, "-by-the-client": RETURN })) {
  add(`options${n}`, async (c) => {
    const k = await signedIn(c)
    await outage(c, async () => {
      await k.b.get(`${c.base}/webauthn-options/passkey?action=register`, o)
      await k.b.get(`${c.base}/webauthn-options/passkey?email=st%40example.test`, { ...o, cookies: false })
    })
  })
  add(`passkey-register${n}`, async (c) => {
    const k = c.client()
    await k.passkey({ action: "register", email: "st@example.test", redirect: false }, { before: stop }).catch(() => {})
    await resume(c, k, o)
  })
  add(`passkey-authenticate${n}`, async (c) => {
    const known = await signedIn(c)
    const k = c.client({ authenticator: known.auth })
    await k.passkey({ action: "authenticate", redirect: false }, { before: stop }).catch(() => {})
    await resume(c, k, o)
  })
  add(`email-send${n}`, async (c) => {
    const k = c.client()
    const csrfToken = await k.getCsrfToken()
    await outage(c, () => k.b.form(`${c.base}/signin/email`, { csrfToken, email: "st@example.test" }, o))
    await c.note("mails", await c.mail())
    await c.db()
  })
  add(`email-link${n}`, async (c) => {
    const k = c.client()
    await k.b.form(`${c.base}/signin/email`, { csrfToken: await k.getCsrfToken(), email: "st@example.test" })
    const [m] = await c.mail()
    const u = new URL(m.url)
    await outage(c, () => k.b.get(u.pathname + u.search, o))
    await c.db()
    await k.b.get(u.pathname + u.search, { label: "afterwards" })
    await after(c, k)
  })
  add(`credentials-stored${n}`, async (c) => {
    await signedIn(c)
    const k = c.client()
    const csrfToken = await k.getCsrfToken()
    await outage(c, () => k.b.form(`${c.base}/callback/credentials`, { csrfToken, username: "stored", password: "st@example.test" }, o))
  })
  for (const p of ["mock", "mock-oauth"]) add(`${p}-callback${n}`, async (c) => {
    const k = c.client()
    const start = await k.b.form(`${c.base}/signin/${p}`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })
    const to = await c.throughIssuer(start.header("location"))
    await outage(c, () => k.b.get(to, o))
    await after(c, k)
  })
}

// The ceremony is done by then; what is posted is kept, to be posted while the storage is down.
async function stop(k) {
  k.kept = { csrfToken: await k.getCsrfToken() }
  throw new Error("later")
}
async function resume(c, k, o) {
  const fields = { ...k.kept, email: "st@example.test", action: k.last.action, data: JSON.stringify(k.last.answer), callbackUrl: "/after" }
  await outage(c, () => k.b.form(`${c.base}/callback/passkey`, fields, o))
  await after(c, k)
  await k.b.form(`${c.base}/callback/passkey`, fields, { ...o, label: "the same again afterwards" })
  await after(c, k)
}
export default list
