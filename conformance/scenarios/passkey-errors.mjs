const both = ["jwt", "database"]
const list = []
const add = (name, run, variants = both, bug) => list.push({ name, run, variants, bug })
const reg = (email) => ({ action: "register", email, redirect: false })
const auth = (extra = {}) => ({ action: "authenticate", redirect: false, ...extra })
const JSON_ANSWER = { headers: { "X-Auth-Return-Redirect": "1" } }
const otherChallenge = Buffer.alloc(32, 9).toString("base64url")

async function registered(c, email = "pk@example.test", knobs = {}) {
  const k = c.client()
  await k.passkey(reg(email), { knobs })
  return k
}
const options = async (c, k, query) => JSON.parse((await k.b.get(`${c.base}/webauthn-options/passkey?${query}`)).text).options
const post = async (c, k, fields, o = {}) => k.b.form(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), ...fields }, { ...JSON_ANSWER, ...o })

// What both ceremonies check in the same places.
const SHARED = {
  "wrong-origin": { origin: "http://evil.test:3000" }, "origin-other-port": { origin: "http://app.test:3001" }, "origin-https": { origin: "https://app.test:3000" }, "origin-null": { origin: "null" },
  "origin-trailing-slash": { origin: "http://app.test:3000/" }, "origin-subdomain": { origin: "http://sub.app.test:3000" },
  "wrong-challenge": { challenge: otherChallenge }, "empty-challenge": { challenge: "" }, "padded-challenge": { challenge: `${otherChallenge}=` },
  "wrong-rp-id": { rpId: "evil.test" }, "rp-id-with-port": { rpId: "app.test:3000" },
  "type-swapped": null, "type-missing": { type: "" },
  "no-user-presence": { up: false }, "no-user-verification": { uv: false }, "backed-up-but-not-eligible": { be: false, bs: true },
  "credential-type": { credentialType: "password" }, "raw-id-mismatch": { rawIdMismatch: true },
  "client-data-not-json": { clientDataRaw: "{" }, "client-data-array": { clientDataRaw: "[]" }, "client-data-bom": { clientDataRaw: "\ufeff{}" }, "cross-origin": { crossOrigin: true },
  "truncated-1": { truncate: 1 }, "truncated-30": { truncate: 30 },
}
for (const [n, knobs] of Object.entries(SHARED)) {
  add(`register-${n}`, async (c) => {
    const k = c.client()
    await c.note("result", await k.passkey(reg("bad@example.test"), { knobs: knobs ?? { type: "webauthn.get" } }))
    await c.note("session", await k.getSession())
    await c.db()
  })
  add(`authenticate-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    await c.note("result", await k.passkey(auth(), { knobs: knobs ?? { type: "webauthn.create" } }))
    await c.note("session", await k.getSession())
    await c.db()
  })
}

for (const [n, knobs] of Object.entries({
  "packed-tampered": { fmt: "packed", tamper: true }, "unknown-format": { fmt: "other" }, "none-with-statement": { attStmtExtra: { extra: 1 } }, "trailing-bytes": { trailing: [1, 2, 3] },
  "cose-alg-unknown": { coseAlg: -47 }, "cose-alg-of-other-type": { coseAlg: -257 }, "cose-alg-rs1": { coseAlg: -65535 }, "empty-credential-id": { credentialId: new Uint8Array(0) }, "id-15-bytes": { credentialId: new Uint8Array(15).fill(3) }, "id-16-bytes": { credentialId: new Uint8Array(16).fill(3) },
}))
  add(`register-${n}`, async (c) => {
    const k = c.client()
    await c.note("result", await k.passkey(reg("bad@example.test"), { knobs }))
    await c.db()
  })

for (const [n, knobs] of Object.entries({
  tampered: { tamper: true }, "signature-empty": { signatureRaw: "" }, "signature-garbage": { signatureRaw: "AAAA" }, "unknown-credential": { credentialId: new Uint8Array(32).fill(8) },
  "user-handle-absent": { userHandle: null }, "user-handle-empty": { userHandle: "" },
}))
  add(`authenticate-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    await c.note("result", await k.passkey(auth(), { knobs }))
    await c.note("session", await k.getSession())
    await c.db()
  })

add("authenticate-passkey-of-other-user-with-email", async (c) => {
  await registered(c, "one@example.test")
  const two = await registered(c, "two@example.test")
  await two.signOut({ redirect: false })
  const o = await options(c, two, "action=authenticate&email=one@example.test")
  await post(c, two, { action: "authenticate", email: "one@example.test", data: JSON.stringify(await two.auth.get({ ...o, allowCredentials: [] })) })
  await c.note("session", await two.getSession())
})

