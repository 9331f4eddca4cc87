// Turns exchanges into comparable JSON. Only values which must be random are
// replaced; each replacement states the checks that the value passed, and
// equal values get equal numbers, so relations between steps are compared.
import { createHash } from "node:crypto"
import { decode } from "@auth/core/jwt"
import { parseSetCookie } from "./client.mjs"
import { HARDENING } from "./hardening.mjs"

const UUID4 = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g
const HEX64 = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g
const JWE = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}/g
const JWS = /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{200,}/g
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const HTTPDATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/
// What may stand between a tag's name and its end: a ">" inside quotes does not end it.
const IN_TAG = `(?:[^>"']|"[^"]*"|'[^']*')*`
const IGNORED = new Set(["date", "connection", "keep-alive", "content-length", "transfer-encoding", "server", "set-cookie"])
const LIFETIMES = [0, 60, 300, 900, 3600, 86400, 2592000]
const TOLERANCE = 5

const sha = (s) => createHash("sha256").update(s).digest("hex")

export class Normalizer {
  constructor({ secret, knownText = false }) {
    this.secret = secret
    this.secrets = Array.isArray(secret) ? secret : [secret]
    this.ids = new Map()
    this.counts = {}
    this.opaque = new Map()
    this.hashes = new Map()
    this.keys = new Map()
    this.knownText = knownText
  }

  id(kind, value) {
    const k = `${kind}:${value}`
    if (!this.ids.has(k)) {
      this.counts[kind] = (this.counts[kind] ?? 0) + 1
      this.ids.set(k, `<${kind}:${this.counts[kind]}>`)
      if (kind === "hex64" || kind === "csrf") this.hashes.set(sha(value + this.secret), `<sha256(${kind}:${this.counts[kind]}+secret)>`)
    }
    return this.ids.get(k)
  }

  // Session tokens and CSRF tokens have numbers of their own: one more or one less of them
  // does not move the numbers of user ids or of e-mailed tokens.
  session(token) { return new RegExp(`^${UUID4.source}$`).test(token) ? this.learn("session", token) : this.string(token) }

  // A token that takes the place of the one which the request brought inherits its number, so that
  // only the step of the exchange says "replaced" and the steps after it stay comparable.
  issued(token, sent) {
    if (!new RegExp(`^${UUID4.source}$`).test(token)) return this.string(token)
    if (token === sent) return `${this.session(token)} kept`
    const known = sent && this.ids.get(`session:${sent}`)
    if (!known || this.ids.has(`session:${token}`)) return this.session(token)
    this.ids.set(`session:${token}`, known)
    this.opaque.set(token, known)
    return `${known} replaced`
  }
  learn(kind, value) { const n = this.id(kind, value); this.opaque.set(value, n); return n }
  learnKey(coseBytes, name) { this.keys.set(Buffer.from(coseBytes).toString("base64"), `<cose ${name}>`) }

  ago(ms, at) {
    const d = (ms - at) / 1000
    for (const k of LIFETIMES) for (const s of [1, -1]) if (Math.abs(d - s * k) <= TOLERANCE) return `now${s < 0 && k ? "-" : "+"}${k}s`
    return `now+about ${Math.round(d / 30) * 30}s` // of a time that a scenario set; a slow machine must not change it
  }

  string(s) {
    s = s.replace(/'nonce-[\w+/-]{22,}={0,2}'/g, "'nonce-<random>'") // of a Content-Security-Policy: 128 bits
    s = s.replace(/([?&](?:state|nonce|code_challenge)=)[\w.~-]{22,}/g, "$1<random>")
    for (const [v, n] of this.opaque) if (s.includes(v)) s = s.replaceAll(v, n)
    s = s.replace(JWE, (m) => this.id("jwe", m))
    s = s.replace(JWS, (m) => this.id("jws", m))
    s = s.replace(UUID4, (m) => this.id("uuid", m))
    return s.replace(HEX64, (m) => this.hashes.get(m) ?? this.id("hex64", m))
  }

