import assert from "node:assert/strict"

const callback = /\/callback\/passkey/
const options = /\/webauthn-options\/passkey/

/** What goes wrong between the browser, its authenticator and the server. */
export const ceremonies = {
  async "a canceled sign-up is told, and the page stays usable"(v) {
    await v.authenticator.setUserVerified(false)
    await v.continueWithEmail()
    await v.shows("message", "No passkey was used")
    assert.equal((await v.me()).status, 401)
    await v.authenticator.setUserVerified(true)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/account")
    await v.signedIn()
  },

  async "a canceled sign-in is told, and the page stays usable"(v) {
    await v.signUp()
    await v.signOut()
    await v.authenticator.setUserVerified(false)
    await v.goto("/signin?callbackUrl=%2Faccount")
    await v.at("usernameless").click()
    await v.shows("message", "No passkey was used")
    await v.authenticator.setUserVerified(true)
    await v.at("usernameless").click()
    await v.page.waitForURL(v.site + "/account")
  },

  async "a ceremony that is left alone, then begun anew"(v) {
    await v.authenticator.setTouched(false)
    await v.continueWithEmail()
    await v.shows("message", "Follow the prompt")
    await v.page.reload() // the person gives up on it
    await v.authenticator.setTouched(true)
    await v.at("email").fill(v.email)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/account")
    await v.signedIn()
  },

  async "the server refuses a sign-up without user verification"(v) {
    await v.authenticator.replace({ hasUserVerification: false })
    await v.page.route(options, demandNoVerification)
    await v.continueWithEmail()
    await v.shows("message", "could not be verified")
    assert.equal((await v.authenticator.credentials()).length, 1, "the authenticator should have made a passkey")
    assert.equal((await v.me()).status, 401)
  },

  async "the server refuses a sign-in without user verification"(v) {
    await v.signUp()
    await v.signOut()
    const [credential] = await v.authenticator.credentials()
    await v.authenticator.replace({ hasUserVerification: false })
    await v.authenticator.addCredential(credential)
    await v.page.route(options, demandNoVerification)
    await v.continueWithEmail()
    await v.shows("message", "could not be verified")
    assert.equal((await v.me()).status, 401)
  },

  async "a response is good once"(v) {
    let response
    await v.page.route(callback, async (route) => {
      response = route.request().postDataJSON()
      await route.continue()
    })
    await v.signUp()
    await v.signOut()
    await v.signIn()
    assert.equal(response.action, "authenticate")
    await v.signOut()
    // The same again, with everything fresh but the response itself.
    const request = v.context.request
    await request.get(`${v.site}${v.stack.basePath}/webauthn-options/passkey?action=authenticate`)
    const { csrfToken } = await (await request.get(`${v.site}${v.stack.basePath}/csrf`)).json()
    const answer = await request.post(`${v.site}${v.stack.basePath}/callback/passkey`, {
      form: { ...response, csrfToken }, headers: { "X-Auth-Return-Redirect": "1" },
    })
    assert.match((await answer.json()).url, /error=/)
    assert.equal((await v.me()).status, 401)
  },

  async "a forged signature is refused"(v) {
    await v.signUp()
    await v.signOut()
    await v.page.route(callback, (route) => {
      const form = route.request().postDataJSON()
      const data = JSON.parse(form.data)
      data.response.signature = flipLast(data.response.signature)
      return route.continue({ postData: new URLSearchParams({ ...form, data: JSON.stringify(data) }).toString() })
    })
    await v.continueWithEmail()
    await v.shows("message", "could not be verified")
    assert.equal((await v.me()).status, 401)
    await v.page.unroute(callback)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/account")
  },

  async "the server does not answer"(v) {
    v.expected.push(/ERR_FAILED|net::|Failed to fetch|ClientFetchError/)
    await v.goto("/signin?callbackUrl=%2Faccount")
    await v.page.route(options, (route) => route.abort())
    await v.at("email").fill(v.email)
    await v.at("continue").click()
    await v.shows("message", "Something went wrong")
    await v.page.unroute(options)
    await v.at("continue").click()
    await v.page.waitForURL(v.site + "/account")
  },
}

/** Changes the server's options on their way, as a script on the page could. */
async function demandNoVerification(route) {
  const response = await route.fetch()
  const offer = await response.json()
  if (offer.options.authenticatorSelection) offer.options.authenticatorSelection.userVerification = "discouraged"
  else offer.options.userVerification = "discouraged"
  await route.fulfill({ response, json: offer })
}

/** Changes one bit of a base64url text, well inside of it, where every bit counts. */
function flipLast(text) {
  const bytes = Buffer.from(text, "base64url")
  bytes[bytes.length - 2] ^= 1
  return bytes.toString("base64url")
}