for (const [n, edit] of Object.entries({
  "extra-members": (a) => ({ ...a, note: "x", response: { ...a.response, note: "y" } }), "no-response": ({ response, ...a }) => a, "no-id": ({ id, ...a }) => a, "no-raw-id": ({ rawId, ...a }) => a, "no-client-data": (a) => { delete a.response.clientDataJSON; return a },
  "id-padded": (a) => ({ ...a, id: `${a.id}=`, rawId: `${a.rawId}=` }), "client-data-not-base64": (a) => { a.response.clientDataJSON = "%%%"; return a }, "no-extension-results": ({ clientExtensionResults, ...a }) => a, "no-attachment": ({ authenticatorAttachment, ...a }) => a,
})) {
  add(`register-answer-${n}`, async (c) => { const k = c.client(); await c.note("result", await k.passkey(reg("ans@example.test"), { edit })); await c.db() })
  add(`authenticate-answer-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    await c.note("result", await k.passkey(auth(), { edit }))
  })
}
for (const member of ["authenticatorData", "signature"])
  add(`authenticate-answer-no-${member}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    await c.note("result", await k.passkey(auth(), { edit: (a) => { delete a.response[member]; return a } }))
  })
add("register-answer-no-attestation-object", async (c) => { await c.note("result", await c.client().passkey(reg("ans@example.test"), { edit: (a) => { delete a.response.attestationObject; return a } })); await c.db() })

for (const [n, data] of Object.entries({ "not-json": "{", null: "null", number: "7", text: '"x"', array: "[]", "empty-object": "{}", empty: "", "deep": "[".repeat(5000) + "]".repeat(5000) }))
  add(`data-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    await options(c, k, "action=authenticate")
    await post(c, k, { action: "authenticate", data })
    await options(c, k, "action=register&email=x@example.test")
    await post(c, k, { action: "register", data })
    await c.db()
  })
add("data-as-json-object", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = await k.auth.get(await options(c, k, "action=authenticate"))
  await k.b.json(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), action: "authenticate", data }, JSON_ANSWER)
})
add("json-body-with-csrf", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
  await k.b.json(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), action: "authenticate", data, callbackUrl: "/in" }, JSON_ANSWER)
  await c.note("session", await k.getSession())
})
for (const [n, fields] of Object.entries({ missing: {}, empty: { action: "" }, unknown: { action: "delete" }, "upper-case": { action: "Authenticate" }, prototype: { action: "toString" } }))
  add(`action-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
    await post(c, k, { ...fields, data })
    await c.note("session", await k.getSession())
  })
add("data-missing", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  await options(c, k, "action=authenticate")
  await post(c, k, { action: "authenticate" })
  await options(c, k, "action=register&email=y@example.test")
  await post(c, k, { action: "register" })
})
add("no-challenge-cookie", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
  k.b.jar.delete("authjs.challenge")
  await post(c, k, { action: "authenticate", data })
})
for (const [n, value] of Object.entries({ garbage: "x".repeat(60), "session-token": null }))
  add(`challenge-cookie-${n}`, async (c) => {
    const k = await registered(c)
    await k.signOut({ redirect: false })
    const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
    k.b.jar.set("authjs.challenge", value ?? await c.encode({ sub: "someone" }))
    await post(c, k, { action: "authenticate", data })
    await c.note("session", await k.getSession())
  })
add("callback-by-get", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
  const query = new URLSearchParams({ data }).toString()
  c.norm.opaque.set(query, "data={ASSERTION}")
  await k.b.get(`${c.base}/callback/passkey?action=authenticate&${query}&csrfToken=${await k.getCsrfToken()}`)
  await c.note("session", await k.getSession())
})
add("wrong-csrf-token", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate")))
  await k.getCsrfToken()
  await k.b.form(`${c.base}/callback/passkey`, { action: "authenticate", data, csrfToken: "0".repeat(64) }, JSON_ANSWER)
  await c.note("session", await k.getSession())
})
add("failed-attempt-without-return-redirect-header", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const data = JSON.stringify(await k.auth.get(await options(c, k, "action=authenticate"), { tamper: true }))
  await k.b.form(`${c.base}/callback/passkey`, { action: "authenticate", data, csrfToken: await k.getCsrfToken(), callbackUrl: "/in" })
})
export default list