  async jwe(token, salt, at, depth = 0) {
    let header = null
    try { header = JSON.parse(Buffer.from(token.split(".")[0], "base64url")) } catch { return { undecodable: this.string(token) } }
    let payload
    try { payload = await decode({ token, secret: this.secrets, salt }) } catch (e) { return { notDecodable: e.name, header } }
    const out = { alg: header.alg, enc: header.enc, headerKeys: Object.keys(header).sort().join(), kid: header.kid ? "matches secret and salt" : "absent", firstSecret: await this.#first(token, salt), claims: {} }
    for (const [k, v] of Object.entries(payload)) {
      if (k === "iat") out.claims.iat = Math.abs(v - at / 1000) <= TOLERANCE ? "<now>" : `<off by ${Math.round(v - at / 1000)}s>`
      else if (k === "exp") out.claims.exp = `<iat+${v - payload.iat}>`
      else if (k === "nbf") out.claims.nbf = Math.abs(v - at / 1000) < 60 + TOLERANCE ? "<near now>" : v
      // When and how one signed in, which Auth.js does not keep (difference 18): left out where it can be true.
      else if (k === "auth_time" && Number.isInteger(v) && v <= at / 1000 + TOLERANCE) continue
      else if (k === "amr" && Array.isArray(v) && v.length > 0 && v.every((m) => ["hwk", "swk", "user", "otp", "fed", "pwd"].includes(m))) continue
      else if (k === "jti") out.claims.jti = new RegExp(`^${UUID4.source.replaceAll("\\b", "")}$`).test(v) ? "<uuid v4>" : v
      else if (k === "value" && depth === 0 && /^eyJ/.test(v)) out.claims.value = { jwe: this.id("jwe", v), ...(await this.jwe(v, salt.includes("challenge") ? "encodedWebauthnChallenge" : "encodedState", at, 1)) }
      else if (k === "value") {
        if (salt.includes("pkce")) {
          this.learn("S256-of-verifier", createHash("sha256").update(v).digest("base64url"))
          out.claims.value = this.#b64("verifier", v)
        } else out.claims.value = this.#b64("nonce", v)
      } else if (k === "random") out.claims.random = this.#b64("random", v)
      else if (k === "challenge") out.claims.challenge = this.#b64("challenge", v)
      else out.claims[k] = await this.value(v, at, k)
    }
    return out
  }

  async #first(token, salt) {
    if (this.secrets.length === 1) return true
    try { await decode({ token, secret: this.secrets[0], salt }); return true } catch { return false }
  }

