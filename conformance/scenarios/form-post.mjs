// Apple's way: the provider has the browser POST its answer, from the provider's own site. Cookies
// without SameSite=None stay at home then.
const list = []
const add = (name, run, variants = ["formpost", "dbformpost"]) => list.push({ name, run, variants })
const SITE = "https://app.test"
const CROSS = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" }

async function start(c, k, query = {}, fields = {}) {
  const res = await k.b.form(`${c.base}/signin/apple?${new URLSearchParams(query)}`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after", ...fields })
  return res.header("location")
}

/** Posts the answer as the provider's page does; `headers` may say otherwise. */
const answer = (c, k, { path, fields }, { headers, ...o } = {}) => k.b.form(path, fields, { crossSite: true, headers: { Origin: c.issuer, ...CROSS, ...headers }, ...o })

async function flow(c, k, query, options) {
  const res = await answer(c, k, await c.formOfIssuer(await start(c, k, query)), options)
  await c.note("cookies", held(k.b.jar.names()))
  return res
}
const held = (names) => Object.fromEntries(names.map((n) => [n, true]))
const there = (c) => c.client({ origin: SITE })
const end = async (c, k) => { await c.note("session", await k.getSession()); await c.db() }

add("start", async (c) => {
  for (const k of [there(c), c.client()]) {
    await start(c, k)
    await c.note("cookies refused by the browser", held(k.b.jar.refused))
    await k.b.form(`${c.base}/signin/apple`, { csrfToken: await k.getCsrfToken() }, { headers: { "X-Auth-Return-Redirect": "1" } })
  }
})
add("new-user", async (c) => { const k = there(c); await flow(c, k, { login_hint: "ann" }); await end(c, k) })
add("new-user-with-name", async (c) => { const k = there(c); await flow(c, k, { login_hint: "ann", mock: "named" }); await end(c, k) })
add("known-user", async (c) => {
  const k = there(c)
  await flow(c, k, { login_hint: "ann", mock: "named" })
  await k.signOut({ redirect: false })
  await flow(c, k, { login_hint: "ann" }, { label: "second sign-in" })
  await end(c, k)
})
add("while-somebody-else-is-signed-in", async (c) => {
  const k = there(c)
  await k.passkey({ action: "register", email: "here@example.test", redirect: false })
  await flow(c, k, { login_hint: "ann" })
  await end(c, k)
})
add("email-of-another-user", async (c) => {
  await there(c).passkey({ action: "register", email: "taken@example.test", redirect: false })
  const k = there(c)
  await flow(c, k, { login_hint: "taken@example.test" })
  await end(c, k)
})
for (const mode of ["deny", "wrong_state", "no_state", "bad_nonce", "no_nonce", "wrong_aud", "wrong_iss", "expired", "token_error", "no_id_token"])
  add(`provider-${mode}`, async (c) => { const k = there(c); await flow(c, k, { mock: mode, login_hint: "odd" }); await end(c, k) }, ["formpost"])
add("provider-bad_sig", async (c) => { const k = there(c); await flow(c, k, { mock: "bad_sig", login_hint: "odd" }); await end(c, k) }, ["formpost"])
add("replayed", async (c) => {
  const k = there(c)
  const form = await c.formOfIssuer(await start(c, k, { login_hint: "rep" }))
  const saved = k.b.jar.header({ crossSite: true })
  await answer(c, k, form, { label: "first use" })
  await answer(c, k, form, { label: "again" })
  await answer(c, k, form, { label: "with the old cookies", cookies: false, cookie: saved })
  await answer(c, k, await c.formOfIssuer(await start(c, k, { login_hint: "new" })), { label: "new answer with the old cookies", cookies: false, cookie: saved })
  await c.db()
})
for (const [n, o] of Object.entries({
  "no-fetch-metadata": { headers: { "Sec-Fetch-Site": null } },
  "origin-null": { headers: { "Sec-Fetch-Site": null, Origin: "null" } },
  "same-site": { headers: { "Sec-Fetch-Site": "same-site" } },
  "return-redirect-header": { headers: { "X-Auth-Return-Redirect": "1" } },
}))
  add(`answer-${n}`, async (c) => { const k = there(c); await flow(c, k, { login_hint: "ann" }, o); await end(c, k) }, ["formpost"])
for (const name of ["state", "nonce"])
  add(`${name}-cookie-missing`, async (c) => {
    const k = there(c)
    const form = await c.formOfIssuer(await start(c, k))
    k.b.jar.delete(`__Secure-authjs.${name}`)
    await answer(c, k, form)
  }, ["formpost"])
add("cookies-garbage", async (c) => {
  const k = there(c)
  const form = await c.formOfIssuer(await start(c, k))
  for (const n of ["state", "nonce"]) k.b.jar.set(`__Secure-authjs.${n}`, "x".repeat(50))
  await answer(c, k, form)
}, ["formpost"])
add("state-of-other-provider", async (c) => {
  const k = there(c)
  const form = await c.formOfIssuer(await start(c, k))
  await k.b.form(`${c.base}/signin/mock`, { csrfToken: await k.getCsrfToken() })
  await answer(c, k, form, { cookies: false, cookie: k.b.jar.header(), label: "with the other provider's cookies" })
}, ["formpost"])
add("in-a-browser-that-never-started", async (c) => {
  const form = await c.formOfIssuer(await start(c, there(c)))
  await answer(c, there(c), form)
  await c.db()
}, ["formpost"])
add("not-as-a-form-post", async (c) => {
  const k = there(c)
  const { path, fields } = await c.formOfIssuer(await start(c, k))
  const cookie = k.b.jar.header()
  const rest = { cookies: false, cookie }
  await k.b.get(`${path}?${new URLSearchParams(fields)}`, { ...rest, label: "as a GET" })
  await k.b.form(`${path}?${new URLSearchParams(fields)}`, {}, { ...rest, label: "in the query of a POST" })
  await k.b.form(path, {}, { ...rest, label: "without anything" })
  await k.b.send("POST", path, { ...rest, label: "without a body" })
  await k.b.form(path, { error: "user_cancelled_authorize" }, { ...rest, label: "error without state" })
  await k.b.form(path, { error: "user_cancelled_authorize", state: fields.state }, { ...rest, label: "error with state" })
  await k.b.form(path, { code: fields.code, state: "made-up" }, { ...rest, label: "made-up state" })
  await k.b.send("POST", path, { ...rest, headers: { "Content-Type": "text/plain" }, body: new URLSearchParams(fields).toString(), label: "as plain text" })
  await k.b.json(path, fields, { ...rest, label: "as JSON" })
  await c.db()
}, ["formpost"])
// The exception is for the answer of that provider alone.
add("elsewhere-refused", async (c) => {
  const k = there(c)
  const csrfToken = await k.getCsrfToken()
  const o = { cookies: false, cookie: k.b.jar.header(), headers: { Origin: c.issuer, ...CROSS } }
  for (const p of ["signin/apple", "callback/mock", "callback/mock-oauth", "callback/credentials", "callback/passkey", "callback/email", "webauthn-options/apple"]) await k.b.form(`${c.base}/${p}`, { csrfToken }, o)
}, ["formpost"])
export default list
