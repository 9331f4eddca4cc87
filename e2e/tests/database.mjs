import assert from "node:assert/strict"
import { cookies } from "./cookies.mjs"
import { account } from "./account.mjs"
import { guards } from "./guards.mjs"

/** What differs when sessions are rows of the database: the cookie says nothing by itself. */
export const database = {
  "sign up, sign out, sign in with the address": account["sign up, sign out, sign in with the address"],
  "a new name survives a reload and a new sign-in": account["a new name survives a reload and a new sign-in"],
  "signing out in one tab reaches the other": account["signing out in one tab reaches the other"],
  "signed in": guards["signed in"],
  "signed out": guards["signed out"],
  "a session cookie that was tampered with is nobody's": cookies["a session cookie that was tampered with is nobody's"],

  async "a session that was ended stays ended"(v) {
    await v.signUp()
    const kept = (await v.cookies())["authjs.session-token"]
    assert.match(kept.value, /^[0-9a-f-]{36}$/)
    await v.signOut()
    await v.page.goto("about:blank")
    await v.context.addCookies([kept])
    assert.equal((await v.me()).status, 401)
    await v.goto("/account")
    assert.match(v.page.url(), /\/signin/)
  },
}
