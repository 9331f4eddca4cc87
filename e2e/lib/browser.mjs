// Chromium, and visitors with cookies and authenticators of their own.
import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { chromium } from "playwright-core"
import { Authenticator } from "./authenticator.mjs"

const artifacts = join(import.meta.dirname, "../artifacts")

/** @param {string} [trustedKey] the SPKI hash of a certificate to trust */
export async function launchBrowser(trustedKey) {
  const executablePath = process.env.CHROMIUM_PATH || "/usr/bin/chromium"
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: install Chromium or set CHROMIUM_PATH`)
  return chromium.launch({
    executablePath,
    headless: true,
    // Playwright gives it a new user-data-dir each time.
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
      // No name but this machine's resolves, so that nothing can be loaded from elsewhere.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
      ...(trustedKey ? [`--ignore-certificate-errors-spki-list=${trustedKey}`] : []),
    ],
  })
}

/** One person at one browser: a profile, a page, and what went wrong on it. */
export class Visitor {
  /** Console errors that a test expects, as patterns. */
  expected = []
  #problems = []
  #foreign = []

  static async open(browser, stack, name) {
    const visitor = new Visitor()
    visitor.stack = stack
    visitor.site = stack.site
    visitor.name = name
    visitor.context = await browser.newContext({ locale: "en-GB", ignoreHTTPSErrors: true })
    visitor.context.setDefaultTimeout(20_000)
    await visitor.context.exposeBinding("reportViolation", (_, what) => visitor.#problems.push(`CSP violation: ${what}`))
    await visitor.context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (e) => window.reportViolation(`${e.effectiveDirective} ${e.blockedURI}`))
      // Tells when the page's autofill request waits for somebody to choose.
      const credentials = window.CredentialsContainer?.prototype
      const get = credentials?.get
      if (get) credentials.get = function (options) {
        const answer = get.call(this, options)
        if (options?.mediation === "conditional") window.autofillWaits = true
        return answer
      }
    })
    visitor.context.on("request", (request) => {
      const { origin, protocol } = new URL(request.url())
      const known = [visitor.site, stack.issuer].includes(origin) || stack.others?.(origin)
      if (/^https?:$/.test(protocol) && !known) visitor.#foreign.push(request.url())
    })
    visitor.page = await visitor.newPage()
    visitor.authenticator = await Authenticator.add(visitor.page)
    visitor.email = `${randomUUID()}@e2e.example`
    return visitor
  }

  /** A further tab of the same profile. */
  async newPage() {
    const page = await this.context.newPage()
    page.on("pageerror", (error) => this.#problems.push(`uncaught: ${error}`))
    page.on("console", (message) => {
      if (message.type() === "error") this.#problems.push(`console: ${message.text()} (${message.location().url})`)
    })
    return page
  }

  async close(failed) {
    if (failed) {
      await mkdir(artifacts, { recursive: true })
      const file = this.name.replace(/\W+/g, "-")
      for (const [i, page] of this.context.pages().entries()) {
        await page.screenshot({ path: join(artifacts, `${file}-${i}.png`), fullPage: true }).catch(() => {})
      }
    }
    await this.context.close()
    const problems = this.#problems.filter((text) => !this.expected.some((pattern) => pattern.test(text)))
    if (this.#foreign.length > 0) problems.push(`${this.#foreign.length} requests to other hosts: ${this.#foreign}`)
    if (problems.length > 0) throw new Error(problems.join("\n"))
  }

  // The pages of the client, by what a person does there.

  goto(path) {
    return this.page.goto(this.site + path)
  }

  at(id) {
    return this.page.getByTestId(id)
  }

  /** Waits until a test id shows a text, or matches a pattern. */
  async shows(id, text, page = this.page) {
    const shown = page.getByTestId(id).filter({ hasText: text }).first()
    await shown.waitFor().catch(async (error) => {
      const now = await page.getByTestId(id).first().textContent({ timeout: 100 }).catch(() => "nothing")
      throw new Error(`${id} does not show ${text} but: ${now}\n${error.stack}`)
    })
  }

  async signedIn(page = this.page) {
    await page.locator('[data-testid="session-status"][data-status="authenticated"]').first().waitFor()
  }

  async signedOut(page = this.page) {
    await page.locator('[data-testid="session-status"][data-status="unauthenticated"]').first().waitFor()
  }

  /** Fills the sign-in page in with this visitor's address. It does not say how that ends. */
  async continueWithEmail() {
    await this.goto("/signin?callbackUrl=%2Faccount")
    await this.at("email").fill(this.email)
    await this.at("continue").click()
  }

  async signUp() {
    await this.continueWithEmail()
    await this.page.waitForURL(this.site + "/account")
    await this.signedIn()
  }

  async signIn() {
    await this.signUp() // the server knows the address by now
  }

  async signInWithoutName() {
    await this.goto("/signin?callbackUrl=%2Faccount")
    await this.at("usernameless").click()
    await this.page.waitForURL(this.site + "/account")
    await this.signedIn()
  }

  async signOut() {
    await this.goto("/")
    await this.at("signout").click()
    await this.signedOut()
  }

  /** What the Go server says about this profile's cookies. */
  async me() {
    const response = await this.context.request.get(this.site + "/api/me")
    return { status: response.status(), user: response.ok() ? await response.json() : null }
  }

  async cookies() {
    return Object.fromEntries((await this.context.cookies()).map((cookie) => [cookie.name, cookie]))
  }

  /** Replaces the value of a cookie and leaves the rest of it as it is. */
  async tamper(name, change) {
    const cookie = (await this.cookies())[name]
    if (!cookie) throw new Error(`there is no cookie ${name}`)
    await this.context.addCookies([{ ...cookie, value: change(cookie.value) }])
  }
}
