// Each of the nine schemas with both session strategies: a Go server and an Auth.js server on one
// database with one secret, and people who meet now the one and now the other.
import { isOwn, kindOf, makeDatabase, schemas } from "../lib/databases.mjs"
import { assert, check } from "../lib/checks.mjs"
import { startExample } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"
import { Person } from "../lib/person.mjs"
import { describeRows } from "../lib/rows.mjs"

const origin = "http://localhost:3000"
const secret = "interop-secret-0123456789abcdef0123456789abcdef"
const DAY = 86400_000

/** What a schema keeps people from doing, whoever serves it. */
const limits = {
  "drizzle-mysql": { narrow: true },
  "prisma-seed-mysql": { narrow: true },
  "prisma-mysql": { narrow: true, oneAccount: true },
}

/** One schema after the other, but the three databases at a time. */
export async function pairs(wanted) {
  await Promise.all(["pg", "mysql", "sqlite"].map(async (engine) => {
    for (const schema of Object.keys(schemas)) for (const strategy of ["database", "jwt"])
      if (schemas[schema] === engine && wanted(`${schema} ${strategy}`)) await pair(schema, strategy)
  }))
}

async function pair(schema, strategy) {
  const name = `${schema} ${strategy}`
  const db = await makeDatabase(schema)
  let before = await db.dump()
  let go, node, store
  try {
    const up = await check(`${name}: ginauth starts and leaves the tables alone`, async () => {
      go = await startExample({ databaseURL: db.url, origin, secret, strategy })
      if (isOwn(schema)) before = await db.dump()
      assert.equal(await db.dump(), before)
      if (limits[schema]?.oneAccount) assert.match(go.log, /DROP INDEX/, "it should say which SQL allows a second passkey")
    }, { schema, strategy, column: "start" })
    if (!up) return
    store = await openAdapter(schema, db.url)
    node = await startNode({ adapter: store.adapter, origin, secret, strategy })
    for (const [first, second] of [[go, node], [node, go]]) await direction({ name, schema, strategy, db, store, first, second })
    await rows({ name, schema, strategy, db, go, node })
    await check(`${name}: the tables are as they were`, async () => assert.equal(await db.dump(), before), { schema, strategy, column: "start" })
  } finally {
    await node?.stop()
    await go?.stop()
    await store?.close()
    await db.drop()
  }
}

// SQLite's rows say the type of what is no text.
const plain = (text) => text.replace(/^integer /, "")

