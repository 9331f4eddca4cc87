// Credentials whose authorize answers with a row of the users table.
const list = []
const add = (name, run, variants = ["jwt", "database", "dbcallbacks"], bug) => list.push({ name, run, variants, bug })

add("sign-in-and-out", async (c) => {
  const k = c.client()
  const res = await k.b.form(`${c.base}/signin/mock?login_hint=row@example.test`, { csrfToken: await k.getCsrfToken(), callbackUrl: "/" })
  await k.b.get(await c.throughIssuer(res.header("location")))
  await k.signOut({ redirect: false })
  await c.note("result", await k.signIn("credentials", { username: "stored", password: "row@example.test", redirect: false, callbackUrl: "/in" }))
  await c.note("session", await k.getSession())
  await c.db()
  await c.note("signout", await k.signOut({ redirect: false }))
  await c.note("session", await k.getSession())
  await c.db()
})
add("unknown", async (c) => {
  const k = c.client()
  await c.note("result", await k.signIn("credentials", { username: "stored", password: "nobody@example.test", redirect: false }))
  await c.db()
})
export default list
