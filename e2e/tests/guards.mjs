import assert from "node:assert/strict"
import { flipMiddle } from "./cookies.mjs"

/** Who may see what: the client's proxy, its server components, and the Go server's own guard. */
export const guards = {
  async "signed out"(v) {
    await v.goto("/account")
    assert.equal(v.page.url(), v.site + "/signin?callbackUrl=%2Faccount")
    await v.goto("/server")
    assert.equal(await v.at("server-session").getAttribute("data-status"), "unauthenticated")
    assert.deepEqual(await v.me(), { status: 401, user: null })
  },

  async "signed in"(v) {
    await v.signUp()
    const answer = await v.goto("/account")
    assert.equal(answer.status(), 200)
    assert.equal(answer.url(), v.site + "/account")
    await v.goto("/server")
    assert.equal(await v.at("server-session").getAttribute("data-status"), "authenticated")
    await v.shows("server-session", v.email)
    await v.goto("/account")
    await v.at("call-me").click()
    await v.shows("me-json", "200 OK")
    await v.shows("me-json", v.email)
  },

  async "next-auth reads the Go server's session cookie"(v) {
    await nextAuthSees(v, null)
    await v.signUp()
    const user = await goUser(v)
    assert.equal(user.email, v.email)
    await nextAuthSees(v, user)
    await v.signOut()
    await nextAuthSees(v, null)
  },

  async "next-auth refuses a session cookie that was tampered with"(v) {
    await v.signUp()
    for (const change of [flipMiddle, (value) => value.slice(0, -1), () => "x"]) {
      await v.page.goto("about:blank") // an answer under way would set a good cookie again
      await v.tamper((await sessionCookie(v)).name, change)
      await nextAuthSees(v, null)
      await v.signIn()
    }
  },

  async "next-auth and the Go server put a session cookie in pieces together"(v) {
    await v.signUp()
    await v.page.goto("about:blank")
    const user = await goUser(v)
    const { name, value, ...attributes } = await sessionCookie(v)
    const middle = Math.floor(value.length / 2)
    await v.context.clearCookies({ name })
    await v.context.addCookies([
      { ...attributes, name: `${name}.0`, value: value.slice(0, middle) },
      { ...attributes, name: `${name}.1`, value: value.slice(middle) },
    ])
    assert.equal((await v.me()).user.email, v.email)
    await nextAuthSees(v, user)
  },

  async "the page comes back after signing in"(v) {
    await v.goto("/account?from=mail")
    assert.equal(v.page.url(), v.site + "/signin?callbackUrl=%2Faccount%3Ffrom%3Dmail")
    await v.at("email").fill(v.email)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/account?from=mail")
    await v.signedIn()
  },

  async "nobody is sent to another site"(v) {
    await v.goto("/signin?callbackUrl=https%3A%2F%2Fevil.example%2F")
    await v.at("email").fill(v.email)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/")
    await v.signedIn()
  },

  async "a guarded page is not shown from the cache after signing out"(v) {
    await v.signUp()
    await v.signOut()
    await v.page.goBack()
    await v.page.waitForURL(/\/signin/)
  },
}

/**
 * Checks whom next-auth finds in the profile's cookies on the client's own server: getToken() in
 * the proxy, and auth() in a server component. The page comes last, as its script gets a new cookie
 * or loses a bad one.
 */
async function nextAuthSees(v, user) {
  const account = await v.context.request.get(v.site + "/account", { maxRedirects: 0 })
  assert.equal(account.status(), user ? 200 : 307)
  await v.goto("/server-auth")
  const shown = v.at("auth-session")
  assert.equal(await shown.getAttribute("data-status"), user ? "authenticated" : "unauthenticated")
  assert.deepEqual(JSON.parse(await shown.textContent())?.user ?? null, user)
}

/** The user of the session as the Go server tells it. */
async function goUser(v) {
  const answer = await v.context.request.get(v.site + v.stack.basePath + "/session")
  return (await answer.json()).user
}

async function sessionCookie(v) {
  const [cookie] = (await v.context.cookies()).filter(({ name }) => name.endsWith("authjs.session-token"))
  return cookie
}
