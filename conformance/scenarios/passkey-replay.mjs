// Every request here carries the CSRF token, so that what decides is the challenge and what it was made for.
const both = ["jwt", "database"]
const list = []
const add = (name, run, variants = both, bug) => list.push({ name, run, variants, bug })
const JSON_ANSWER = { headers: { "X-Auth-Return-Redirect": "1" } }

async function registered(c, email = "pk@example.test", knobs = {}) {
  const k = c.client()
  await k.passkey({ action: "register", email, redirect: false }, { knobs })
  return k
}
const options = async (c, k, query) => JSON.parse((await k.b.get(`${c.base}/webauthn-options/passkey?${query}`)).text).options
const post = async (c, k, fields, o = {}) => k.b.form(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), ...fields }, { ...JSON_ANSWER, ...o })

add("assertion-with-old-cookie", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const o = await options(c, k, "action=authenticate")
  const saved = k.b.jar.header()
  const fields = { action: "authenticate", data: JSON.stringify(await k.auth.get(o)) }
  await post(c, k, fields, { label: "first use" })
  await c.note("session", await k.getSession())
  await post(c, k, fields, { label: "cookie was cleared" })
  await post(c, k, fields, { cookies: false, cookie: saved, label: "replay with the old cookie" })
  await c.db()
}, both, "a challenge cookie and assertion can be replayed while the counter is 0")
add("new-assertion-with-old-cookie", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const o = await options(c, k, "action=authenticate")
  const saved = k.b.jar.header()
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(o, { counter: 1 })) }, { label: "first use" })
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(o, { counter: 2 })) }, { cookies: false, cookie: saved, label: "signed again for the same challenge" })
  await c.db()
}, both, "a challenge can be used by several assertions")
add("attestation-with-old-cookie", async (c) => {
  const k = c.client()
  const o = await options(c, k, "action=register&email=rr@example.test")
  const saved = k.b.jar.header()
  const fields = { action: "register", data: JSON.stringify(await k.auth.create(o)) }
  await post(c, k, fields, { label: "first use" })
  await post(c, k, fields, { cookies: false, cookie: saved, label: "replay" })
  await c.db()
}, both, "a replayed registration leaves a session row behind")
add("second-credential-with-old-cookie", async (c) => {
  const k = c.client()
  const o = await options(c, k, "action=register&email=rr@example.test")
  const saved = k.b.jar.header()
  await post(c, k, { action: "register", data: JSON.stringify(await k.auth.create(o)) }, { label: "first use" })
  await post(c, k, { action: "register", data: JSON.stringify(await k.auth.create(o)) }, { cookies: false, cookie: saved, label: "another credential" })
  await c.db()
})
add("failed-attempt-then-good-one", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const o = await options(c, k, "action=authenticate")
  const saved = k.b.jar.header()
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(o, { tamper: true })) }, { label: "bad signature" })
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(o)) }, { cookies: false, cookie: saved, label: "good signature, same challenge" })
}, both, "a failed attempt does not use the challenge up")
add("challenge-of-registration-for-sign-in", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const o = await options(c, k, "action=register&email=x2@example.test")
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get({ challenge: o.challenge, rpId: o.rp.id })) })
  await c.note("session", await k.getSession())
}, both, "a challenge made for registering signs in")
add("challenge-of-sign-in-for-registration", async (c) => {
  const k = c.client()
  const o = await options(c, k, "action=authenticate")
  await post(c, k, { action: "register", email: "x3@example.test", data: JSON.stringify(await k.auth.create({ challenge: o.challenge, rp: { id: o.rpId }, user: { id: "u" } })) })
  await c.db()
})
add("challenge-of-signed-out-used-signed-in", async (c) => {
  const k = await registered(c, "one@example.test")
  const other = c.client()
  const o = await options(c, other, "action=register&email=two@example.test")
  k.b.jar.set("authjs.challenge", other.b.jar.get("authjs.challenge"))
  await post(c, k, { action: "register", data: JSON.stringify(await k.auth.create(o)) }, { label: "a new account's flow, finished signed in" })
  await c.note("session", await k.getSession())
  await c.db()
}, both, "a registration started signed out links to whoever finishes it")
add("challenge-of-signed-in-used-signed-out", async (c) => {
  const k = await registered(c, "one@example.test")
  const o = await options(c, k, "action=register")
  const answer = await k.auth.create(o)
  k.b.jar.delete("authjs.session-token")
  await post(c, k, { action: "register", data: JSON.stringify(answer) }, { label: "a further passkey's flow, finished signed out" })
  await c.note("session", await k.getSession())
  await c.db()
})
add("challenge-of-user-a-used-by-user-b", async (c) => {
  const a = await registered(c, "one@example.test")
  const b = await registered(c, "two@example.test")
  const o = await options(c, a, "action=register")
  b.b.jar.set("authjs.challenge", a.b.jar.get("authjs.challenge"))
  await post(c, b, { action: "register", data: JSON.stringify(await b.auth.create(o)) }, { label: "started by one, finished by two" })
  await c.db()
}, both, "a passkey can be added with the challenge of another user")
add("challenge-of-earlier-session-of-same-user", async (c) => {
  const k = await registered(c)
  const o = await options(c, k, "action=register")
  const saved = k.b.jar.get("authjs.challenge")
  await k.signOut({ redirect: false })
  await k.passkey({ action: "authenticate", redirect: false })
  k.b.jar.set("authjs.challenge", saved)
  await post(c, k, { action: "register", data: JSON.stringify(await k.auth.create(o)) }, { label: "started before signing out" })
  await c.db()
}, ["database"], "a challenge outlives the session it was made in")
add("challenge-of-other-browser", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const o = await options(c, c.client(), "action=authenticate")
  await options(c, k, "action=authenticate")
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(o)) }, { label: "another browser's challenge" })
})
add("newer-options-replace-older", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  const first = await options(c, k, "action=authenticate")
  const second = await options(c, k, "action=authenticate")
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(first)) }, { label: "the older challenge" })
  await c.note("challenges differ", first.challenge !== second.challenge)
})
add("two-tabs-each-with-own-options", async (c) => {
  const k = await registered(c)
  await k.signOut({ redirect: false })
  await options(c, k, "action=authenticate")
  const second = await options(c, k, "action=authenticate")
  await post(c, k, { action: "authenticate", data: JSON.stringify(await k.auth.get(second)) }, { label: "the newer challenge" })
  await c.note("session", await k.getSession())
})
add("email-changed-between-options-and-callback", async (c) => {
  const k = c.client()
  const o = await options(c, k, "action=register&email=first@example.test")
  await post(c, k, { action: "register", email: "second@example.test", data: JSON.stringify(await k.auth.create(o)) })
  await c.note("session", await k.getSession())
  await c.db()
})
add("sign-out-then-finish-adding", async (c) => {
  const k = await registered(c)
  const o = await options(c, k, "action=register")
  const answer = await k.auth.create(o)
  await k.signOut({ redirect: false })
  await post(c, k, { action: "register", data: JSON.stringify(answer) })
  await c.db()
})
export default list
