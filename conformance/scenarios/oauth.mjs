const both = ["jwt", "database"]
const list = []
const add = (name, run, variants = both, bug) => list.push({ name, run, variants, bug })
const KINDS = ["mock", "mock-oauth"]

/** Starts a flow as a form on the page would; returns the address of the provider. */
async function start(c, k, p, query = {}, fields = {}) {
  const res = await k.b.form(`${c.base}/signin/${p}?${new URLSearchParams(query)}`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after", ...fields })
  return res.header("location")
}
async function flow(c, k, p, query, label, fields) {
  const url = await start(c, k, p, query, fields)
  await k.b.get(await c.throughIssuer(url), { label })
}
const passkey = (k, email) => k.passkey({ action: "register", email, redirect: false })

for (const p of KINDS) {
  add(`${p}-new-user`, async (c) => {
    const k = c.client()
    await flow(c, k, p, {})
    await c.note("session", await k.getSession())
    await c.note("cookies", k.b.jar.names())
    await c.db()
  })
  add(`${p}-known-user`, async (c) => {
    const k = c.client()
    await flow(c, k, p, { login_hint: "known" })
    await k.signOut({ redirect: false })
    await flow(c, k, p, { login_hint: "known" }, "second sign-in")
    await c.note("session", await k.getSession())
    await c.db()
  })
  add(`${p}-client-sign-in`, async (c) => {
    const k = c.client()
    await c.note("result", await k.signIn(p, { redirect: false, callbackUrl: "/there" }, { login_hint: "cli" }))
  })
  add(`${p}-email-of-another-user`, async (c) => {
    await passkey(c.client(), "taken@example.test")
    const k = c.client()
    await flow(c, k, p, { login_hint: "taken@example.test" })
    await c.note("session", await k.getSession())
    await c.db()
  })
  add(`${p}-email-in-other-case`, async (c) => {
    await passkey(c.client(), "case@example.test")
    await flow(c, c.client(), p, { login_hint: "CASE@example.test" })
    await c.db()
  })
  add(`${p}-link-while-signed-in`, async (c) => {
    const k = c.client()
    await passkey(k, "link@example.test")
    await flow(c, k, p, { login_hint: "linked" }, "linking")
    await c.note("session", await k.getSession())
    await k.signOut({ redirect: false })
    await flow(c, k, p, { login_hint: "linked" }, "sign in with the linked account")
    await c.note("session", await k.getSession())
    await c.db()
  })
  add(`${p}-link-account-of-same-user-again`, async (c) => {
    const k = c.client()
    await flow(c, k, p, { login_hint: "twice" })
    await flow(c, k, p, { login_hint: "twice" }, "again, signed in")
    await c.db()
  })
  add(`${p}-account-of-another-user-while-signed-in`, async (c) => {
    await flow(c, c.client(), p, { login_hint: "owner" })
    const k = c.client()
    await passkey(k, "guest@example.test")
    await flow(c, k, p, { login_hint: "owner" }, "an account that somebody else linked")
    await c.note("session", await k.getSession())
    await c.db()
  })
  for (const mode of ["deny", "wrong_state", "no_state", "bad_nonce", "no_nonce", "wrong_aud", "wrong_iss", "expired", "bad_sig", "token_error", "token_500", "no_email", "no_id_token"])
    add(`${p}-provider-${mode}`, async (c) => {
      const k = c.client()
      await flow(c, k, p, { mock: mode, login_hint: "odd" })
      await c.note("session", await k.getSession())
      await c.note("cookies", k.b.jar.names())
      await c.db()
    }, ["jwt"])
  add(`${p}-callback-without-cookies`, async (c) => {
    const k = c.client()
    const to = await c.throughIssuer(await start(c, k, p))
    await c.browser().get(to, { label: "in a browser that never started" })
    await c.db()
  })
  for (const [n, q] of Object.entries({ "nothing": "", "code-only": "?code=made-up", "error": "?error=server_error&error_description=broken", "error-with-script": "?error=%3Cscript%3E", "code-and-state": "?code=made-up&state=made-up" }))
    add(`${p}-callback-cold-${n}`, async (c) => { await c.browser().get(`${c.base}/callback/${p}${q}`); await c.browser().form(`${c.base}/callback/${p}${q}`, {}) }, ["jwt"])
  add(`${p}-callback-error-after-start`, async (c) => {
    const k = c.client()
    await start(c, k, p)
    await k.b.get(`${c.base}/callback/${p}?error=access_denied&error_description=no`)
    await c.note("cookies", k.b.jar.names())
  })
  add(`${p}-callback-replayed`, async (c) => {
    const k = c.client()
    const to = await c.throughIssuer(await start(c, k, p, { login_hint: "rep" }))
    const saved = k.b.jar.header()
    await k.b.get(to, { label: "first use" })
    await k.b.get(to, { label: "again" })
    await k.b.get(to, { cookies: false, cookie: saved, label: "with the old cookies" })
    await c.db()
  })
  add(`${p}-pkce-cookie-missing`, async (c) => {
    const k = c.client()
    const to = await c.throughIssuer(await start(c, k, p))
    k.b.jar.delete("authjs.pkce.code_verifier")
    await k.b.get(to)
  }, ["jwt"])
  add(`${p}-flow-cookies-garbage`, async (c) => {
    const k = c.client()
    const to = await c.throughIssuer(await start(c, k, p))
    for (const n of k.b.jar.names()) if (/state|nonce|pkce/.test(n)) k.b.jar.set(n, "x".repeat(50))
    await k.b.get(to)
  }, ["jwt"])
  add(`${p}-callback-with-return-redirect-header`, async (c) => {
    const k = c.client()
    await k.b.get(await c.throughIssuer(await start(c, k, p, { login_hint: "hdr" })), { headers: { "X-Auth-Return-Redirect": "1" } })
  }, ["jwt"])
  add(`${p}-extra-authorization-parameters`, async (c) => {
    const k = c.client()
    for (const q of [{ prompt: "consent" }, { scope: "openid email other" }, { login_hint: "a b+c&d" }, { acr_values: "" }, { ui_locales: "de" }]) await start(c, k, p, q)
  }, ["jwt"])
  for (const n of ["redirect_uri", "client_id", "state", "response_type", "code_challenge", "code_challenge_method", "nonce"])
    add(`${p}-query-cannot-set-${n}`, async (c) => { await start(c, c.client(), p, { [n]: "https://evil.example/planted" }) }, ["jwt"], /^(state|code)/.test(n) || p + n === "mocknonce" ? undefined : "the request's query overrides parameters of the authorization request")
  add(`${p}-start-while-signed-in`, async (c) => {
    const k = c.client()
    await passkey(k, "s@example.test")
    await start(c, k, p)
    await k.b.get(`${c.base}/signin/${p}`)
  })
  add(`${p}-start-with-return-redirect-header`, async (c) => {
    const k = c.client()
    await k.b.form(`${c.base}/signin/${p}`, { csrfToken: await k.getCsrfToken(), callbackUrl: "https://evil.example/" }, { headers: { "X-Auth-Return-Redirect": "1" } })
  })
  add(`${p}-profile-updates-nothing-stored`, async (c) => {
    const k = c.client()
    await flow(c, k, p, { login_hint: "prof" })
    await k.signOut({ redirect: false })
    await flow(c, k, p, { login_hint: "prof", scope: "openid profile email extra" }, "other scope")
    await c.db()
  })
}
add("state-of-other-provider", async (c) => {
  const k = c.client()
  const url = await start(c, k, "mock")
  const to = await c.throughIssuer(url)
  await k.b.get(to.replace("/callback/mock?", "/callback/mock-oauth?"))
  await c.db()
})
add("two-flows-in-one-browser", async (c) => {
  const k = c.client()
  const first = await c.throughIssuer(await start(c, k, "mock", { login_hint: "one" }))
  const second = await c.throughIssuer(await start(c, k, "mock", { login_hint: "two" }))
  await k.b.get(first, { label: "the older flow" })
  await k.b.get(second, { label: "the newer flow" })
  await c.note("session", await k.getSession())
})
add("same-person-by-both-providers", async (c) => {
  const k = c.client()
  await flow(c, k, "mock", { login_hint: "person" })
  await k.signOut({ redirect: false })
  await flow(c, k, "mock-oauth", { login_hint: "person" }, "same address, other provider")
  await c.db()
})
add("passkey-added-to-account-of-provider", async (c) => {
  const k = c.client()
  await flow(c, k, "mock", { login_hint: "both" })
  await c.note("add", await k.passkey({ action: "register", redirect: false }))
  await k.signOut({ redirect: false })
  await c.note("sign in", await k.passkey({ action: "authenticate", redirect: false }))
  await c.note("session", await k.getSession())
  await c.db()
})
add("callback-by-form-post", async (c) => {
  const k = c.client()
  const to = new URL(await c.throughIssuer(await start(c, k, "mock", { login_hint: "fp" })), c.origin)
  await k.b.send("POST", to.pathname, { headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: to.search.slice(1) })
  await c.note("session", await k.getSession())
}, ["jwt"])
export default list
