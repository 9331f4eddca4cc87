import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const session = "authjs.session-token"
const csrf = "authjs.csrf-token"
const challenge = "authjs.challenge"

/** Cookies that are missing, over, or not as the server made them. */
export const cookies = {
  async "attributes over http"(v) {
    await v.signUp()
    const all = await v.cookies()
    for (const name of [session, csrf, "authjs.callback-url"]) {
      const { httpOnly, secure, sameSite, path } = all[name]
      assert.deepEqual({ httpOnly, secure, sameSite, path }, { httpOnly: true, secure: false, sameSite: "Lax", path: "/" }, name)
    }
    assert.equal(all[challenge], undefined, "the challenge is left behind")
    const days = (all[session].expires - Date.now() / 1000) / 86400
    assert.ok(days > 29.9 && days < 30.1, `the session lasts ${days} days`)
  },

  async "a session cookie that was tampered with is nobody's"(v) {
    await v.signUp()
    for (const change of [flipMiddle, (value) => value.slice(0, -1), () => "x", () => "a.b.c.d.e"]) {
      await spoilSession(v, change)
      await signedOutEverywhere(v)
      await v.signIn()
    }
  },

  async "a session cookie that is over is nobody's"(v) {
    await v.signUp()
    const { encode } = await nextAuthJWT()
    const token = (maxAge) => encode({ token: { sub: "x", email: v.email }, secret: v.stack.secret, salt: session, maxAge })
    // The same token with time left is taken, so it is the time that decides.
    const good = await token(60)
    await spoilSession(v, () => good)
    assert.equal((await v.me()).user.email, v.email)
    const over = await token(-60)
    await spoilSession(v, () => over)
    await signedOutEverywhere(v)
  },

  async "a session cookie made with another secret is nobody's"(v) {
    await v.signUp()
    const { encode } = await nextAuthJWT()
    const forged = await encode({ token: { sub: "x", email: v.email }, secret: "a".repeat(44), salt: session, maxAge: 3600 })
    await spoilSession(v, () => forged)
    await signedOutEverywhere(v)
  },

  async "a missing challenge cookie"(v) {
    await refused(v, (name) => v.context.clearCookies({ name }), "Something went wrong")
  },

  async "a challenge cookie that was tampered with"(v) {
    await refused(v, (name) => v.tamper(name, flipMiddle), "Something went wrong")
  },

  async "the challenge cookie of another visitor"(v) {
    const other = await v.context.browser().newContext()
    await other.request.get(`${v.site}${v.stack.basePath}/webauthn-options/passkey?action=authenticate`)
    const [{ value }] = await other.cookies(v.site).then((all) => all.filter((cookie) => cookie.name === challenge))
    await other.close()
    await refused(v, (name) => v.tamper(name, () => value), "")
  },

  async "a missing CSRF cookie"(v) {
    await refused(v, () => v.context.clearCookies({ name: csrf }), "This page was open for too long")
  },

  async "a CSRF cookie that was tampered with"(v) {
    await refused(v, () => v.tamper(csrf, flipMiddle), "This page was open for too long")
  },

  async "sign-out needs the CSRF token"(v) {
    await v.signUp()
    const answer = await v.context.request.post(v.site + v.stack.basePath + "/signout", {
      form: { csrfToken: "0".repeat(64) }, headers: { "X-Auth-Return-Redirect": "1" },
    })
    assert.match((await answer.json()).url, /error=MissingCSRF/)
    assert.equal((await v.me()).status, 200)
  },

  async "another site cannot sign anybody out"(v) {
    await v.signUp()
    const { csrfToken } = await (await v.context.request.get(v.site + v.stack.basePath + "/csrf")).json()
    const answer = await v.context.request.post(v.site + v.stack.basePath + "/signout", {
      form: { csrfToken }, headers: { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }, maxRedirects: 0,
    })
    assert.equal(answer.status(), 403)
    assert.equal((await v.me()).status, 200)
  },
}

/**
 * Spoils a cookie between the ceremony and the server; the second attempt must go through. The
 * client asks for the CSRF token after the ceremony, so that is the moment.
 */
async function refused(v, spoil, text) {
  await v.page.route("**/csrf", async (route) => {
    const response = await route.fetch()
    await spoil(challenge)
    await route.fulfill({ json: await response.json() })
  }, { times: 1 })
  await v.continueWithEmail()
  await v.page.locator('[data-testid="message"][data-kind="error"]').filter({ hasText: text }).waitFor()
  assert.equal((await v.me()).status, 401)
  await v.authenticator.replace() // what the first attempt made is known to nobody
  await v.at("continue").click()
  await v.page.waitForURL(v.site + "/account")
  await v.signedIn()
}

/** Changes the session cookie while no page is open: an answer under way would set a good one again. */
async function spoilSession(v, change) {
  await v.page.goto("about:blank")
  await v.tamper(session, change)
}

async function signedOutEverywhere(v) {
  assert.equal((await v.me()).status, 401)
  await v.goto("/account")
  assert.equal(v.page.url(), v.site + "/signin?callbackUrl=%2Faccount")
  await v.goto("/server")
  assert.equal(await v.at("server-session").getAttribute("data-status"), "unauthenticated")
}

/** Another letter in the middle, where no encoding leaves bits unused. */
export function flipMiddle(value) {
  const i = Math.floor(value.length / 2)
  return value.slice(0, i) + (value[i] === "A" ? "B" : "A") + value.slice(i + 1)
}

/** The functions with which the client itself makes and opens tokens. */
function nextAuthJWT() {
  const require = createRequire(join(import.meta.dirname, "../.build/web/package.json"))
  return import(pathToFileURL(require.resolve("next-auth/jwt")))
}