  #b64(kind, v) {
    const bytes = Buffer.from(v, "base64url")
    const clean = typeof v === "string" && bytes.toString("base64url") === v
    return `${this.learn(kind, v)} ${clean ? `base64url ${bytes.length} bytes` : "NOT base64url"}`
  }

  async setCookies(lines, at, cookie = "") {
    // Difference 29: a cookie of another scope is expired. That takes nothing that Auth.js sets away.
    lines = lines.filter((l) => !(/^[^=]+=;/.test(l) && /;\s*Max-Age=0/i.test(l) && /;\s*(Domain=|Path=\/[^;]|Partitioned)/i.test(l)))
    const sent = Object.fromEntries(cookie.split("; ").map((p) => { const i = p.indexOf("="); return [p.slice(0, i), p.slice(i + 1)] }))
    const out = []
    const chunks = []
    for (const line of lines) {
      const c = parseSetCookie(line)
      const attributes = {}
      for (const [k, v] of [...c.attributes].sort(([x], [y]) => (x < y ? -1 : 1))) {
        const text = k.toLowerCase() !== "expires" ? v ?? true : HTTPDATE.test(v) ? this.ago(Date.parse(v), at) : `BAD DATE ${v}`
        attributes[k] = k in attributes ? `${attributes[k]} and again ${text}` : text
      }
      const entry = { name: c.name, attributes }
      const plain = c.name.replace(/^__(Secure|Host)-/, "")
      if (c.value === "") entry.value = ""
      else if (plain === "authjs.csrf-token") {
        const m = /^([0-9a-f]{64})(%7C|\|)([0-9a-f]{64})$/.exec(c.value)
        if (m) this.learn("csrf", m[1])
        entry.value = m ? `${this.id("csrf", m[1])}${m[2]}${this.hashes.get(m[3]) ?? "WRONG HASH"}` : `BAD ${c.value}`
      } else if (/session-token(\.\d+)?$/.test(plain)) {
        const part = /^(.*session-token)\.(\d+)$/.exec(c.name)
        if (part) { chunks.push([part[1], Number(part[2]), c.value, entry]); entry.value = `<chunk ${c.value.length === 3936 ? "3936" : "last"}>` }
        else if (c.value.startsWith("eyJ")) entry.value = await this.jwe(c.value, c.name, at)
        else entry.value = this.issued(decodeURIComponent(c.value), sent[c.name])
      } else if (/authjs\.(challenge|state|nonce|pkce\.code_verifier)$/.test(plain)) entry.value = /^[\w%|=.+~-]{40,3800}$/.test(c.value) ? "<sealed>" : `NOT SEALED ${c.value}`
      else entry.value = this.string(c.value)
      out.push(entry)
    }
    if (chunks.length) {
      chunks.sort((a, b) => a[1] - b[1])
      out.push({ joined: await this.jwe(chunks.map((c) => c[2]).join(""), chunks[0][0], at), chunks: chunks.length })
    }
    return out
  }

  async value(v, at, key = "") {
    if (Array.isArray(v)) { const r = []; for (const x of v) r.push(await this.value(x, at, key)); return r }
    if (v && typeof v === "object") {
      const r = {}
      // Numbers are given in the order of the keys' names, so that they do not depend on how a server orders its keys.
      for (const k of Object.keys(v).sort()) if (!(key === "user" && k === "id" && "displayName" in v)) r[k] = await this.value(v[k], at, k)
      if (key === "user" && "displayName" in v) r.id = /^[\w-]{22,64}$/.test(v.id) ? "<user handle>" : `BAD HANDLE ${v.id}`
      return r
    }
    if (typeof v === "number" && key === "expires_at") return `<epoch ${this.ago(v * 1000, at)}>`
    if (typeof v !== "string") return v
    if (key === "challenge") return this.#b64("challenge", v)
    if (key === "sessionToken") return this.session(v)
    if (key === "credentialPublicKey") return this.keys.get(v) ?? `UNKNOWN KEY of ${Buffer.from(v, "base64").length} bytes`
    if (/^at_[A-Za-z0-9_-]{22}$/.test(v)) return this.id("access-token", v)
    if (ISO.test(v)) return `<iso ${this.ago(Date.parse(v), at)}>`
    return this.string(v)
  }

  html(text) {
    const attr = (tag) => {
      const r = {}
      for (const m of tag.matchAll(/(?<=[\s"'])([a-zA-Z-]+)(?:="([^"]*)"|='([^']*)'|=([^\s"'>]+))?/g)) r[m[1].toLowerCase()] = unescape(m[2] ?? m[3] ?? m[4] ?? "")
      return r
    }
    const named = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" }
    const unescape = (s) => s.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(quot|apos|lt|gt|amp));/gi, (m, hex, dec, name) => (name ? named[name.toLowerCase()] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(dec))))
    const tag = (name, close = "") => new RegExp(`<${name}\\b(${IN_TAG})>${close}`, "g")
    const plain = (s) => unescape(s.replace(new RegExp(`</?[a-zA-Z]${IN_TAG}>`, "g"), "")).trim()
    const body = text.replace(/<style[\s\S]*?<\/style>/g, "")
    const bare = body.replace(/<script[\s\S]*?<\/script>/g, "")
    const out = {
      doctype: /^<!doctype html>/i.test(text),
      forms: [...bare.matchAll(tag("form", "([\\s\\S]*?)</form>"))].map((m) => {
        const a = attr(m[1])
        return {
          action: this.string(a.action ?? ""), method: (a.method ?? "").toUpperCase(), id: a.id ?? null,
          inputs: [...m[2].matchAll(tag("input"))].map((i) => {
            const x = attr(i[1])
            return { name: x.name, type: x.type ?? "text", ...("value" in x && { value: this.string(x.value) }), ...("required" in x && { required: true }), ...(x.autocomplete && { autocomplete: x.autocomplete }) }
          }),
          submit: [...m[2].matchAll(tag("button"))].map((b) => attr(b[1]).type ?? null),
        }
      }),
      // Scripts, styles and links are the page's own affair; its forms and whether it shows an error are not.
      errorShown: /class="error"|role="alert"/.test(bare),
    }
    if (this.knownText)
      Object.assign(out, {
        title: plain(/<title>([\s\S]*?)<\/title>/.exec(text)?.[1] ?? ""),
        headings: [...bare.matchAll(tag("h1", "([\\s\\S]*?)</h1>"))].map((m) => plain(m[2])),
        paragraphs: [...bare.matchAll(tag("p", "([\\s\\S]*?)</p>"))].map((m) => plain(m[2])),
        buttons: [...bare.matchAll(tag("button", "([\\s\\S]*?)</button>"))].map((m) => plain(m[2])),
      })
    return out
  }

  async entry({ method, path, label, at, res, cookie }) {
    const setCookie = await this.setCookies(res.setCookies, at, cookie)
    const headers = {}
    for (const [k, v] of res.headers) if (!IGNORED.has(k)) headers[k] = headers[k] === undefined ? this.string(v) : `${headers[k]} && ${this.string(v)}`
    const type = res.header("content-type") ?? ""
    let body
    if (type.startsWith("application/json")) {
      try {
        const parsed = JSON.parse(res.text)
        body = { json: await this.value(parsed, at) }
        if (/\/providers\/?(\?|$)/.test(path) && parsed && typeof parsed === "object") body.order = Object.keys(parsed).join(", ")
      } catch { body = { badJson: res.text.slice(0, 200) } }
    } else if (type.startsWith("text/html")) body = { html: this.html(res.text) }
    else body = { text: this.string(res.text.slice(0, 500)) }
    return { request: `${method} ${this.string(path)}${label ? `  (${label})` : ""}`, status: res.status, headers: Object.fromEntries(Object.entries(headers).sort()), setCookie, body }
  }
}

