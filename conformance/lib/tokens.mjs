// Session tokens that @auth/core's encode does not make: other algorithms, no kid, odd times.
import { hkdfSync, randomUUID } from "node:crypto"
import { CompactEncrypt, base64url, calculateJwkThumbprint } from "jose"

const SIZES = { "A256CBC-HS512": 64, A256GCM: 32 }

/** Seals `claims`; times in them are seconds from now. `header` is laid over the usual one. */
export async function seal(claims, { secret, salt = "authjs.session-token", enc = "A256CBC-HS512", kid = true, header = {}, plain } = {}) {
  const key = new Uint8Array(hkdfSync("sha256", secret, salt, `Auth.js Generated Encryption Key (${salt})`, SIZES[enc]))
  const now = Math.floor(Date.now() / 1000)
  const times = Object.fromEntries(Object.entries({ iat: 0, exp: 3600, ...claims }).filter(([k, v]) => ["iat", "exp", "nbf"].includes(k) && v !== null).map(([k, v]) => [k, typeof v === "number" ? now + v : v]))
  const rest = Object.fromEntries(Object.entries(claims).filter(([k]) => !["iat", "exp", "nbf"].includes(k)))
  const protectedHeader = { alg: "dir", enc, ...(kid && { kid: await calculateJwkThumbprint({ kty: "oct", k: base64url.encode(key) }, "sha512") }), ...header }
  return new CompactEncrypt(new TextEncoder().encode(plain ?? JSON.stringify({ jti: randomUUID(), ...rest, ...times }))).setProtectedHeader(protectedHeader).encrypt(key)
}
