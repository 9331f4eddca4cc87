import assert from "node:assert/strict"
import { Authenticator } from "../lib/authenticator.mjs"

/** What people do with their account, on the pages of the Next.js client. */
export const account = {
  async "sign up, sign out, sign in with the address"(v) {
    await v.signUp()
    await v.shows("session-user", v.email)
    assert.equal((await v.authenticator.credentials()).length, 1)
    await v.signOut()
    assert.equal((await v.me()).status, 401)
    await v.signIn()
    await v.shows("session-user", v.email)
    assert.equal((await v.authenticator.credentials()).length, 1, "signing in made another passkey")
  },

  async "sign in without naming oneself"(v) {
    await v.signUp()
    await v.signOut()
    await v.signInWithoutName()
    await v.shows("session-user", v.email)
  },

  async "a second passkey, and either signs in"(v) {
    await v.signUp()
    const [first] = await v.authenticator.credentials()
    await v.authenticator.replace({ transport: "usb" })
    await v.at("add-passkey").click()
    await v.shows("message", "Passkey added")
    assert.equal((await v.authenticator.credentials()).length, 1)
    await v.signOut()
    await v.signInWithoutName()
    await v.shows("session-user", v.email)
    await v.signOut()
    await v.authenticator.replace()
    await v.authenticator.addCredential(first)
    await v.signIn()
    await v.shows("session-user", v.email)
  },

  async "a lost passkey is removed and signs nobody in"(v) {
    await v.signUp()
    const [lost] = await v.authenticator.credentials()
    await v.authenticator.replace({ transport: "usb" })
    await v.at("add-passkey").click()
    await v.shows("message", "Passkey added")
    await v.page.waitForFunction(() => document.querySelectorAll('[data-testid="passkey"]').length === 2)
    v.page.once("dialog", (dialog) => dialog.accept())
    await v.page.locator('[data-testid="remove-passkey"]').first().click()
    await v.shows("message", "Passkey removed")
    // The message is there before the list has been fetched again.
    await v.page.waitForFunction(() => document.querySelectorAll('[data-testid="passkey"]').length === 1)
    await v.shows("session-user", v.email)
    await v.signOut()
    const [kept] = await v.authenticator.credentials()
    await v.authenticator.replace()
    await v.authenticator.addCredential(lost)
    await v.goto("/signin?callbackUrl=%2Faccount")
    await v.at("usernameless").click()
    await v.shows("message", "Remove it from your password manager")
    assert.equal((await v.me()).status, 401, "the removed passkey signs in")
    await v.authenticator.replace({ transport: "usb" })
    await v.authenticator.addCredential(kept)
    await v.signInWithoutName()
    await v.shows("session-user", v.email)
  },

  async "errors come with words for what to do"(v) {
    for (const [query, text] of [
      ["error=WebAuthnVerificationError&code=unknown_credential", "Remove it from your password manager"],
      ["error=OAuthAccountNotLinked&code=reauth_required", "Sign in again first, then connect it"],
      ["error=AccountNotLinked&code=reauth_required", "Sign in again first, then add it"],
      ["error=AccountNotLinked&code=unheard-of", "already belongs to another account"],
    ]) {
      await v.goto(`/signin?${query}`)
      await v.shows("message", text)
    }
    await v.signUp()
    await v.authenticator.replace({ transport: "usb" })
    const url = `${v.site}/signin?error=AccountNotLinked&code=reauth_required`
    await v.page.route(/\/callback\/passkey/, (route) => route.fulfill({ json: { url } }))
    await v.at("add-passkey").click()
    await v.shows("message", "Sign in again first, then add it")
  },

  async "the same device is not registered twice"(v) {
    await v.signUp()
    await v.at("add-passkey").click()
    await v.shows("message", "already holds a passkey")
    assert.equal((await v.authenticator.credentials()).length, 1)
  },

  async "signing out in one tab reaches the other"(v) {
    await v.signUp()
    const other = await v.newPage()
    await other.goto(v.site + "/account")
    await v.signedIn(other)
    await v.page.bringToFront()
    await v.at("signout").click()
    await v.signedOut()
    await other.waitForURL(/\/signin/)
    assert.equal((await v.me()).status, 401)
  },

  // The answers that the server gives then, pinned by TestReport35_FailingSessionAnswers.
  async "a session that cannot be read is kept"(v) {
    await v.signUp()
    v.expected.push(/\/auth\/session/, /errors\.authjs\.dev/)
    for (const status of [429, 500, 503]) {
      let asked = 0
      await v.page.route("**/auth/session", (route) => { asked++; return route.fulfill({ status, contentType: "application/json", body: "null" }) })
      while (asked === 0) { // the client asks once a second at most
        await v.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")))
        await v.page.waitForResponse(/\/auth\/session$/, { timeout: 200 }).catch(() => {})
      }
      await v.page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))))
      await v.shows("session-user", v.email)
      await v.page.unroute("**/auth/session")
    }
    await v.page.reload()
    await v.shows("session-user", v.email)
  },

  async "a new name survives a reload and a new sign-in"(v) {
    await v.signUp()
    await v.at("display-name").fill("  Ada Lovelace ")
    await v.at("save-name").click()
    await v.shows("message", "Saved. You are now Ada Lovelace.")
    await v.page.reload()
    await v.shows("session-user", "Ada Lovelace")
    await v.signOut()
    await v.signIn()
    await v.shows("session-user", "Ada Lovelace")
    assert.equal((await v.me()).user.name, "Ada Lovelace")
  },

  async "a name that is refused is not kept"(v) {
    await v.signUp()
    await v.at("display-name").fill("Ada\u202e")
    await v.at("save-name").click()
    await v.shows("message", "The server kept the name as it was.")
    await v.shows("session-user", v.email)
  },

  async "keyboard only"(v) {
    const { keyboard } = v.page
    await v.goto("/signin?callbackUrl=%2Faccount")
    await tabTo(v.page, "email")
    await keyboard.type(v.email)
    await keyboard.press("Enter")
    await v.page.waitForURL(v.site + "/account")
    await v.signedIn()
    await tabTo(v.page, "display-name")
    await keyboard.type("Grace Hopper")
    await keyboard.press("Enter")
    await v.shows("message", "Saved")
    await tabTo(v.page, "signout")
    await keyboard.press("Enter")
    await v.signedOut()
    await v.page.waitForURL(v.site + "/")
    await v.goto("/signin?callbackUrl=%2Faccount")
    await tabTo(v.page, "usernameless")
    await keyboard.press("Space")
    await v.page.waitForURL(v.site + "/account")
    await v.shows("session-user", "Grace Hopper")
  },

  async "somebody else does not get in with one's address"(v) {
    await v.signUp()
    await v.signOut()
    await v.authenticator.replace() // another person's, which has no passkey of this site
    await v.continueWithEmail()
    await v.shows("message", "No passkey was used")
    assert.equal((await v.me()).status, 401)
  },
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page, id) {
  for (let i = 0; i < 40; i++) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))) === id) return
    await page.keyboard.press("Tab")
  }
  throw new Error(`${id} cannot be reached with the Tab key`)
}
