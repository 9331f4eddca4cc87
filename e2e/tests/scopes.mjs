import assert from "node:assert/strict"
import { home, openSignIn, passkeyField, signUp } from "./builtin.mjs"

const session = "authjs.session-token"

/** Cookies that the browser holds in several scopes, and so sends together. */
export const scopes = {
  ...each("with a Domain", (cookie) => ({ ...cookie, domain: ".app.localhost" })),
  ...each("with the host as its Domain", (cookie) => ({ ...cookie, domain: ".www.app.localhost" })),
  ...each("with another Path", (cookie) => ({ ...cookie, path: "/auth" })),

  async "cookies that a page of another subdomain set"(v) {
    const site = new URL(v.site)
    await v.goto(v.stack.basePath + "/signin")
    await v.page.goto(`http://evil.app.localhost:${site.port}/healthz`)
    const names = [session, "authjs.csrf-token", "authjs.callback-url", "authjs.challenge"]
    await v.page.evaluate(([names, base]) => {
      for (const name of names) for (const path of ["/", base]) document.cookie = `${name}=planted; domain=app.localhost; path=${path}`
    }, [names, v.stack.basePath])
    v.expected.push(/status of (403|500)/)
    await attempt(v)
    if (!(await isIn(v))) {
      await v.authenticator.replace() // what the first attempt made is known to nobody
      await attempt(v)
    }
    assert.ok(await isIn(v), "not in at the second attempt")
    await signOut(v)
    assert.deepEqual((await v.context.cookies()).filter(({ value }) => value === "planted"), [])
  },
}

/** What an earlier deployment, which set the session cookie in another scope, leaves behind. */
function each(how, change) {
  return {
    async [`the session cookie was set ${how} before`](v) {
      await signUp(v)
      await moveSession(v, change)
      await isIn(v)
      for (let attempts = 0; !(await isIn(v)); attempts++) {
        assert.ok(attempts < 2, "not in at the second attempt")
        await signIn(v)
      }
      await signOut(v)
    },

    async [`the session cookie was set ${how} before, and the visitor signs out at once`](v) {
      await signUp(v)
      await moveSession(v, change)
      await signOut(v)
    },
  }
}

/** Lets the browser hold the session as if it had been set otherwise. */
async function moveSession(v, change) {
  await v.page.goto("about:blank")
  const [cookie] = (await v.context.cookies()).filter(({ name }) => name === session)
  await v.context.clearCookies({ name: session })
  await v.context.addCookies([change(cookie)])
  const [moved] = (await v.context.cookies()).filter(({ name }) => name === session)
  assert.notDeepEqual([moved.domain, moved.path], [cookie.domain, cookie.path])
}

/** Whether three reads in a row, each of which changes the cookie, find the visitor signed in. */
async function isIn(v) {
  const read = []
  for (let i = 0; i < 3; i++) read.push((await whoIsIn(v))?.user.email)
  return read.every((email) => email === v.email)
}

/** The session, by a visit: a page of the site could not fetch it under its Content-Security-Policy. */
async function whoIsIn(v) {
  return (await v.goto(v.stack.basePath + "/session")).json()
}

/** Tries to sign up, however that ends. */
async function attempt(v) {
  await openSignIn(v, { touched: true })
  await v.page.locator(passkeyField).fill(v.email)
  const left = v.page.waitForURL((url) => !url.pathname.endsWith("/signin"))
  await v.page.getByRole("button", { name: "Continue with" }).click()
  await left
}

async function signIn(v) {
  await openSignIn(v)
  await v.page.locator(passkeyField).fill(v.email)
  await v.page.getByRole("button", { name: "Continue with" }).click()
  await home(v)
}

async function signOut(v) {
  await v.goto(v.stack.basePath + "/signout")
  await v.page.getByRole("button", { name: "Sign out" }).click()
  await v.page.getByText("You are not signed in.").waitFor()
  for (let i = 0; i < 2; i++) assert.equal(await whoIsIn(v), null)
  v.expected.push(/status of 401/)
  assert.equal((await v.goto("/api/me")).status(), 401)
  // A stored session is gone, whatever cookie of it is left.
  if (v.stack.strategy !== "database") assert.deepEqual((await v.context.cookies()).filter(({ name }) => name === session), [])
}
