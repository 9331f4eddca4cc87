// The client libraries that sites have: a passkey made with each signs in with each other one, at both
// servers. Version 9 of @simplewebauthn/browser takes the user handle for text, later ones for base64url.
import fs from "node:fs"
import { randomUUID } from "node:crypto"
import { makeDatabase } from "../lib/databases.mjs"
import { assert, check } from "../lib/checks.mjs"
import { addDevice, startChromium } from "../lib/chromium.mjs"
import { startFront } from "../lib/front.mjs"
import { startExample } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"

const secret = "interop-secret-0123456789abcdef0123456789abcdef"
const majors = [9, 10, 11, 13, 14]
const versionOf = (major) => JSON.parse(fs.readFileSync(new URL(`../node_modules/webauthn-browser-${major}/package.json`, import.meta.url))).version
const bundleOf = (major) => fs.readFileSync(new URL(`../node_modules/webauthn-browser-${major}/dist/bundle/index.umd.min.js`, import.meta.url), "utf8")

export const libraries = [...majors.map(versionOf), "platform"]

const script = `
window.libraries = {}
${majors.map((m) => `;(function () { ${bundleOf(m)} }).call(window)
libraries["${versionOf(m)}"] = ${m < 11
    ? "((lib) => ({ create: (o) => lib.startRegistration(o), get: (o) => lib.startAuthentication(o) }))"
    : "((lib) => ({ create: (o) => lib.startRegistration({ optionsJSON: o }), get: (o) => lib.startAuthentication({ optionsJSON: o }) }))"}(window.SimpleWebAuthnBrowser)
delete window.SimpleWebAuthnBrowser`).join("\n")}
libraries.platform = {
  create: async (o) => (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(o) })).toJSON(),
  get: async (o) => (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(o) })).toJSON(),
}
// The ceremony as next-auth's client makes it; returns the error of the site, or the address that is signed in.
window.ceremony = async (library, fields) => {
  const { action, options } = await (await fetch("/auth/webauthn-options/passkey?" + new URLSearchParams(fields))).json()
  const data = JSON.stringify(await libraries[library][action === "register" ? "create" : "get"](options))
  const { csrfToken } = await (await fetch("/auth/csrf")).json()
  const answer = await fetch("/auth/callback/passkey", {
    method: "POST", headers: { "X-Auth-Return-Redirect": "1" },
    body: new URLSearchParams({ ...fields, action, data, csrfToken, callbackUrl: location.href }),
  })
  const error = new URL((await answer.json()).url).searchParams.get("error")
  return error ?? (await (await fetch("/auth/session")).json())?.user?.email ?? "nobody"
}`

async function signInByMail(page, front, server, email) {
  front.to(server)
  await page.evaluate(async (address) => {
    const { csrfToken } = await (await fetch("/auth/csrf")).json()
    await fetch("/auth/signin/email", { method: "POST", headers: { "X-Auth-Return-Redirect": "1" }, body: new URLSearchParams({ email: address, csrfToken, callbackUrl: location.href }) })
  }, email)
  await page.goto(await server.mailTo(email))
}

export async function libraryMatrix(wanted) {
  if (!wanted("libraries")) return {}
  const pages = {
    "/page": ["text/html; charset=utf-8", '<!doctype html><title>passkeys</title><script src="/libraries.js"></script>'],
    "/libraries.js": ["text/javascript; charset=utf-8", script],
  }
  const front = await startFront(pages)
  const db = await makeDatabase("prisma-seed-sqlite")
  const browser = await startChromium()
  const store = await openAdapter("prisma-seed-sqlite", db.url)
  const both = { origin: front.origin, secret, strategy: "database" }
  const node = await startNode({ ...both, adapter: store.adapter })
  let go
  try {
    go = await startExample({ ...both, databaseURL: db.url })
    const page = await browser.newPage()
    await page.goto(`${front.origin}/page`)
    const device = await addDevice(page)
    const ceremony = (library, fields) => page.evaluate(([l, f]) => window.ceremony(l, f).catch((e) => `${e.name}: ${e.message}`), [library, fields])
    const ways = [
      { at: go, from: go.name },
      { at: node, from: node.name },
      // The user handle is the user's id: that of Prisma's client is no base64url.
      { at: go, from: `${go.name} for a user of Prisma's`, existing: true },
    ]
    for (const { at, from, existing } of ways) for (const registered of libraries) {
      let credential
      const email = `${randomUUID()}@example.com`
      const place = { from: `${from}, ${registered}` }
      await check(`libraries: ${registered} registers at ${from}`, async () => {
        await device.only(null)
        await page.context().clearCookies()
        if (existing) await signInByMail(page, front, node, email)
        front.to(at)
        assert.equal(await ceremony(registered, { ...(existing ? {} : { email }), action: "register" }), email)
        const all = await device.credentials()
        assert.equal(all.length, 1)
        credential = all[0]
        const bytes = Buffer.from(credential.userHandle, "base64")
        return /^[\x20-\x7e]+$/.test(bytes) ? `${bytes.length} bytes of text` : `${bytes.length} bytes`
      }, { ...place, column: "registers" })
      if (!credential) continue
      for (const then of [go, node]) for (const library of libraries)
        await check(`libraries: a passkey that ${registered} registered at ${from} signs in with ${library} at ${then.name}`, async () => {
          front.to(then)
          await device.only(credential)
          await page.context().clearCookies()
          assert.equal(await ceremony(library, { action: "authenticate" }), email)
          credential = (await device.credentials())[0]
        }, { ...place, column: `${then.name}, ${library}` })
    }
    return { chromium: browser.version() }
  } finally {
    await browser.close()
    await node.stop()
    await go?.stop()
    await store.close()
    await db.drop()
    await front.stop()
  }
}
