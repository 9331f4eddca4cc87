import { seal } from "../lib/tokens.mjs"
import { OLD_SECRET } from "../lib/variants.mjs"

const list = []
const add = (name, run, variants = ["jwt"], bug) => list.push({ name, run, variants, bug })
const both = ["jwt", "database"]
const passkey = (k, email, redirect = false) => k.passkey({ action: "register", email, redirect })
const alice = (k) => k.signIn("credentials", { username: "alice", password: "wonderland", redirect: false })
const CLAIMS = { name: "Tess", email: "tess@example.test", picture: "http://img.example.test/t.png", sub: "tess-id" }
const COOKIE = "authjs.session-token"

/** GET /session with the given cookies; then what a browser would hold. */
async function read(c, cookies, label) {
  const b = c.browser()
  for (const [n, v] of Object.entries(cookies)) b.jar.set(n, v)
  await b.get(`${c.base}/session`, { label })
  await c.note("cookies", b.jar.names())
  return b
}

// ---- update --------------------------------------------------------------------
const UPDATES = { object: { name: "New Name" }, "nested": { a: { b: [1, "x", null, true] } }, text: "text", number: 3, null: null, kill: "kill", empty: {}, "claims": { sub: "other", exp: 1, email: "e@evil.test" }, unicode: { name: "Zoë 山" } }
for (const [n, data] of Object.entries(UPDATES))
  add(`update-${n}`, async (c) => {
    const k = c.client()
    await passkey(k, "up@example.test")
    await c.note("update", await k.update(data))
    await c.note("session", await k.getSession())
    await c.note("cookies", k.b.jar.names())
    await c.db()
  }, ["jwt", "database", "callbacks", "dbcallbacks"])
add("update-without-data", async (c) => {
  const k = c.client()
  await passkey(k, "up@example.test")
  const csrfToken = await k.getCsrfToken()
  await k.b.json(`${c.base}/session`, { csrfToken })
  await k.b.form(`${c.base}/session`, { csrfToken, data: "text" })
}, ["jwt", "database", "callbacks", "dbcallbacks"])
add("update-bad-csrf", async (c) => {
  const k = c.client()
  await passkey(k, "up@example.test", true)
  await k.getCsrfToken()
  for (const body of [{ data: { name: "x" } }, { csrfToken: "", data: { name: "x" } }, { csrfToken: "0".repeat(64), data: { name: "x" } }, { csrfToken: null, data: 1 }]) {
    await k.b.json(`${c.base}/session`, body)
    await k.b.json(`${c.base}/session`, body, { headers: { "X-Auth-Return-Redirect": "1" } })
  }
  await c.note("session", await k.getSession())
}, ["jwt", "database", "callbacks", "pages"])
add("update-signed-out", async (c) => {
  const k = c.client()
  await c.note("update", await k.update({ name: "x" }))
  await c.note("cookies", k.b.jar.names())
}, ["jwt", "database", "callbacks", "dbcallbacks"])
add("update-with-broken-token", async (c) => {
  const k = c.client()
  const csrfToken = await k.getCsrfToken()
  k.b.jar.set(COOKIE, "broken")
  await k.b.json(`${c.base}/session`, { csrfToken, data: {} })
}, both)
add("update-grows-into-chunks-and-shrinks", async (c) => {
  const k = c.client()
  await passkey(k, "grow@example.test")
  for (const size of [10, 3000, 6000, 9000, 2900, 10]) {
    await c.note(`name of ${size}`, (await k.update({ name: "n".repeat(size) }))?.user?.name?.length)
    await c.note("cookies", k.b.jar.names())
  }
  await k.signOut({ redirect: false })
  await c.note("cookies", k.b.jar.names())
}, ["callbacks"])

