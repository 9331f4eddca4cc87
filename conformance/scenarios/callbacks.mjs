// What the signIn, jwt and session callbacks decide, for every kind of provider. The policy is in reference.mjs.
const both = ["callbacks", "dbcallbacks"]
const list = []
const add = (name, run, variants = both, bug) => list.push({ name, run, variants, bug })
const HEADER = { headers: { "X-Auth-Return-Redirect": "1" } }
const POLICIES = ["denied", "elsewhere", "evil", "throws"]

add("passkey-allowed", async (c) => {
  const k = c.client()
  await c.note("sign up", await k.passkey({ action: "register", email: "fine@example.test", redirect: false }))
  await c.note("session", await k.getSession())
  await k.signOut({ redirect: false })
  await c.note("sign in", await k.passkey({ action: "authenticate", redirect: false }))
  await c.note("session", await k.getSession())
  await c.db()
})
for (const p of POLICIES) {
  add(`passkey-register-${p}`, async (c) => {
    const k = c.client()
    await c.note("result", await k.passkey({ action: "register", email: `${p}@example.test`, redirect: false }))
    await c.note("session", await k.getSession())
    await c.note("cookies", k.b.jar.names())
    await c.db()
  })
  add(`passkey-authenticate-${p}`, async (c) => {
    const k = c.client()
    await k.passkey({ action: "register", email: "fine@example.test", redirect: false })
    await k.signOut({ redirect: false })
    await c.hook("change-email", { email: "fine@example.test", to: `${p}@example.test` })
    await c.note("result", await k.passkey({ action: "authenticate", redirect: false }))
    await c.note("session", await k.getSession())
    await c.db()
  })
  add(`email-${p}`, async (c) => {
    const k = c.client()
    await c.note("result", await k.signIn("email", { email: `${p}@example.test`, redirect: false }))
    await k.b.form(`${c.base}/signin/email`, { csrfToken: await k.getCsrfToken(), email: `${p}@example.test` })
    await c.note("mails", await c.mail())
    await c.db()
  })
  add(`email-link-${p}`, async (c) => {
    const k = c.client()
    await k.signIn("email", { email: "fine@example.test", redirect: false })
    const [m] = await c.mail()
    const u = new URL(m.url)
    await k.b.get(u.pathname + u.search)
    await k.signOut({ redirect: false })
    await c.hook("change-email", { email: "fine@example.test", to: `${p}@example.test` })
    await c.note("result", await k.signIn("email", { email: `${p}@example.test`, redirect: false }))
    await c.db()
  })
  add(`credentials-${p}`, async (c) => {
    const k = c.client()
    await c.note("result", await k.signIn("credentials", { username: `policy-${p}`, password: "policy", redirect: false }))
    await k.b.form(`${c.base}/callback/credentials`, { csrfToken: await k.getCsrfToken(), username: `policy-${p}`, password: "policy" })
    await c.note("session", await k.getSession())
  }, ["callbacks"])
  for (const kind of ["mock", "mock-oauth"])
    add(`${kind}-${p}`, async (c) => {
      const k = c.client()
      const res = await k.b.form(`${c.base}/signin/${kind}?login_hint=${p}@example.test`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })
      await k.b.get(await c.throughIssuer(res.header("location")))
      await c.note("session", await k.getSession())
      await c.db()
    })
}
add("credentials-allowed", async (c) => {
  const k = c.client()
  await c.note("result", await k.signIn("credentials", { username: "alice", password: "wonderland", redirect: false }))
  await c.note("session", await k.getSession())
  await c.note("update", await k.update({ name: "Renamed" }))
  await c.note("session", await k.getSession())
  await c.note("kill", await k.update("kill"))
  await c.note("cookies", k.b.jar.names())
}, ["callbacks"])
add("email-allowed", async (c) => {
  const k = c.client()
  await k.signIn("email", { email: "fine@example.test", redirect: false })
  const [m] = await c.mail()
  const u = new URL(m.url)
  await k.b.get(u.pathname + u.search)
  await c.note("session", await k.getSession())
  await c.db()
})
for (const kind of ["mock", "mock-oauth"]) add(`${kind}-allowed`, async (c) => {
  const k = c.client()
  const res = await k.b.form(`${c.base}/signin/${kind}?login_hint=fine`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/after" })
  await k.b.get(await c.throughIssuer(res.header("location")))
  await c.note("session", await k.getSession())
})
add("linking-is-asked-too", async (c) => {
  const k = c.client()
  await k.passkey({ action: "register", email: "fine@example.test", redirect: false })
  await c.hook("change-email", { email: "fine@example.test", to: "denied@example.test" })
  await c.note("further passkey", await k.passkey({ action: "register", redirect: false }))
  await c.db()
})
add("jwt-callback-ends-session", async (c) => {
  const k = c.client()
  await k.passkey({ action: "register", email: "fine@example.test", redirect: false })
  await c.note("update", await k.update("kill"))
  await c.note("cookies", k.b.jar.names())
  await c.note("session", await k.getSession())
}, ["callbacks"])
add("refusal-without-return-redirect-header", async (c) => {
  const k = c.client()
  const o = JSON.parse((await k.b.get(`${c.base}/webauthn-options/passkey?action=register&email=denied@example.test`)).text).options
  await k.b.form(`${c.base}/callback/passkey`, { csrfToken: await k.getCsrfToken(), action: "register", email: "denied@example.test", data: JSON.stringify(await k.auth.create(o)) })
  await k.b.form(`${c.base}/signin/email`, { csrfToken: await k.getCsrfToken(), email: "elsewhere@example.test" }, HEADER)
  await c.db()
})
export default list
