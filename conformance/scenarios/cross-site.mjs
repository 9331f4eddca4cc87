// What the browser says about where a POST comes from: one scenario for each set of headers, and in
// it every POST route. The CSRF token is right everywhere, so nothing else refuses.
const list = []
const HTTPS = "https://public.example.test"
const BACKEND = "127.0.0.1:8080"

const SETS = (own) => {
  const url = new URL(own)
  const flipped = own.replace(/^https?/, url.protocol === "https:" ? "http" : "https")
  return {
    "same-origin": ["same-origin", own],
    "none": ["none", null],
    "nothing-said": [null, null],
    "own-origin-alone": [null, own],
    "same-site": ["same-site", `${url.protocol}//blog.${url.host}`],
    "cross-site": ["cross-site", "https://evil.example"],
    "cross-site-without-origin": ["cross-site", null],
    "cross-site-with-own-origin": ["cross-site", own],
    "foreign-origin-alone": [null, "https://evil.example"],
    "null-origin-alone": [null, "null"],
    "other-scheme-alone": [null, flipped],
    "other-port-alone": [null, `${url.protocol}//${url.hostname}:4443`],
    "subdomain-alone": [null, `${url.protocol}//blog.${url.host}`],
    "longer-host-alone": [null, `${url.protocol}//${url.hostname}.evil.example`],
  }
}

/** Straight to the server, or as Next.js passes it on: its own Host, and the browser's in X-Forwarded-Host. */
function browserOf(c, origin, way) {
  const b = c.browser({ origin, extra: way === "rewrite" ? [["X-Forwarded-Host", new URL(origin).host]] : [] })
  if (way === "rewrite") b.host = BACKEND
  return b
}

for (const [way, variants] of Object.entries({ direct: ["jwt", "database"], rewrite: ["jwt", "authurl"] }))
  for (const name of Object.keys(SETS("http://app.test:3000")))
    list.push({
      name: `${way}-${name}`, variants,
      async run(c) {
        const origin = c.variant === "authurl" ? HTTPS : c.origin
        const [site, from] = SETS(origin)[name]
        const k = c.client({ browser: browserOf(c, origin, way) })
        c.circumstance = "sign-up"
        await k.passkey({ action: "register", email: "cs@example.test", redirect: false })
        c.circumstance = undefined
        const csrfToken = await k.getCsrfToken()
        const before = JSON.stringify(await c.hook("db"))
        const headers = { "Sec-Fetch-Site": site, Origin: from }
        const o = { cookies: false, cookie: k.b.jar.header(), headers }
        const post = (p, fields = {}) => k.b.form(`${c.base}/${p}`, { csrfToken, callbackUrl: "/after", ...fields }, o)
        for (const p of ["csrf", "providers", "error", "verify-request", "signin", "callback", "webauthn-options", "webauthn-options/passkey", "signin/passkey", "signin/credentials", "signin/mock", "signin/mock-oauth", "callback/mock", "callback/mock-oauth", "callback/email", "callback/passkey"]) await post(p)
        await post("signin/email", { email: "to@example.test" })
        await post("callback/credentials", { username: "nobody" })
        if (c.strategy === "jwt") await post("callback/credentials", { username: "alice", password: "wonderland" })
        await k.b.json(`${c.base}/session`, { csrfToken, data: { name: "planted" } }, o)
        await k.b.json(`${c.base}/signout`, { csrfToken }, { ...o, headers: { ...headers, "X-Auth-Return-Redirect": "1" } })
        await post("signout")
        await c.note("unchanged", JSON.stringify(await c.hook("db")) === before)
        await c.note("mails", (await c.mail()).length)
      },
    })

// Reached under a name of its own inside the network: there the browser's view of both ends agrees.
list.push({
  name: "rewrite-origin-of-the-backend-alone", variants: ["jwt", "authurl"],
  async run(c) {
    const origin = c.variant === "authurl" ? HTTPS : c.origin
    const k = c.client({ browser: browserOf(c, origin, "rewrite") })
    const csrfToken = await k.getCsrfToken()
    for (const p of ["signin/mock", "callback/credentials", "signout"]) await k.b.form(`${c.base}/${p}`, { csrfToken }, { headers: { Origin: `http://${BACKEND}` } })
  },
})
// What is no action, or names nobody, is answered as ever.
list.push({
  name: "nothing-to-protect", variants: ["jwt"],
  async run(c) {
    const b = c.browser()
    const o = { cookies: false, headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" } }
    for (const p of ["nope", "", "csrf/x", "signin/nope", "callback/nope"]) await b.form(`${c.base}/${p}`, {}, o)
  },
})
// Reading is not writing: pages of other sites may link here.
list.push({
  name: "reading-is-free", variants: ["jwt", "database"],
  async run(c) {
    const b = c.browser()
    for (const p of ["csrf", "providers", "session", "signin", "signout", "error", "verify-request", "webauthn-options/passkey", "callback/mock?error=access_denied"]) await b.get(`${c.base}/${p}`, { headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" } })
  },
})
export default list
