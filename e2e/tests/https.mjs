import assert from "node:assert/strict"
import { account } from "./account.mjs"
import { guards } from "./guards.mjs"

/** The same behind a proxy that speaks https, as in production. */
export const https = {
  "sign up, sign out, sign in with the address": account["sign up, sign out, sign in with the address"],
  "sign in without naming oneself": account["sign in without naming oneself"],
  "signed in": guards["signed in"],
  "signed out": guards["signed out"],
  "next-auth reads the Go server's session cookie": guards["next-auth reads the Go server's session cookie"],

  async "cookies are secure, and by name"(v) {
    await v.signUp()
    const all = await v.cookies()
    for (const name of ["__Secure-authjs.session-token", "__Host-authjs.csrf-token", "__Secure-authjs.callback-url"]) {
      const { httpOnly, secure, sameSite, path, domain } = all[name]
      assert.deepEqual({ httpOnly, secure, sameSite, path, domain }, { httpOnly: true, secure: true, sameSite: "Lax", path: "/", domain: "localhost" }, name)
    }
    assert.deepEqual(Object.keys(all).filter((name) => name.startsWith("authjs.")), [], "cookies without prefix")
  },
}