// ---- reading a JWT session --------------------------------------------------------
const TOKENS = {
  "plain": () => [CLAIMS],
  "minimal": () => [{}],
  "only-sub": () => [{ sub: "x" }],
  "extra-claims": () => [{ ...CLAIMS, role: "admin", list: [1, 2] }],
  "null-claims": () => [{ name: null, email: null, picture: null, sub: "x" }],
  "a256gcm": () => [CLAIMS, { enc: "A256GCM" }],
  "a256gcm-without-kid": () => [CLAIMS, { enc: "A256GCM", kid: false }],
  "without-kid": () => [CLAIMS, { kid: false }],
  "wrong-kid": () => [CLAIMS, { header: { kid: "nobody" } }],
  "typ-header": () => [CLAIMS, { header: { typ: "JWT" } }],
  "other-secret": () => [CLAIMS, { secret: "another-secret-0123456789abcdef0123456789" }],
  "other-secret-without-kid": () => [CLAIMS, { secret: "another-secret-0123456789abcdef0123456789", kid: false }],
  "other-salt": () => [CLAIMS, { salt: "authjs.other" }],
  "secure-salt": () => [CLAIMS, { salt: "__Secure-authjs.session-token" }],
  "expired-10s": () => [{ ...CLAIMS, iat: -100, exp: -10 }],
  "expired-20s": () => [{ ...CLAIMS, iat: -100, exp: -20 }],
  "expired-long": () => [{ ...CLAIMS, iat: -9000, exp: -4000 }],
  "no-exp": () => [{ ...CLAIMS, exp: null }],
  "no-iat": () => [{ ...CLAIMS, iat: null }],
  "exp-is-text": () => [{ ...CLAIMS, exp: "soon" }],
  "iat-in-future": () => [{ ...CLAIMS, iat: 600 }],
  "nbf-10s-ahead": () => [{ ...CLAIMS, nbf: 10 }],
  "nbf-60s-ahead": () => [{ ...CLAIMS, nbf: 60 }],
  "nbf-past": () => [{ ...CLAIMS, nbf: -60 }],
  "payload-is-array": () => [{}, { plain: "[]" }],
  "payload-is-text": () => [{}, { plain: "hello" }],
  "payload-is-null": () => [{}, { plain: "null" }],
}
for (const [n, args] of Object.entries(TOKENS))
  add(`token-${n}`, async (c) => {
    const [claims, options] = args()
    const b = await read(c, { [COOKIE]: await seal(claims, { secret: c.secret, ...options }) })
    await b.get(`${c.base}/session`, { label: "again" })
    await b.get(`${c.base}/webauthn-options/passkey?action=register`)
  })
for (const [n, edit] of Object.entries({
  "first-byte": (t) => `A${t.slice(1)}`, "tag-cut": (t) => t.slice(0, -2), "body-changed": (t) => { const p = t.split("."); p[3] = p[3].replace(/^./, (x) => (x === "A" ? "B" : "A")); return p.join(".") },
  "four-parts": (t) => t.split(".").slice(0, 4).join("."), "six-parts": (t) => `${t}.x`, "with-key-part": (t) => t.replace("..", ".AAAA."), garbage: () => "garbage", empty: () => "", dots: () => "....", "percent-encoded-dots": (t) => t.replaceAll(".", "%2E"), "surrounding-quotes": (t) => `"${t}"`, "trailing-space": (t) => `${t}%20`,
}))
  add(`tampered-${n}`, async (c) => {
    const b = await read(c, { [COOKIE]: edit(await c.encode(CLAIMS)) })
    await b.get(`${c.base}/session`, { label: "again" })
  })
add("token-signed-not-sealed", async (c) => {
  const part = (v) => Buffer.from(JSON.stringify(v)).toString("base64url")
  await read(c, { [COOKIE]: `${part({ alg: "none" })}.${part(CLAIMS)}.` })
})
add("token-in-authorization-header-not-read", async (c) => {
  await c.browser().get(`${c.base}/session`, { headers: { Authorization: `Bearer ${await c.encode(CLAIMS)}` } })
})
add("token-on-signin-and-signout-pages", async (c) => {
  for (const token of [await c.encode(CLAIMS), "broken"]) {
    const b = c.browser()
    b.jar.set(COOKIE, token)
    for (const p of ["signin", "signout", "providers", "csrf"]) await b.get(`${c.base}/${p}`)
  }
}, both)
add("sign-out-with-broken-token", async (c) => {
  const k = c.client()
  k.b.jar.set(COOKIE, "broken")
  await c.note("signout", await k.signOut({ redirect: false }))
  await c.note("cookies", k.b.jar.names())
}, both)
add("rolling-expiry", async (c) => { await read(c, { [COOKIE]: await seal({ ...CLAIMS, iat: -1000, exp: 20 }, { secret: c.secret }) }) }, ["jwt", "short"])
add("rotated-secrets", async (c) => {
  for (const [n, secret, kid] of [["first", c.secret[0], true], ["second", OLD_SECRET, true], ["second without kid", OLD_SECRET, false], ["unknown", "unknown-secret-0123456789abcdef01234567", true], ["unknown without kid", "unknown-secret-0123456789abcdef01234567", false]])
    await read(c, { [COOKIE]: await seal(CLAIMS, { secret, kid }) }, n)
}, ["rotated"])
add("rotated-sign-in", async (c) => {
  const k = c.client()
  await alice(k)
  await c.note("session", await k.getSession())
  await passkey(k, "rot@example.test")
  await k.signOut({ redirect: false })
}, ["rotated"])

