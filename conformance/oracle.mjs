// Answers questions about what JavaScript does, one JSON object per line in and out, until standard
// input ends. Go's differential tests keep one such process for all their cases.
//   {"op":"decode","token","secret","salt"}          @auth/core's decode        -> {"value": claims}
//   {"op":"encode","claims": text,"secret","salt"}    @auth/core's encode        -> {"value": token}
//   {"op":"decode4","token","secret"}                 as next-auth 4 does        -> {"value": claims}
//   {"op":"encode4","claims": text,"secret"}          as next-auth 4 does        -> {"value": token}
//   {"op":"seal","header","plain": texts,"secret","salt","enc","zip": bool}      -> {"value": token}
//   {"op":"cookies","header"}                         @auth/core's cookie parser -> {"value": [[name, value], …]}
//   {"op":"join","header","name"}                     @auth/core's session store  -> {"value": session}
//   {"op":"split","session","name"}                   @auth/core's session store  -> {"value": [[name, value], …]}
//   {"op":"origin","url"}                             new URL(url).origin        -> {"value": origin}
// What throws is {"error": name}. Claims and headers of JWEs are JSON text inside the JSON, so that
// this program and not its caller reads them.
import readline from "node:readline"
import path from "node:path"
import { createCipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from "node:crypto"
import { deflateRawSync } from "node:zlib"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import { encode, decode } from "@auth/core/jwt"
import { EncryptJWT, jwtDecrypt } from "jose"

const core = path.dirname(createRequire(import.meta.url).resolve("@auth/core/jwt"))
const load = (file) => import(pathToFileURL(path.join(core, file)))
const { parse } = await load("lib/vendored/cookie.js")
const { SessionStore } = await load("lib/utils/cookie.js")

const first = (secret) => (Array.isArray(secret) ? secret[0] : secret)
const key5 = (secret, salt, enc) => Buffer.from(hkdfSync("sha256", first(secret), salt, `Auth.js Generated Encryption Key (${salt})`, enc === "A256GCM" ? 32 : 64))
const key4 = (secret) => new Uint8Array(hkdfSync("sha256", first(secret), "", "NextAuth.js Generated Encryption Key", 32))
const month = () => Math.floor(Date.now() / 1000) + 30 * 86400

/** A compact JWE with any header and any content; jose makes none with a header that it would refuse. */
function seal({ header, plain, secret, salt, enc, zip }) {
  const key = key5(secret, salt, enc), head = Buffer.from(header).toString("base64url"), aad = Buffer.from(head)
  const content = zip ? deflateRawSync(Buffer.from(plain)) : Buffer.from(plain)
  let iv, sealed, tag
  if (enc === "A256GCM") {
    iv = randomBytes(12)
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(aad)
    sealed = Buffer.concat([cipher.update(content), cipher.final()])
    tag = cipher.getAuthTag()
  } else {
    iv = randomBytes(16)
    const cipher = createCipheriv("aes-256-cbc", key.subarray(32), iv)
    sealed = Buffer.concat([cipher.update(content), cipher.final()])
    const bits = Buffer.alloc(8)
    bits.writeUInt32BE(aad.length * 8, 4)
    tag = createHmac("sha512", key.subarray(0, 32)).update(aad).update(iv).update(sealed).update(bits).digest().subarray(0, 32)
  }
  return [head, "", ...[iv, sealed, tag].map((b) => b.toString("base64url"))].join(".")
}

const answer = {
  decode: ({ token, secret, salt }) => decode({ token, secret, salt }),
  encode: ({ claims, secret, salt }) => encode({ token: JSON.parse(claims), secret, salt }),
  decode4: async ({ token, secret }) => (await jwtDecrypt(token, key4(secret), { clockTolerance: 15 })).payload,
  encode4: ({ claims, secret }) => new EncryptJWT(JSON.parse(claims)).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).setIssuedAt().setExpirationTime(month()).setJti(randomUUID()).encrypt(key4(secret)),
  seal,
  cookies: ({ header }) => Object.entries(parse(header)),
  join: ({ header, name }) => new SessionStore({ name, options: {} }, parse(header), console).value,
  split: ({ session, name }) => new SessionStore({ name, options: {} }, {}, { debug() {} }).chunk(session, {}).map((c) => [c.name, c.value]),
  origin: ({ url }) => new URL(url).origin,
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let reply
  try {
    const question = JSON.parse(line)
    reply = { value: await answer[question.op](question) }
  } catch (e) {
    reply = { error: e.code ?? e.name ?? "Error" }
  }
  process.stdout.write(JSON.stringify(reply) + "\n")
}
