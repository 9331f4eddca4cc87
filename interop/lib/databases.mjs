// Throw-away databases with the tables of ../schemas, read as the plain text that is in them. The
// database servers are in a time zone other than UTC: whoever relies on theirs writes wrong times.
import { createClient } from "@libsql/client"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import mysql from "mysql2/promise"
import pg from "pg"

const KIND = { pg: "PostgreSQL", mysql: "MariaDB", sqlite: "SQLite" }
const TABLES = ["User", "Account", "Session", "VerificationToken", "Authenticator"]

/** The nine schemas that Auth.js's adapters make, and the tables that ginauth makes itself, by database. */
export const schemas = {
  "drizzle-pg": "pg", "drizzle-mysql": "mysql", "drizzle-sqlite": "sqlite",
  "prisma-seed": "pg", "prisma-seed-mysql": "mysql", "prisma-seed-sqlite": "sqlite",
  "prisma-pg": "pg", "prisma-mysql": "mysql", "prisma-sqlite": "sqlite",
  "ginauth-pg": "pg", "ginauth-mysql": "mysql", "ginauth-sqlite": "sqlite",
}
export const kindOf = (schema) => KIND[schemas[schema]]

/** Whether ginauth makes the tables, when it starts. */
export const isOwn = (schema) => schema.startsWith("ginauth")

const sqlOf = (schema) => isOwn(schema) ? "SELECT 1" : fs.readFileSync(new URL(`../../bunadapter/integration/testdata/schemas/${schema}.sql`, import.meta.url), "utf8")

function need(name) {
  if (!process.env[name]) throw new Error(`${name} is not set; run this under scripts/services.sh run --`)
  return process.env[name]
}

const engines = {
  async pg(name, sql) {
    const admin = new pg.Client({ connectionString: need("GINAUTH_TEST_POSTGRES") })
    await admin.connect()
    await admin.query(`CREATE DATABASE "${name}"`)
    await admin.query(`ALTER DATABASE "${name}" SET timezone = 'Asia/Kolkata'`)
    const u = new URL(need("GINAUTH_TEST_POSTGRES"))
    u.pathname = `/${name}`
    const client = new pg.Client({ connectionString: u.href, types: { getTypeParser: () => (text) => text } })
    await client.connect()
    await client.query(sql)
    const lines = async (text) => (await client.query(text)).rows.map((r) => Object.values(r).join(" | "))
    return {
      url: u.href,
      run: (text) => client.query(text),
      rows: async (table) => (await client.query(`SELECT * FROM "${table}"`)).rows,
      dump: async () => [
        ...await lines("SELECT table_name, ordinal_position, column_name, data_type, character_maximum_length, datetime_precision, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2::int"),
        ...await lines("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
        ...await lines("SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"),
      ].join("\n"),
      async drop() {
        await client.end()
        await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`)
        await admin.end()
      },
    }
  },
  async mysql(name, sql) {
    const u = new URL(need("GINAUTH_TEST_MYSQL_URL"))
    const admin = await mysql.createConnection({ uri: u.href })
    await admin.query(`CREATE DATABASE \`${name}\``)
    await admin.query("SET GLOBAL time_zone = '+05:30'") // there is none for a single database
    u.pathname = `/${name}`
    const client = await mysql.createConnection({ uri: u.href, multipleStatements: true, typeCast: (field) => field.string() })
    await client.query(sql)
    return {
      url: u.href,
      run: (text) => client.query(text),
      rows: async (table) => (await client.query(`SELECT * FROM \`${table}\``))[0].map((r) => ({ ...r })),
      async dump() {
        const [tables] = await client.query("SHOW TABLES")
        const out = []
        for (const t of tables) out.push(Object.values((await client.query(`SHOW CREATE TABLE \`${Object.values(t)[0]}\``))[0][0])[1])
        return out.join("\n")
      },
      async drop() {
        await client.end()
        await admin.query(`DROP DATABASE \`${name}\``)
        await admin.query("SET GLOBAL time_zone = 'SYSTEM'")
        await admin.end()
      },
    }
  },
  async sqlite(name, sql) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ginauth-interop-"))
    const file = path.join(folder, `${name}.db`)
    const client = createClient({ url: `file:${file}` })
    await client.executeMultiple(sql)
    return {
      url: `sqlite://${file}`,
      run: (text) => client.execute(text),
      // A column of SQLite holds values of any type: the type is part of what has to agree.
      async rows(table) {
        const columns = (await client.execute(`SELECT name FROM pragma_table_info('${table}') ORDER BY cid`)).rows.map((r) => r.name)
        const select = columns.map((c) => `CASE typeof("${c}") WHEN 'null' THEN NULL WHEN 'text' THEN "${c}" ELSE typeof("${c}") || ' ' || "${c}" END AS "${c}"`)
        return (await client.execute(`SELECT ${select.join(", ")} FROM "${table}"`)).rows.map((r) => Object.fromEntries(columns.map((c) => [c, r[c]])))
      },
      dump: async () => (await client.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1")).rows.map((r) => r.sql).join("\n"),
      async drop() {
        client.close()
        fs.rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}

/** The versions of the two servers. */
export async function serverVersions() {
  const out = {}
  for (const [schema, sql] of [["drizzle-pg", "SHOW server_version"], ["drizzle-mysql", "SELECT VERSION()"]]) {
    const db = await makeDatabase(schema)
    const answer = await db.run(sql)
    out[kindOf(schema)] = Object.values((answer.rows ?? answer[0])[0])[0].split(/[ -]/)[0]
    await db.drop()
  }
  return out
}

let made = 0

/** A new database with a schema; tables go by Prisma's names whatever they are called in it. */
export async function makeDatabase(schema) {
  const db = await engines[schemas[schema]](`interop_${process.pid}_${++made}`, sqlOf(schema))
  const real = (table) => (schema.startsWith("drizzle") ? table[0].toLowerCase() + table.slice(1) : table)
  return {
    ...db, schema, real,
    rows: (table) => db.rows(real(table)),
    async all() {
      const out = {}
      for (const t of TABLES) out[t] = await db.rows(real(t))
      return out
    },
  }
}
