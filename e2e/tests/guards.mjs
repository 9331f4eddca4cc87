import assert from "node:assert/strict"

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
