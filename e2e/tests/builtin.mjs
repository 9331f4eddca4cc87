import assert from "node:assert/strict"

export const passkeyField = "#input-email-for-passkey-provider"
const message = ".message"

/** The pages that the Go server brings itself, without the client in front of it. */
export const builtin = {
  async "sign up, sign out, sign in"(v) {
    await signUp(v)
    assert.equal((await v.me()).user.email, v.email)
    await v.goto(v.stack.basePath + "/signout")
    await v.page.getByRole("button", { name: "Sign out" }).click()
    await v.page.getByText("You are not signed in.").waitFor()
    await openSignIn(v)
    await v.page.locator(passkeyField).fill(v.email)
    await v.page.getByRole("button", { name: "Continue with" }).click()
    await home(v)
    assert.equal((await v.authenticator.credentials()).length, 1)
  },

  async "sign in with a saved passkey"(v) {
    await signUp(v)
    await v.context.clearCookies()
    await openSignIn(v)
    await v.page.getByRole("button", { name: "Use a saved passkey" }).click()
    await home(v)
    assert.equal((await v.me()).user.email, v.email)
  },

  async "sign in from the autofill list"(v) {
    await signUp(v)
    await v.context.clearCookies()
    // Without a list to choose from, the virtual authenticator takes the first at once.
    await v.goto(v.stack.basePath + "/signin")
    await home(v)
    assert.equal((await v.me()).user.email, v.email)
  },

  async "keyboard only"(v) {
    await openSignIn(v, { touched: true })
    await tabTo(v.page, passkeyField)
    await v.page.keyboard.type(v.email)
    await v.page.keyboard.press("Enter")
    await home(v)
    await v.goto(v.stack.basePath + "/signout")
    await tabTo(v.page, "button[type=submit]")
    await v.page.keyboard.press("Enter")
    await v.page.getByText("You are not signed in.").waitFor()
  },

  async "a canceled ceremony is told, and the page stays usable"(v) {
    await openSignIn(v, { touched: true })
    await v.authenticator.setUserVerified(false)
    await v.page.locator(passkeyField).fill(v.email)
    await v.page.getByRole("button", { name: "Continue with" }).click()
    await v.page.locator(message).filter({ hasText: "No passkey was created" }).waitFor()
    await v.authenticator.setUserVerified(true)
    await v.page.getByRole("button", { name: "Continue with" }).click()
    await home(v)
  },

  async "an e-mail link signs in, once"(v) {
    await v.goto(v.stack.basePath + "/signin")
    await v.page.locator("#input-email-for-email-provider").fill(v.email)
    await v.page.getByRole("button", { name: "Sign in with Email" }).click()
    await v.page.getByRole("heading", { name: "Check your email" }).waitFor()
    await v.goto("/dev/mail")
    const link = v.page.getByRole("link", { name: `Sign in as ${v.email}` })
    const address = await link.getAttribute("href")
    await link.click()
    await home(v)
    assert.equal((await v.me()).user.email, v.email)
    await v.context.clearCookies()
    v.expected.push(/status of 403/)
    const again = await v.page.goto(address)
    assert.equal(again.status(), 403)
    assert.match(v.page.url(), /error=Verification/)
    assert.equal((await v.me()).status, 401)
  },

  async "error pages"(v) {
    v.expected.push(/status of (403|500)/)
    for (const [error, status] of [["AccessDenied", 403], ["Verification", 403], ["Configuration", 500], ["<b>x</b>", 200]]) {
      const answer = await v.goto(`${v.stack.basePath}/error?error=${encodeURIComponent(error)}`)
      assert.equal(answer.status(), status, error)
      assert.equal(await v.page.getByRole("heading").count(), 1, error)
      assert.equal(await v.page.getByText("<b>x").count(), 0)
    }
  },

  async "the pages may not be framed and load nothing"(v) {
    for (const path of ["/signin", "/signout", "/verify-request"]) {
      const headers = (await v.goto(v.stack.basePath + path)).headers()
      assert.match(headers["content-security-policy"], /default-src 'none'/, path)
      assert.match(headers["content-security-policy"], /frame-ancestors 'none'/, path)
      assert.equal(headers["x-content-type-options"], "nosniff", path)
      assert.match(headers["cache-control"], /no-store/, path)
    }
  },
}

/**
 * Opens the sign-in page. The virtual authenticator would answer the autofill request of the page
 * as soon as it has a passkey, so for people who have one it waits until the page is there.
 */
export async function openSignIn(v, { touched = false } = {}) {
  await v.authenticator.setTouched(touched)
  await v.goto(v.stack.basePath + "/signin")
  await v.page.waitForFunction(() => window.autofillWaits)
  await v.authenticator.setTouched(true)
}

export async function signUp(v) {
  await openSignIn(v, { touched: true })
  await v.page.locator(passkeyField).fill(v.email)
  await v.page.getByRole("button", { name: "Continue with" }).click()
  await home(v)
}

export async function home(v) {
  await v.page.waitForURL(v.site + "/")
  await v.page.getByText("You are signed in").waitFor()
}

async function tabTo(page, selector) {
  for (let i = 0; i < 40; i++) {
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return
    await page.keyboard.press("Tab")
  }
  throw new Error(`${selector} cannot be reached with the Tab key`)
}
