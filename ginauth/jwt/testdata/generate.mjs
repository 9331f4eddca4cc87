// Writes auth-core.json, a256gcm.json and next-auth-v4.json: tokens made by the
// published packages, with what those packages read from them.
//   npm ci && node generate.mjs
// (session-jwe.json beside them is a copy from the conformance rig.)
import fs from "node:fs"
import path from "node:path"
import { createHash, hkdfSync } from "node:crypto"
import { fileURLToPath } from "node:url"
import { encode, decode } from "@auth/core/jwt"
import { CompactEncrypt, EncryptJWT, base64url } from "jose"
import nextAuthV4 from "next-auth/jwt"

const here = path.dirname(fileURLToPath(import.meta.url))
const write = (name, vectors) => {
  fs.writeFileSync(path.join(here, name), JSON.stringify({ made_at: now, vectors }, null, 1) + "\n")
  console.log(name, vectors.length)
}
const LONG = 100 * 365 * 86400
const now = Math.floor(Date.now() / 1000)
const S1 = "vector-secret-0123456789abcdef0123456789abcdef", S2 = "second-secret-aaaaaaaaaaaaaaaaaaaaaaaaaa", S3 = "third-secret-bbbbbbbbbbbbbbbbbbbbbbbbbbb"
const SALT = "authjs.session-token", SECURE = "__Secure-authjs.session-token"
const USER = { name: "Zoë 山田 🔑", email: "zoe@example.test", picture: null, sub: "c0ffee00-0000-4000-8000-000000000001" }

const derive = (secret, salt, bytes) => new Uint8Array(hkdfSync("sha256", secret, salt, `Auth.js Generated Encryption Key (${salt})`, bytes))
const thumbprint = (key) => createHash(`sha${key.length * 8}`).update(`{"k":"${base64url.encode(key)}","kty":"oct"}`).digest("base64url")
const times = { iat: now, exp: now + LONG, jti: "j" }

// What the package itself says about a token decides what the vector expects.
async function vector(name, reader, { token, secret, salt, ...rest }) {
  let decoded = null, error = null
  try { decoded = await reader({ token, secret, salt }) } catch (e) { error = e.code ?? e.name }
  return { name, token, secret, salt, ...rest, expect: error ? "error" : "ok", error, decoded }
}

// ---- @auth/core, payloads beyond those of the rig
const core = []
for (const [name, payload, o = {}] of [
  ["every kind of number", { zero: 0, negativeZero: -0, big: 9007199254740991, minus: -9007199254740991, huge: 1e21, exponent: 1.7976931348623157e308, tiny: 5e-324, third: 1 / 3, tenth: 0.1, e20: 1e20, million: 1000000 }],
  ["names that are special elsewhere", { constructor: "c", toString: "t", hasOwnProperty: 1, length: 0, "": "empty", "a.b": 1, Sub: "upper", SUB: "more" }],
  ["deep", { a: { b: { c: { d: { e: { f: [[[[{ g: null }]]]] } } } } } }],
  ["controls", { text: "\u0000\u0001\u001f\u007f\u0080\u2028\u2029\ufeff\ufffd\uffff" }],
  ["astral", { text: "\u{10000}\u{1f511}\u{10ffff}" }],
  ["slashes and quotes", { text: "\\\"/'`</script>&" }],
  ["booleans and lists", { yes: true, no: false, list: [1, "2", null, true, [], {}] }],
  ["nbf now", { ...USER, nbf: now }],
  ["nbf in ten years", { ...USER, nbf: now + 10 * 365 * 86400 }],
  ["nbf is text", { ...USER, nbf: "0" }],
  ["fractional nbf", { ...USER, nbf: 1.5 }],
  ["secure", USER, { salt: SECURE }],
  ["empty salt", USER, { salt: "" }],
  ["three secrets, made by the third", USER, { made: S3, secret: [S1, S2, S3] }],
  ["three secrets, made by none", USER, { made: "another", secret: [S1, S2, S3] }],
  ["same secret twice", USER, { secret: [S1, S1] }],
  ["made by the comma list as one secret", USER, { made: `${S1},${S2}`, secret: [S1, S2] }],
  ["expired long ago", USER, { maxAge: -86400 }],
  ["challenge opened as session", { value: "x" }, { makeSalt: "authjs.challenge" }],
  ["secure opened as plain", USER, { makeSalt: SECURE }],
]) {
  const salt = o.salt ?? SALT, secret = o.secret ?? S1
  const token = await encode({ token: payload, secret: o.made ?? secret, salt: o.makeSalt ?? salt, maxAge: o.maxAge ?? LONG })
  core.push(await vector(name, decode, { token, secret, salt }))
}

