// The edges of the protocol, many requests at a time: what no client of ours sends, and any other may.
const list = []
const add = (name, run, variants = ["jwt"]) => list.push({ name, run, variants })
const both = ["jwt", "database"]
const RETURN = { "X-Auth-Return-Redirect": "1" }
const SESSION = "authjs.session-token"
const CSRF = "authjs.csrf-token"
const POSTS = ["signin/email", "signin/mock", "signin/credentials", "signin/passkey", "signin", "callback/credentials", "callback/passkey", "callback/email", "callback/mock", "session", "signout", "csrf", "providers", "error", "verify-request", "callback", "webauthn-options/passkey"]

/** A CSRF token, and how to send it again and again as if for the first time. */
async function fresh(c) {
  const k = c.client()
  const csrfToken = await k.getCsrfToken()
  return { b: k.b, csrfToken, o: { cookies: false, cookie: k.b.jar.header() }, cookie: k.b.jar.get(CSRF) }
}

add("return-redirect-everywhere", async (c) => {
  const { b, csrfToken, o } = await fresh(c)
  for (const p of POSTS) for (const v of ["", "0", "false"]) {
    await b.form(`${c.base}/${p}`, { csrfToken, json: "true" }, { ...o, headers: { "X-Auth-Return-Redirect": v } })
    await b.get(`${c.base}/${p}`, { ...o, headers: { "x-auth-return-redirect": v } })
  }
  for (const p of POSTS) {
    await b.form(`${c.base}/${p}`, { csrfToken, json: "true" }, { ...o, label: "json=true" })
    await b.form(`${c.base}/${p}?json=true`, { csrfToken }, o)
  }
})
add("providers-that-do-not-exist", async (c) => {
  const { b, csrfToken, o } = await fresh(c)
  for (const p of ["nope", "undefined", "null", "constructor", "__proto__", "toString", "Passkey", "pass%6Bey", "passkey%20", "passkey%2F", "passkey;x", "p%C3%A4ss", "%00"])
    for (const a of ["signin", "callback", "webauthn-options", "csrf", "session"]) for (const headers of [{}, RETURN]) {
      await b.get(`${c.base}/${a}/${p}`, { ...o, headers })
      await b.form(`${c.base}/${a}/${p}/`, { csrfToken }, { ...o, headers })
    }
})
add("methods-on-every-route", async (c) => {
  const b = c.browser()
  for (const m of ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]) for (const p of [...POSTS, "", "nope"]) await b.send(m, `${c.base}/${p}`, { cookies: false, headers: RETURN })
})
add("slashes", async (c) => {
  const b = c.browser()
  for (const a of ["csrf", "session", "signin", "webauthn-options/passkey"]) for (const p of [`/${a}/`, `//${a}`, `/${a}//`, `///${a}///`, `/${a}/?x=1`, `/${a}%2f`, `/%2F${a}`, `/${a};x=1`, `/${a}%20`, `/${a}%00`, `/${a}&x=1`]) await b.get(c.base + p, { cookies: false })
})
add("dot-segments", async (c) => {
  const b = c.browser()
  for (const p of ["/./csrf", "/x/../csrf", "/csrf/.", "/%2e/csrf", "/csrf\\"]) await b.get(c.base + p, { cookies: false })
})
add("csrf-cookies", async (c) => {
  const { b, csrfToken: t, cookie } = await fresh(c)
  const h = cookie.split("%7C")[1]
  for (const v of [cookie, cookie.toUpperCase(), cookie.replace("%7C", "%7c"), t, `${t}%7C`, `%7C${h}`, `${cookie}%7C`, `${cookie}%7C${h}`, ` ${cookie} `, cookie.slice(0, -1), `${cookie}0`, `${t.toUpperCase()}%7C${h}`, `${t}%7C${h.toUpperCase()}`, `${t}%257C${h}`, encodeURIComponent(cookie), "%", "%7C%7C", "x".repeat(5000), `${t}%00%7C${h}`, `${t}+%7C${h}`]) {
    for (const p of ["csrf", "signin"]) await b.get(`${c.base}/${p}`, { cookies: false, cookie: `${CSRF}=${v}` })
    await b.form(`${c.base}/signout`, { csrfToken: t }, { cookies: false, cookie: `${CSRF}=${v}`, headers: RETURN })
  }
})
add("bodies-of-another-kind", async (c) => {
  const { b, csrfToken: t, o } = await fresh(c)
  const form = `csrfToken=${t}`
  const json = `{"csrfToken":"${t}"}`
  for (const p of ["signout", "callback/credentials", "signin/passkey", "session"])
    for (const [body, type] of [["", "form"], [form, "json"], [json, "form"], [`&&${form}&&`, "form"], [`csrf%54oken=${t}`, "form"], [` ${form}`, "form"], [`${form}%`, "form"], ["", "json"], [" ", "json"], ["1", "json"], [`${json} x`, "json"], [`\ufeff${json}`, "json"], ["\ufeff", "json"], [`{"csrfToken":"x","csrfToken":"${t}"}`, "json"], [`{"CSRFTOKEN":"${t}"}`, "json"], [`{"__proto__":${json}}`, "json"], [json, "text/x; a=application/json"], [json, "application/jsonx"], [json, "application/vnd.api+json"], [form, "text/plain"]])
      await b.send("POST", `${c.base}/${p}`, { ...o, headers: { "Content-Type": { form: "application/x-www-form-urlencoded", json: "application/json" }[type] ?? type }, body, label: type })
})
add("content-type-in-capitals", async (c) => {
  const { b, csrfToken: t, o } = await fresh(c)
  await b.send("POST", `${c.base}/signout`, { ...o, headers: { "Content-Type": "Application/X-WWW-Form-URLencoded" }, body: `csrfToken=${t}` })
  await b.send("POST", `${c.base}/signout`, { ...o, headers: { "Content-Type": "Application/JSON" }, body: `{"csrfToken":"${t}"}` })
})
add("chunk-boundaries", async (c) => {
  for (let n = 2590; n < 2760; n += 2) {
    const token = await c.encode({ sub: "1", name: "N".repeat(n) })
    if (token.length < 3920 || (token.length > 3945 && token.length < 4085) || token.length > 4105) continue
    const b = c.browser()
    b.jar.set(SESSION, token)
    await b.get(`${c.base}/session`, { label: `${token.length} bytes` })
    await c.note("held", b.jar.names())
  }
})
const claims = { sub: "1", name: "T", email: "t@e.test" }
add("session-cookie-with-more-at-its-end", async (c) => {
  const token = await c.encode(claims)
  for (const more of ["=", "%0A", "%20", "%3D"]) await c.browser().get(`${c.base}/session`, { cookies: false, cookie: `${SESSION}=${token}${more}` })
})
add("two-session-cookies-that-differ", async (c) => {
  const token = await c.encode(claims)
  await c.browser().get(`${c.base}/session`, { cookies: false, cookie: `${SESSION}=${token}; ${SESSION}=planted` })
})
add("two-session-cookies-that-agree", async (c) => {
  const token = await c.encode(claims)
  await c.browser().get(`${c.base}/session`, { cookies: false, cookie: `${SESSION}=${token}; ${SESSION}=${token}` })
  await c.browser().get(`${c.base}/session`, { cookies: false, cookie: `${SESSION}=planted; ${SESSION}=${token}` })
})
add("chunks-with-a-gap", async (c) => {
  const token = await c.encode(claims)
  for (const cookie of [`${SESSION}.1=${token}`, `${SESSION}.00=${token}`, `${SESSION}.0=; ${SESSION}.1=${token}`]) await c.browser().get(`${c.base}/session`, { cookies: false, cookie })
})
add("options-for-every-address", async (c) => {
  const known = c.client()
  await known.passkey({ action: "register", email: "known@example.test", redirect: false })
  for (const b of [c.browser(), known.b]) for (const a of ["", "action=register", "action=authenticate", "action=", "action=Register", "action=register&action=authenticate"]) for (const e of ["", "email=", "email=known%40example.test", "email=KNOWN%40example.test", "email=new%40example.test", "email=no-at", "email=zo%C3%AB%40ex%C3%A4mple.test", "email=known%40example.test&email=new%40example.test"])
    await b.get(`${c.base}/webauthn-options/passkey?${[a, e].filter(Boolean).join("&")}`, { cookies: false, cookie: b.jar.header() })
}, both)
add("address-too-long-for-a-passkey", async (c) => {
  const b = c.browser()
  for (const a of ["", "action=register&"]) await b.get(`${c.base}/webauthn-options/passkey?${a}email=${"l".repeat(250)}%40e.test`, { cookies: false })
})
const send = async (c, address) => {
  const { b, csrfToken, o } = await fresh(c)
  await b.form(`${c.base}/signin/email`, { csrfToken, email: address }, { ...o, headers: RETURN, label: "sent" })
  await c.note("mails", await c.mail())
}
for (const [n, address] of Object.entries({ "space-in-local-part": "a b@c.test", "space-in-domain": "a@b c.test", "nul": "a\u0000@b.test", "zero-width": "a@b.test\u200b", "bidi": "\u202ea@b.test", "comma": "a,b@c.test", "semicolon": "a;b@c.test", "angle-brackets": "<a@b.test>", "name-beside": "A <a@b.test>", "backslash": "a\\@b.test", "comment": "(c)a@b.test", "address-literal": "a@[127.0.0.1]", "scheme": "mailto:a@b.test", "carriage-return": "a\rb@c.test", "too-long": `${"l".repeat(250)}@b.test` }))
  add(`address-refused-${n}`, (c) => send(c, address))
