import assert from "node:assert/strict"

/** Sign-in at an OpenID provider that has not been written for these tests. */
export function issuerTrusted(alg) {
  return {
    async "sign up, sign out, sign in"(v) {
      await signUp(v)
      const session = await sessionOf(v)
      assert.equal(session.user.email, v.email)
      assert.equal(session.user.name, `Guest ${v.email}`)

      const [request] = v.stack.requests
      assert.equal(request.response_type, "code")
      assert.equal(request.code_challenge_method, "S256")
      assert.ok(request.state, "no state")
      assert.deepEqual(request.scope.split(" ").toSorted(), ["email", "openid", "profile"])

      const { users, accounts } = await v.stack.tables()
      assert.deepEqual(users.map(({ email }) => email), [v.email])
      assert.deepEqual(accounts.map(({ type, provider, providerAccountId }) => ({ type, provider, providerAccountId })),
        [{ type: "oidc", provider: "mock", providerAccountId: v.email }])
      const [header, claims] = accounts[0].id_token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")))
      assert.equal(header.alg, alg)
      assert.ok(request.nonce, "no nonce")
      assert.equal(claims.nonce, request.nonce)

      await v.goto("/auth/signout")
      await v.page.getByRole("button", { name: "Sign out" }).click()
      await v.page.waitForURL(`${v.site}/`)
      assert.equal(await sessionOf(v), null)
      // The provider knows this profile by now, so it does not ask again.
      await openSignIn(v)
      await v.page.waitForURL(`${v.site}/`)
      assert.equal((await sessionOf(v)).user.email, v.email)
      const after = await v.stack.tables()
      assert.deepEqual([after.users.length, after.accounts.length], [1, 1], "the second sign-in made rows")
      assert.notEqual(v.stack.requests[1].nonce, request.nonce)
    },
  }
}

/** Sign-in that comes to nothing, with the reason in the log. */
export function issuerRefused(reason) {
  return {
    async "an error page, and nothing is written"(v) {
      v.expected.push(/status of 500/)
      await signUp(v, `${v.site}/auth/error?error=Configuration`)
      await v.page.getByRole("heading").waitFor()
      assert.equal(v.stack.requests.length, 1, "the provider was not asked")
      assert.match(v.stack.log(), reason)
      assert.equal(await sessionOf(v), null)
      assert.equal((await v.cookies())["authjs.session-token"], undefined)
      for (const [name, rows] of Object.entries(await v.stack.tables())) assert.deepEqual(rows, [], name)
    },
  }
}

async function signUp(v, end = `${v.site}/`) {
  // The candidate has no page of its own at the end, which the console tells.
  v.expected.push(/status of 404/)
  await openSignIn(v)
  await v.page.getByLabel("Address").fill(v.email)
  await v.page.getByRole("button", { name: "Continue" }).click()
  await v.page.waitForURL(end)
}

async function openSignIn(v) {
  await v.goto("/auth/signin")
  await v.page.getByRole("button", { name: "Sign in with Mock OIDC" }).click()
}

async function sessionOf(v) {
  return (await v.context.request.get(`${v.site}/auth/session`)).json()
}
