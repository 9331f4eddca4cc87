import assert from "node:assert/strict"

/** People who came in by another way add a passkey, and come back with it as who they were. */
export const waysIn = {
  async "by an e-mail link, then with a passkey"(v) {
    await v.goto("/auth/signin?callbackUrl=%2Faccount")
    await v.page.locator("#input-email-for-email-provider").fill(v.email)
    await v.page.getByRole("button", { name: "Sign in with Email" }).click()
    await v.page.getByRole("heading", { name: "Check your email" }).waitFor()
    await v.goto("/dev/mail")
    await v.page.getByRole("link", { name: `Sign in as ${v.email}` }).click()
    const user = await arrived(v)
    assert.equal(user.email, v.email)
    await comeBackWithPasskey(v, user)
  },

  async "a link is opened in another browser"(v) {
    await confirmElsewhere(v, await askForLink(v), { warns: false })
    assert.equal((await v.me()).status, 401)
  },

  async "a link in another browser takes what was set up before"(v) {
    await v.signUp()
    await v.signOut()
    // Or else the virtual authenticator answers the page's autofill request at once.
    await v.authenticator.setTouched(false)
    await confirmElsewhere(v, await askForLink(v), { warns: true })
    await v.goto("/dev/mail")
    await v.page.getByText(`Notice to ${v.email}`).waitFor()
    await v.goto("/signin")
    await v.authenticator.setTouched(true)
    await v.at("usernameless").click()
    await v.shows("message", "Remove it from your password manager")
    assert.equal((await v.me()).status, 401, "the passkey of before signs in")
  },

  async "at an OpenID provider, then with a passkey"(v) {
    await v.goto("/auth/signin?callbackUrl=%2Faccount")
    await v.page.getByRole("button", { name: "Sign in with Mock OIDC" }).click()
    const user = await arrived(v)
    // The provider writes the domain in capitals.
    assert.equal(user.email, "sub-1@oidc.example.test")
    assert.equal(user.name, "User sub-1")
    await comeBackWithPasskey(v, user)

    await v.signOut()
    // Or else the virtual authenticator answers the page's autofill request at once.
    await v.authenticator.setTouched(false)
    await v.goto("/auth/signin?callbackUrl=%2Faccount")
    await v.page.getByRole("button", { name: "Sign in with Mock OIDC" }).click()
    assert.deepEqual(await arrived(v), user, "the first way in leads to somebody else now")
  },
}

/** Follows a link in a browser that did not ask for it, without JavaScript and with the keyboard alone. */
async function confirmElsewhere(v, link, { warns }) {
  const context = await v.context.browser().newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  try {
    const page = await context.newPage()
    // A link in a mail program: for the browser the page before is none of this site.
    await page.goto(link)
    await page.getByRole("heading", { name: `as ${v.email}?` }).waitFor()
    assert.equal(await page.getByText("Use this only if you asked for this link.").isVisible(), warns)
    assert.deepEqual(await (await context.request.get(`${v.site}/auth/session`)).json(), null, "opening it signs in")
    const navigations = []
    page.on("request", (request) => { if (request.isNavigationRequest()) navigations.push(request.allHeaders()) })
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.waitForURL(`${v.site}/account`)
    assert.equal((await (await context.request.get(`${v.site}/auth/session`)).json()).user.email, v.email)
    const referers = (await Promise.all(navigations)).map((headers) => headers.referer ?? "")
    assert.ok(referers.length > 0 && !referers.some((referer) => referer.includes("token")), `the link's address is in ${referers}`)
  } finally {
    await context.close()
  }
}

/** Asks for a link on the built-in page and returns it. */
async function askForLink(v) {
  await v.goto("/auth/signin?callbackUrl=%2Faccount")
  await v.page.locator("#input-email-for-email-provider").fill(v.email)
  await v.page.getByRole("button", { name: "Sign in with Email" }).click()
  await v.page.getByRole("heading", { name: "Check your email" }).waitFor()
  await v.goto("/dev/mail")
  return v.page.getByRole("link", { name: `Sign in as ${v.email}` }).first().getAttribute("href")
}

/** Waits for the account page, and returns who the Go server takes this profile for. */
async function arrived(v) {
  await v.page.waitForURL(`${v.site}/account`)
  await v.signedIn()
  return (await v.me()).user
}

async function comeBackWithPasskey(v, user) {
  assert.deepEqual(await v.authenticator.credentials(), [])
  await v.at("add-passkey").click()
  await v.shows("message", "Passkey added")
  assert.equal((await v.authenticator.credentials()).length, 1)
  await v.signOut()
  assert.equal((await v.me()).status, 401)
  await v.signInWithoutName()
  await v.shows("session-user", user.name ?? user.email)
  assert.deepEqual((await v.me()).user, user)
}