// ---- chunks --------------------------------------------------------------------------
const big = (c, n = 6000) => c.encode({ ...CLAIMS, name: "N".repeat(n) })
const cut = (t, at = 3936) => t.match(new RegExp(`.{1,${at}}`, "gs"))
add("chunks-in-any-order", async (c) => {
  const p = cut(await big(c))
  await read(c, { [`${COOKIE}.2`]: p[2], [`${COOKIE}.0`]: p[0], [`${COOKIE}.1`]: p[1] })
})
add("chunks-of-other-size", async (c) => {
  const p = cut(await big(c, 2000), 1000)
  await read(c, Object.fromEntries(p.map((v, i) => [`${COOKIE}.${i}`, v])))
})
add("chunks-more-than-ten", async (c) => {
  const p = cut(await big(c, 6000), 700)
  await read(c, Object.fromEntries([...p.entries()].reverse().map(([i, v]) => [`${COOKIE}.${i}`, v])))
})
add("chunks-one-missing", async (c) => {
  const p = cut(await big(c))
  await read(c, { [`${COOKIE}.0`]: p[0], [`${COOKIE}.2`]: p[2] })
})
add("chunk-zero-only", async (c) => { await read(c, { [`${COOKIE}.0`]: await c.encode(CLAIMS) }) })
add("chunks-beside-whole-cookie", async (c) => {
  const p = cut(await big(c))
  await read(c, { [COOKIE]: await c.encode(CLAIMS), ...Object.fromEntries(p.map((v, i) => [`${COOKIE}.${i}`, v])) })
})
for (const [n, name] of Object.entries({ "letters": `${COOKIE}.x`, "suffix": `${COOKIE}-other`, "negative": `${COOKIE}.-1`, "two-numbers": `${COOKIE}.0.0` }))
  add(`stray-cookie-${n}`, async (c) => { await read(c, { [COOKIE]: await c.encode(CLAIMS), [name]: "stray" }) }, ["jwt"], "every cookie that starts with the session cookie's name counts as a part of it")
add("sign-out-clears-chunks", async (c) => {
  const k = c.client()
  for (const [i, v] of cut(await big(c)).entries()) k.b.jar.set(`${COOKIE}.${i}`, v)
  await c.note("signout", await k.signOut({ redirect: false }))
  await c.note("cookies", k.b.jar.names())
})
add("chunk-limit", async (c) => {
  for (const n of [2300, 2500, 2600, 2700, 2750, 2800, 2900]) {
    const b = await read(c, { [COOKIE]: await c.encode({ ...CLAIMS, name: "N".repeat(n) }) }, `name of ${n}`)
    await b.get(`${c.base}/session`)
  }
})

// ---- database sessions -----------------------------------------------------------------
const expiry = (c, k, ms) => c.hook("session-expiry", { sessionToken: k.b.jar.get(COOKIE), expires: new Date(Date.now() + ms).toISOString() })
const DAY = 86_400_000
for (const [n, ms] of Object.entries({ "just-expired": -1000, "expired-long-ago": -40 * DAY, "about-to-expire": 60_000, "after-half": 15 * DAY, "just-before-update-age": 29 * DAY + 60_000, "just-after-update-age": 29 * DAY - 60_000 }))
  add(`database-${n}`, async (c) => {
    const k = c.client()
    await passkey(k, "db@example.test")
    await expiry(c, k, ms)
    await c.note("session", await k.getSession())
    await c.note("cookies", k.b.jar.names())
    await c.db()
    await c.note("session", await k.getSession())
  }, ["database"])
add("database-update-age-zero", async (c) => {
  const k = c.client()
  await passkey(k, "db@example.test")
  await expiry(c, k, 1_800_000)
  await c.note("session", await k.getSession())
  await c.db()
}, ["dbshort"])
add("database-max-age-shortened", async (c) => {
  const k = c.client()
  await passkey(k, "db@example.test")
  await expiry(c, k, 29 * DAY)
  await c.note("session", await k.getSession())
  await c.db()
}, ["dbshort"])
add("database-unknown-token", async (c) => { await read(c, { [COOKIE]: "7b0c9c1e-1f0e-4a1c-9b1e-0a4d4c9e5a11" }); await c.db() }, ["database"])
add("database-jwt-in-cookie", async (c) => { await read(c, { [COOKIE]: await c.encode(CLAIMS) }) }, ["database"])
add("database-user-deleted", async (c) => {
  const k = c.client()
  await passkey(k, "del@example.test")
  await c.hook("delete-user", { email: "del@example.test" })
  await c.note("session", await k.getSession())
  await c.note("cookies", k.b.jar.names())
  await k.b.get(`${c.base}/webauthn-options/passkey?action=register`)
}, ["database"])
add("database-two-browsers", async (c) => {
  const a = c.client()
  await passkey(a, "two@example.test")
  const b = c.client({ authenticator: a.auth })
  await b.passkey({ action: "authenticate", redirect: false })
  await a.signOut({ redirect: false })
  await c.note("first", await a.getSession())
  await c.note("second", await b.getSession())
  await c.db()
}, ["database"])
add("signed-out-token-used-again", async (c) => {
  const k = c.client()
  await passkey(k, "old@example.test")
  const token = k.b.jar.get(COOKIE)
  await k.signOut({ redirect: false })
  await read(c, { [COOKIE]: token }, "token of before")
}, ["database"])
export default list
