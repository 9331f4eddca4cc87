import assert from "node:assert/strict"
import { setTimeout as delay } from "node:timers/promises"

/**
 * Pages elsewhere that post to the site, as real browsers do it and as the Next.js rewrite passes
 * it on. They even know the visitor's CSRF token, so that only where they are can stop them.
 */
export const crossSite = {
  ...each("a page of another site", "127.0.0.1", "cross-site"),
  ...each("a page of a sibling subdomain", "evil.app.localhost", "same-site"),
  ...each("a page on another port", "app.localhost", "same-site"),
  ...each("a page of a site with a similar name", "evil.localhost", "cross-site"),

  async "a sandboxed frame has no origin and posts nothing"(v) {
    await v.signUp()
    const csrfToken = await token(v)
    const page = await elsewhere(v, "evil.app.localhost")
    const answer = formPost(page, "/signout")
    await page.evaluate(({ to, csrfToken }) => {
      const frame = document.createElement("iframe")
      frame.sandbox = "allow-forms allow-scripts"
      frame.srcdoc = `<form method=post action="${to}"><input name=csrfToken value="${csrfToken}"></form>`
      document.body.append(frame)
    }, { to: api(v, "/signout"), csrfToken })
    await page.frameLocator("iframe").locator("form").evaluate((form) => void setTimeout(() => form.submit()))
    const { status, headers } = await answer
    assert.equal(headers.origin, "null")
    assert.equal(status, 403)
    await stillSignedIn(v)
  },

  async "a form of the site's own works"(v) {
    await v.signUp()
    const csrfToken = await token(v)
    await v.goto("/")
    // The answer to a read under way would bring a jwt session back.
    await v.signedIn()
    await v.page.waitForLoadState("networkidle")
    const answer = formPost(v.page, "/signout")
    await submit(v.page, { to: api(v, "/signout"), fields: { csrfToken, callbackUrl: "/signin" } })
    const { status, headers } = await answer
    assert.equal(headers["sec-fetch-site"], "same-origin")
    assert.equal(status, 302)
    await v.page.waitForURL(v.site + "/signin")
    assert.equal(await session(v), null)
  },

  async "a link from another site leads in, signed in"(v) {
    await v.signUp()
    const page = await elsewhere(v, "127.0.0.1")
    await page.evaluate((to) => (location.href = to), v.site + "/account")
    await page.waitForURL(v.site + "/account")
    await v.signedIn(page)
  },
}

/** What a page on `host`, which the browser calls `site`, may try; nothing of it must get through. */
function each(who, host, site) {
  return {
    async [`${who} cannot post a form`](v) {
      await v.signUp()
      const csrfToken = await token(v)
      const page = await elsewhere(v, host)
      for (const path of ["/signout", "/session", "/callback/passkey", "/signin/passkey"]) {
        await page.goto(v.stack.attacker.origin(host))
        const answer = formPost(page, path)
        await submit(page, { to: api(v, path), fields: { csrfToken, callbackUrl: "/", action: "authenticate", data: "{}" } })
        const { status, headers } = await answer
        assert.equal(headers["sec-fetch-site"], site, path)
        assert.equal(status, 403, path)
        await page.waitForURL(api(v, path))
      }
      await stillSignedIn(v)
    },

    async [`${who} cannot fetch`](v) {
      await v.signUp()
      const csrfToken = await token(v)
      const page = await elsewhere(v, host)
      v.expected.push(/CORS policy/, /net::ERR_(FAILED|BLOCKED_BY_RESPONSE)/, /status of 40[03]/)
      const posted = await watch(v, page)
      const opaque = await page.evaluate(async ({ to, csrfToken }) => {
        const answer = await fetch(to, { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({ csrfToken }) })
        return { type: answer.type, text: await answer.text() }
      }, { to: api(v, "/signout"), csrfToken }).catch((error) => ({ failed: String(error) }))
      assert.equal((await posted("/signout")).status, 403)
      assert.ok(opaque.failed || (opaque.type === "opaque" && opaque.text === ""), JSON.stringify(opaque))

      await page.evaluate(({ to, csrfToken }) => navigator.sendBeacon(to, new URLSearchParams({ csrfToken })), { to: api(v, "/signout"), csrfToken })
      assert.equal((await posted("/signout")).status, 403)

      // Anything that a form could not send is asked for beforehand, and not allowed.
      for (const [path, init] of [
        ["/signout", { method: "POST", headers: { "X-Auth-Return-Redirect": "1", "Content-Type": "application/x-www-form-urlencoded" }, body: String(new URLSearchParams({ csrfToken })) }],
        ["/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ csrfToken, data: { name: "Mallory" } }) }],
        ["/csrf", {}], ["/session", {}],
      ]) {
        const read = await page.evaluate(([to, init]) => fetch(to, { ...init, credentials: "include" }).then((answer) => answer.text(), () => "nothing"), [api(v, path), init])
        assert.equal(read, "nothing", path)
      }
      await stillSignedIn(v)
    },
  }
}

const api = (v, path) => v.site + v.stack.basePath + path

/** A tab of the same profile on a page elsewhere. */
async function elsewhere(v, host) {
  const page = await v.context.newPage()
  v.expected.push(/status of 403/)
  page.on("pageerror", () => {})
  await page.goto(v.stack.attacker.origin(host))
  return page
}

/** What is known to the site's own pages alone; here it has leaked. */
function token(v) {
  return v.page.evaluate(async (to) => (await (await fetch(to)).json()).csrfToken, api(v, "/csrf"))
}

function session(v) {
  return v.page.evaluate(async (to) => (await fetch(to)).json(), api(v, "/session"))
}

async function stillSignedIn(v) {
  const now = await session(v)
  assert.equal(now?.user?.email, v.email)
  assert.notEqual(now.user.name, "Mallory")
}

/** The status of the form that a page, or a frame in it, posts next to a path, and what the browser said in it. */
async function formPost(page, path) {
  const request = await page.waitForEvent("request", (r) => r.method() === "POST" && new URL(r.url()).pathname.endsWith(path))
  return { status: (await request.response())?.status(), headers: await request.allHeaders() }
}

/**
 * Watches for what the scripts of a page post; the function that it returns tells the status of the next one to a
 * path, and what the browser said in it. Even where the answer is kept from the page.
 */
async function watch(v, page) {
  const session = await v.context.newCDPSession(page)
  const posts = new Map()
  const of = (id) => posts.get(id) ?? posts.set(id, { headers: {} }).get(id)
  session.on("Network.requestWillBeSent", ({ requestId, request }) => Object.assign(of(requestId), { method: request.method, path: new URL(request.url).pathname }))
  session.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) => {
    for (const [name, value] of Object.entries(headers)) of(requestId).headers[name.toLowerCase()] = value
  })
  session.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => (of(requestId).status = statusCode))
  await session.send("Network.enable")
  return async (path) => {
    const deadline = Date.now() + 15_000
    for (;;) {
      for (const [id, post] of posts) {
        if (post.method === "POST" && post.path?.endsWith(path) && post.status) {
          posts.delete(id)
          return post
        }
      }
      if (Date.now() > deadline) throw new Error(`no answer to a POST of ${path}: ${JSON.stringify([...posts.values()])}`)
      await delay(20)
    }
  }
}

async function submit(page, { to, fields }) {
  await page.evaluate(({ to, fields }) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: to })
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }))
    document.body.append(form)
    setTimeout(() => form.submit()) // so that this is over before the page is
  }, { to, fields })
}