// Cookies are compared by name, and those that both sides set by their order: one more cookie is one difference.
function cookieDiff(a, b, path, out, deeper) {
  const byName = (list) => {
    const map = new Map()
    for (const c of list) { const n = c.name ?? "joined chunks"; map.set(map.has(n) ? `${n} again` : n, c) }
    return map
  }
  const left = byName(a), right = byName(b)
  for (const [n, c] of left) if (right.has(n)) deeper(c, right.get(n), `${path}{${n}}`); else out.push({ path: `${path}{${n}}`, kind: "missing", reference: c })
  for (const [n, c] of right) if (!left.has(n)) out.push({ path: `${path}{${n}}`, kind: "extra", candidate: c })
  const order = (map, other) => [...map.keys()].filter((n) => other.has(n)).join(", ")
  if (order(left, right) !== order(right, left)) out.push({ path: `${path}.order`, kind: "changed", reference: order(left, right), candidate: order(right, left) })
}

/**
 * Readable structural difference; [] when equal. What only hardens an answer may come beyond the
 * reference's headers, unless `strict` compares them as well.
 */
export function diff(a, b, { strict = false, path = "", out = [] } = {}) {
  const deeper = (x, y, p) => diff(x, y, { strict, path: p, out })
  if (out.length > 200) return out
  const obj = (v) => v !== null && typeof v === "object"
  if (/^\[\d+\]\.setCookie$/.test(path) && Array.isArray(a) && Array.isArray(b)) cookieDiff(a, b, path, out, deeper)
  else if (obj(a) && obj(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const p = Array.isArray(a) ? `${path}[${k}]` : path ? `${path}.${k}` : k
      if (!(k in a)) { if (strict || !(/\]\.headers$/.test(path) && HARDENING.has(k))) out.push({ path: p, kind: "extra", candidate: b[k] }) }
      else if (!(k in b)) out.push({ path: p, kind: "missing", reference: a[k] })
      else deeper(a[k], b[k], p)
    }
  } else if (!Object.is(a, b)) out.push({ path, kind: "changed", reference: a, candidate: b })
  return out
}
