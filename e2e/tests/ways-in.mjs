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
