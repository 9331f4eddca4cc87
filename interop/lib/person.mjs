// Somebody with a browser and a passkey device, who is sent now to the one server and now to the
// other while the site keeps its one address.
import { randomUUID } from "node:crypto"
import { Authenticator, b64u } from "../../conformance/authenticator.mjs"
import { Browser, NextAuthClient } from "../../conformance/client.mjs"
import { assert } from "./checks.mjs"

// Making an RSA key takes longer than everything else that a person does.
let rsa
const keysFor = (alg) => (alg === "RS256" ? { keys: rsa } : {})

export class Person {
  constructor(origin, { email, device } = {}) {
    this.email = email ?? `${randomUUID()}@example.com`
    this.device = device ?? new Authenticator({ origin, seed: randomUUID() })
    this.origin = origin
    this.browser = new Browser({ target: origin, origin })
    this.client = new NextAuthClient(this.browser, { authenticator: this.device })
  }

  at(server) {
    this.browser.target = server.url
    return this
  }

  /** The same person in another browser, with the same passkeys. */
  elsewhere() { return new Person(this.origin, this) }

  get credential() { return this.device.credentials.at(-1) }
  get cookie() { return this.browser.jar.find("session-token")?.[1] }
  session() { return this.client.getSession() }
  async address() { return (await this.session())?.user?.email ?? null }

  async signUp(alg = "ES256", knobs = {}) {
    if (alg === "RS256") rsa ??= await Authenticator.keyPair(alg)
    const answer = await this.client.passkey({ email: this.email, action: "register", redirect: false }, { knobs: { alg, ...keysFor(alg), ...knobs } })
    assert.equal(answer.error, undefined, `sign-up was answered with ${JSON.stringify(answer)}`)
    assert.equal(answer.optionsError, undefined, `options were answered with ${answer.optionsError}`)
  }

  /** A further passkey for whoever is signed in. */
  async addPasskey(alg = "ES256") {
    const answer = await this.client.passkey({ action: "register", redirect: false }, { knobs: { alg } })
    assert.equal(answer.optionsError ?? answer.error, undefined, `adding a passkey was answered with ${JSON.stringify(answer)}`)
  }

  /** Signs in without saying who; counts as devices with a counter do. */
  async tryPasskey(knobs = {}) {
    const credential = this.device.credentials[knobs.credential ?? this.device.credentials.length - 1]
    const answer = await this.client.passkey({ action: "authenticate", redirect: false },
      { knobs: { credential: this.device.credentials.indexOf(credential), counter: credential.counter + 1, ...knobs } })
    return answer.optionsError ?? answer.error ?? null
  }

  async signIn(knobs) {
    assert.equal(await this.tryPasskey(knobs), null, "the passkey was refused")
    await this.isSignedIn()
  }

  async isSignedIn() { assert.equal(await this.address(), this.email, "who is signed in") }
  async isSignedOut() { assert.equal(await this.session(), null, "nobody should be signed in") }

  async signOut() {
    await this.client.signOut({ redirect: false })
    assert.equal(this.cookie, undefined, "the session cookie is still there")
  }

  async askForMail() {
    const answer = await this.client.signIn("email", { email: this.email, redirect: false })
    assert.equal(answer.error, undefined, `asking for a link was answered with ${JSON.stringify(answer)}`)
  }

  /**
   * Follows a link; null or the error that the site shows. With asks, a page with a button is expected
   * first, and the button is pressed.
   */
  async follow(link, { asks = false } = {}) {
    const url = new URL(link)
    assert.equal(url.origin, this.origin, "the link leads elsewhere")
    let answer = await this.browser.get(url.pathname + url.search)
    if (asks) {
      assert.equal(answer.status, 200)
      await this.isSignedOut()
      const fields = [...answer.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name, unescape(value)])
      assert.deepEqual(fields.map(([name]) => name).sort(), ["callbackUrl", "csrfToken", "email", "token"])
      answer = await this.browser.form(url.pathname, fields)
    }
    assert.equal(answer.status, 302)
    return new URL(answer.header("location"), this.origin).searchParams.get("error")
  }
}

const unescape = (html) => html.replace(/&(?:#(\d+)|amp);/g, (_, code) => (code ? String.fromCharCode(code) : "&"))

export { b64u }
