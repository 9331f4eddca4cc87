// Schemas that Auth.js's pages document and that lack something: ginauth starts, or says what it needs,
// and the SQL it prints is enough.
import { assert, check } from "../lib/checks.mjs"
import { makeDatabase } from "../lib/databases.mjs"
import { startExample } from "../lib/go-server.mjs"
import { openAdapter, startNode } from "../lib/node-server.mjs"
import { Person } from "../lib/person.mjs"

const origin = "http://localhost:3000"
const secret = "interop-secret-0123456789abcdef0123456789abcdef"

/** `damage` makes a schema what the title says, `proof` is what could not be done before, `shared` asks whether Auth.js can write there as well. */
const cases = [
  {
    title: "Prisma's MySQL page: Account.userId is unique", schema: "prisma-mysql", says: /second passkey/,
    proof: (p) => p.addPasskey(),
  },
  {
    title: "Drizzle's PostgreSQL page: no composite primary keys", schema: "drizzle-pg", says: /provider.*providerAccountId|not unique/s,
    damage: [
      'ALTER TABLE "account" DROP CONSTRAINT "account_provider_providerAccountId_pk"',
      'ALTER TABLE "authenticator" DROP CONSTRAINT "authenticator_userId_credentialID_pk"',
      'ALTER TABLE "verificationToken" DROP CONSTRAINT "verificationToken_identifier_token_pk"',
    ],
    proof: (p) => p.addPasskey(),
  },
  {
    title: "the passkey page's MySQL: a unique index on a TEXT column", schema: "prisma-seed-mysql",
    damage: ["ALTER TABLE `Authenticator` MODIFY `credentialPublicKey` TEXT NOT NULL", "ALTER TABLE `Authenticator` DROP INDEX `Authenticator_credentialID_key`", "ALTER TABLE `Authenticator` MODIFY `credentialID` TEXT NOT NULL", "ALTER TABLE `Authenticator` ADD UNIQUE INDEX `Authenticator_credentialID_key`(`credentialID`)"],
    proof: (p) => p.addPasskey("RS256"),
  },
  {
    title: "a database from before passkeys: no table of authenticators", schema: "prisma-pg", says: /Authenticator/,
    damage: ['DROP TABLE "Authenticator"'],
    proof: (p) => p.addPasskey(),
  },
  {
    title: "Drizzle's tables from before passkeys", schema: "drizzle-pg", says: /authenticator/,
    damage: ['DROP TABLE "authenticator"'],
    proof: (p) => p.addPasskey(),
    shared: true,
  },
]

const statements = (log) => [...log.replace(/\\"/g, '"').replace(/\\n/g, "\n").matchAll(/\b((?:CREATE TABLE|CREATE INDEX|CREATE UNIQUE INDEX|ALTER TABLE|DROP INDEX) [^;]*);/g)].map((m) => m[1])

async function atNode(db, fn) {
  const store = await openAdapter(db.schema, db.url)
  const node = await startNode({ adapter: store.adapter, origin, secret, strategy: "database" })
  try {
    await fn(node)
  } finally {
    await node.stop()
    await store.close()
  }
}

export async function broken(wanted) {
  if (!wanted("broken")) return
  for (const c of cases) {
    const db = await makeDatabase(c.schema)
    let go
    try {
      for (const sql of c.damage ?? []) await db.run(sql)
      const before = await db.dump()
      let log = ""
      await check(`broken: ${c.title}: starts, or says what is missing`, async () => {
        try {
          go = await startExample({ databaseURL: db.url, origin, secret, strategy: "database" })
          log = go.log
        } catch (e) {
          if (!e.log) throw e
          log = e.log
        }
        assert.equal(await db.dump(), before, "the tables were changed")
        if (c.says) assert.match(log, c.says)
        return go ? (c.says ? "starts, and warns" : "starts") : "does not start, and says why"
      }, { broken: c.title })
      await check(`broken: ${c.title}: the SQL that it prints is enough`, async () => {
        await go?.stop()
        go = null
        const sql = statements(log)
        for (const s of sql) await db.run(s)
        go = await startExample({ databaseURL: db.url, origin, secret, strategy: "database" })
        const p = new Person(origin).at(go)
        await p.signUp()
        await c.proof(p)
        await p.elsewhere().at(go).signIn()
        return `${sql.length} statement${sql.length === 1 ? "" : "s"}`
      }, { broken: c.title })
      if (c.shared) await check(`broken: ${c.title}: Auth.js on that table`, () =>
        atNode(db, (node) => new Person(origin).at(node).signUp()).then(() => "registers passkeys there, too"), { broken: c.title })
    } finally {
      await go?.stop()
      await db.drop()
    }
  }
}