/** Everything that begins at `first` and goes on at `second`. */
async function direction({ name, schema, strategy, db, store, first, second }) {
  const column = `${first.name} → ${second.name}`
  const at = (what, fn) => check(`${name}: ${column}: ${what}`, fn, { schema, strategy, column })
  const limit = limits[schema] ?? {}
  const authenticator = async (p) => (await db.rows("Authenticator")).find((r) => r.credentialID === Buffer.from(p.credential.id).toString("base64"))

  for (const alg of ["ES256", "EdDSA", "RS256"]) await at(`a passkey with ${alg} registered at one signs in at the other`, async () => {
    const p = new Person(origin).at(first)
    if (alg === "RS256" && limit.narrow) {
      await assert.rejects(p.signUp(alg))
      assert.equal(await authenticator(p), undefined, "a passkey that does not fit was stored")
      // ginauth writes all or nothing; Auth.js has made the user and the account by then.
      const users = (await db.rows("User")).filter((u) => u.email === p.email)
      const accounts = (await db.rows("Account")).filter((a) => a.userId === users[0]?.id)
      assert.deepEqual([users.length, accounts.length], first.name === "ginauth" ? [0, 0] : [1, 1], "users and accounts that are left")
      return `refused: the public key does not fit the column${users.length ? "; a user and an account without a passkey are left" : ""}`
    }
    await p.signUp(alg)
    const q = p.elsewhere().at(second)
    await q.signIn()
    assert.equal(plain((await authenticator(p)).counter), "1", "the counter was not stored")
    await p.elsewhere().at(first).signIn()
    assert.equal(plain((await authenticator(p)).counter), "2")
  })

  await at("a session is seen, prolonged and ended by the other", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    const own = await p.session()
    await p.at(second).isSignedIn()
    const others = await p.session()
    assert.deepEqual(others.user, own.user)
    assert.ok(Math.abs(Date.parse(others.expires) - Date.now() - 30 * DAY) < 10_000, `the session ends at ${others.expires}`)
    if (strategy === "database") {
      const token = decodeURIComponent(p.cookie)
      await store.adapter.updateSession({ sessionToken: token, expires: new Date(Date.now() + 10 * DAY) })
      await p.session()
      const { session } = await store.adapter.getSessionAndUser(token)
      assert.ok(Math.abs(session.expires - Date.now() - 30 * DAY) < 10_000, `the row ends at ${session.expires.toISOString()}`)
      await p.at(first).isSignedIn()
      await p.at(second).signOut()
      assert.equal((await db.rows("Session")).filter((s) => s.sessionToken === token).length, 0, "the row is still there")
      p.browser.jar.set("authjs.session-token", token)
      await p.at(first).isSignedOut()
    } else {
      await p.at(first).isSignedIn()
      await p.at(second).signOut()
      await p.at(first).isSignedOut()
    }
  })

  if (strategy === "database") await at("an expired session is nobody's at the other", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    await store.adapter.updateSession({ sessionToken: decodeURIComponent(p.cookie), expires: new Date(Date.now() - 60_000) })
    await p.at(second).isSignedOut()
  })

  await at("an update at the other is seen by the first", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    const updated = await p.at(second).client.update({ name: "Zoë 山田" })
    assert.equal(updated?.user?.email, p.email)
    const named = (await p.at(first).session()).user.name
    if (strategy === "jwt" || second.name === "ginauth") assert.equal(named, "Zoë 山田")
  })

  await at("a second passkey is added at the other, and each signs in at each", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    await p.at(second)
    if (limit.oneAccount) {
      await assert.rejects(p.addPasskey())
      return "refused: Account.userId is unique"
    }
    await p.addPasskey()
    assert.deepEqual(p.client.last.options.excludeCredentials.map((c) => c.id), [Buffer.from(p.device.credentials[0].id).toString("base64url")])
    for (const server of [first, second]) for (const credential of [0, 1]) await p.elsewhere().at(server).signIn({ credential })
  })

  await at("a passkey that one knows is not registered again by the other", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    const thief = new Person(origin).at(second)
    await assert.rejects(thief.signUp("ES256", { credentialId: p.credential.id }))
    assert.equal((await db.rows("Authenticator")).filter((r) => r.credentialID === Buffer.from(p.credential.id).toString("base64")).length, 1)
    await p.elsewhere().at(second).signIn()
  })

  await at("an address that one knows is not signed up again by the other", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    const again = new Person(origin, { email: p.email }).at(second)
    const answer = await again.client.passkey({ email: p.email, action: "register", redirect: false })
    assert.equal(answer.optionsError, 400)
  })

  await at("a counter that goes back is refused by the other", async () => {
    const bound = { be: false, bs: false }
    const p = new Person(origin).at(first)
    await p.signUp("ES256", bound)
    await p.elsewhere().at(first).signIn({ ...bound, counter: 40 })
    assert.equal(await p.elsewhere().at(second).tryPasskey({ ...bound, counter: 39 }), "WebAuthnVerificationError")
    await p.elsewhere().at(second).signIn({ ...bound, counter: 41 })
  })

  await at("a synced passkey whose counter goes back", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    await p.elsewhere().at(first).signIn({ counter: 40 })
    const error = await p.elsewhere().at(second).tryPasskey({ counter: 39 })
    assert.equal(plain((await authenticator(p)).counter), "40")
    if (second.name === "ginauth") return assert.equal(error, null)
    assert.equal(error, "WebAuthnVerificationError")
    return "refused: Auth.js counts synced passkeys too"
  })

  if (first.name === "ginauth") await at("a counter above 2³¹−1", async () => {
    const p = new Person(origin).at(first)
    await p.signUp()
    const error = await p.elsewhere().at(first).tryPasskey({ counter: 3_000_000_000 })
    const stored = (await authenticator(p)).counter
    if (kindOf(schema) !== "SQLite" && !isOwn(schema)) {
      assert.deepEqual([error, stored], ["Configuration", "0"])
      return "refused: the column has 32 bits"
    }
    assert.deepEqual([error, plain(stored)], [null, "3000000000"])
    await p.elsewhere().at(second).signIn({ counter: 3_000_000_001 })
    assert.equal(plain((await authenticator(p)).counter), "3000000001")
  })

  await at("a sign-in link of one is followed at the other", async () => {
    const p = new Person(origin).at(first)
    await p.askForMail()
    const link = await first.mailTo(p.email)
    // Which browser asked for a link is known to the server that was asked.
    assert.equal(await p.at(second).follow(link, { asks: second.name === "ginauth" }), null)
    await p.isSignedIn()
    assert.ok((await store.adapter.getUserByEmail(p.email)).emailVerified instanceof Date, "emailVerified is not set")
    assert.equal(await p.elsewhere().at(first).follow(link), "Verification", "the link worked twice")
  })

  await at("whoever came with a link adds a passkey at the other", async () => {
    const p = new Person(origin).at(first)
    await p.askForMail()
    assert.equal(await p.follow(await first.mailTo(p.email)), null)
    await p.at(second).addPasskey()
    await p.elsewhere().at(first).signIn()
  })
}

/** Both servers do the same; then what they have written is compared, column by column. */
async function rows({ name, schema, strategy, db, go, node }) {
  const compare = (what, act) => check(`${name}: rows: ${what}`, async () => {
    const written = []
    for (const server of [node, go]) {
      const before = await db.all()
      const p = new Person(origin).at(server)
      await act(p, server)
      written.push(describeRows(before, await db.all(), p))
    }
    assert.deepEqual(written[1], written[0])
  }, { schema, strategy, column: "rows" })

  await compare("signing up with a passkey", (p) => p.signUp())
  await compare("signing up with a passkey that is bound to its device", async (p) => {
    p.device.transports = []
    await p.signUp("EdDSA", { be: false, bs: false, counter: 7 })
  })
  await compare("asking for a sign-in link", (p) => p.askForMail())
  await compare("signing up with a sign-in link", async (p, server) => {
    await p.askForMail()
    assert.equal(await p.follow(await server.mailTo(p.email)), null)
  })
  await compare("signing in", async (p, server) => {
    await p.signUp()
    await p.elsewhere().at(server).signIn()
  })
}