// ---- tokens of the same family that encode() does not make but decode() judges
const cbc = derive(S1, SALT, 64)
const compact = (text, header, key = cbc) => new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(key)
const head = { alg: "dir", enc: "A256CBC-HS512" }
for (const [name, token] of Object.entries({
  "no kid": await compact(JSON.stringify({ ...USER, ...times }), head),
  "no times at all": await compact(JSON.stringify(USER), head),
  "typ and cty": await compact(JSON.stringify({ ...USER, ...times }), { ...head, typ: "JWT", cty: "JWT" }),
  "empty object": await compact("{}", head),
  "blanks around": await compact(' \n{"sub":"1"}\t ', head),
  "duplicate claim": await compact('{"sub":"1","sub":"2"}', head),
  "claims are null": await compact("null", head),
  "claims are a list": await compact("[]", head),
  "claims are text": await compact('"x"', head),
  "claims are a number": await compact("1", head),
  "claims are nothing": await compact("", head),
  "two objects": await compact('{"sub":"1"}{"sub":"2"}', head),
  "half an object": await compact('{"sub":"1"', head),
  "exp is text": await compact(JSON.stringify({ exp: String(now + LONG) }), head),
  "exp is null": await compact(JSON.stringify({ exp: null }), head),
  "iat is text": await compact(JSON.stringify({ iat: "x" }), head),
  "iat in the future": await compact(JSON.stringify({ iat: now + LONG }), head),
  "fractional exp": await compact(JSON.stringify({ exp: now + LONG + 0.5 }), head),
  "kid of nobody": await compact(JSON.stringify({ ...USER, ...times }), { ...head, kid: "x" }),
  "kid is empty": await compact(JSON.stringify({ ...USER, ...times }), { ...head, kid: "" }),
  "right kid, wrong key": await compact(JSON.stringify({ ...USER, ...times }), { ...head, kid: thumbprint(cbc) }, derive(S2, SALT, 64)),
  "claims are not UTF-8": await new CompactEncrypt(Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d)).setProtectedHeader(head).encrypt(cbc),
  "unacceptable enc A128CBC-HS256": await compact("{}", { alg: "dir", enc: "A128CBC-HS256" }, derive(S1, SALT, 32)),
})) core.push(await vector(name, decode, { token, secret: S1, salt: SALT }))
// These open in Auth.js and must not open here: the last column is ours.
const refused = []
for (const [name, token] of Object.entries({
  compressed: await compact(JSON.stringify({ ...USER, ...times, blob: "x".repeat(2000) }), { ...head, zip: "DEF" }),
  "unknown header": await compact(JSON.stringify(USER), { ...head, extra: 1 }),
})) refused.push({ ...(await vector(name, decode, { token, secret: S1, salt: SALT })), expect: "error" })
write("auth-core.json", [...core, ...refused])

// ---- A256GCM, which Auth.js reads but does not write
const gcm = []
for (const [name, { secret = S1, made = S1, salt = SALT, kid = false, exp = now + LONG }] of Object.entries({
  "no kid": {}, "with kid": { kid: true }, "secure salt": { salt: SECURE, kid: true }, "rotated, with kid": { secret: [S2, S1], kid: true },
  "wrong secret, with kid": { secret: S2, kid: true }, "wrong secret, no kid": { secret: S2 }, expired: { exp: now - 3600 },
})) {
  const key = derive(made, salt, 32)
  const token = await new EncryptJWT(USER).setProtectedHeader({ alg: "dir", enc: "A256GCM", ...(kid && { kid: thumbprint(key) }) }).setIssuedAt().setExpirationTime(exp).setJti("j").encrypt(key)
  gcm.push(await vector(name, decode, { token, secret, salt }))
}
write("a256gcm.json", gcm)

// ---- next-auth 4
const v4 = []
for (const [name, { secret = S1, made = S1, salt = "", makeSalt = salt, payload = USER, maxAge = LONG }] of Object.entries({
  plain: {}, "empty payload": { payload: {} }, numbers: { payload: { big: 9007199254740991, huge: 1e21 } }, "one character secret": { secret: "x", made: "x" }, "unicode secret": { secret: "ключ-🔑", made: "ключ-🔑" },
  "own salt": { salt: "next-auth.session-token" }, "wrong secret": { secret: S2 }, "wrong salt": { makeSalt: "other" }, expired: { maxAge: -3600 }, long: { payload: { ...USER, blob: "y".repeat(6000) } },
})) {
  const token = await nextAuthV4.encode({ token: payload, secret: made, salt: makeSalt, maxAge })
  v4.push(await vector(name, nextAuthV4.decode, { token, secret, salt }))
}
v4.push(await vector("token of version 5", nextAuthV4.decode, { token: core[0].token, secret: S1, salt: "" }))
write("next-auth-v4.json", v4)