for (const [n, address] of Object.entries({ "capitals": "A@B.TEST", "fullwidth-letter": "Ａ@b.test", "long-s": "ſ@b.test", "kelvin": "K@b.test", "dotted-i": "İ@b.test", "ligature": "ﬁ@b.test", "decomposed": "e\u0301@b.test", "umlaut-domain": "a@bücher.test", "emoji": "🔑@b.test", "percent": "a%b@c.test", "apostrophe": "a'b@c.test", "dots": ".a..b.@c.test", "no-dot": "a@localhost", "tabs-around": "\ta@b.test\n" }))
  add(`address-taken-${n}`, (c) => send(c, address))
for (const [n, email] of Object.entries({ "capitals": "A@B.TEST", "space-before": " a@b.test", "fullwidth-letter": "Ａ@b.test", "umlauts": "zoë@exämple.test", "emoji": "🔑@b.test" }))
  add(`passkey-for-address-with-${n}`, async (c) => {
    const k = c.client()
    await c.note("sign-up", await k.passkey({ action: "register", email, redirect: false }))
    await c.note("session", await k.getSession())
    await c.db()
  })
add("sign-in-page-with-two-errors", async (c) => {
  const b = c.browser()
  for (const q of ["error=&error=AccessDenied", "error=AccessDenied&error="]) await b.get(`${c.base}/signin?${q}`, { cookies: false })
})
const CALLBACKS = { "broken-escape": "/a%", "leading-zero-in-port": "http://app.test:03000/x", "dot-segments": "/a/../b", "dot-segment": "/a/./b", "encoded-dot-segments": "/%2e%2e/b", "double-slash": "/a//b", "sign-out": "/auth/signout", "callback": "/auth/callback/x", "backslash-in-query": "/a?x=\\", "encoded-slash": "/a%2fb", "encoded-backslash": "/a%5cb", "encoded-nul": "/a%00", "space-in-query": "/a?b c", "space-in-fragment": "/a#b c", "space-at-end": "/a " }
for (const [n, callbackUrl] of Object.entries(CALLBACKS)) add(`callback-url-${n}`, async (c) => {
  const { b, csrfToken, o } = await fresh(c)
  await b.form(`${c.base}/signout`, { csrfToken, callbackUrl }, o)
})
add("callback-urls-kept", async (c) => {
  const { b, csrfToken, o } = await fresh(c)
  for (const callbackUrl of ["/", "/x?y#z", "http://app.test:3000?x", "http://app.test:3000#x", "/auth/signin", "/auth", "/authx", "/a?u=https://evil.example/", "/a?u=//evil", "/a#//x", "/a%C3%A4", "/a'b\"c<d>e`f{g}h|i^j", "/a[b]?[c]", "/a;b@c:d,e", "/a$b&c+d!e*f(g)~", "/a?b=%0a%00%2f%2f", `/${"l".repeat(1900)}`]) await b.form(`${c.base}/signout`, { csrfToken, callbackUrl }, o)
})
for (const p of ["mock", "mock-oauth"]) for (const [n, edit] of Object.entries({ "code-twice": (q) => q.append("code", "x"), "state-twice": (q) => q.append("state", "x"), "code-empty": (q) => q.set("code", ""), "without-code": (q) => q.delete("code"), "without-state": (q) => q.delete("state"), "foreign-issuer": (q) => q.set("iss", "http://evil.example"), "error-beside": (q) => q.set("error", "x"), "error-empty": (q) => q.set("error", ""), "response": (q) => q.set("response", "x"), "more": (q) => q.set("extra", "x") }))
  add(`${p}-answer-${n}`, async (c) => {
    const k = c.client()
    const start = await k.b.form(`${c.base}/signin/${p}?login_hint=oq`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })
    const to = new URL(await c.throughIssuer(start.header("location")), c.origin)
    edit(to.searchParams)
    await k.b.get(to.pathname + to.search)
    await c.note("session", await k.getSession())
  })
export default list
