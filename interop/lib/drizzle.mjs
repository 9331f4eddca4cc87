// Drizzle's adapter with its default tables.
import { DrizzleAdapter } from "@auth/drizzle-adapter"
import { createClient } from "@libsql/client"
import { drizzle as drizzleLibsql } from "drizzle-orm/libsql"
import { drizzle as drizzleMysql } from "drizzle-orm/mysql2"
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres"
import mysql from "mysql2"
import pg from "pg"

const open = {
  "drizzle-pg"(url) {
    const pool = new pg.Pool({ connectionString: url, max: 3 })
    return { db: drizzlePg(pool), close: () => pool.end() }
  },
  "drizzle-mysql"(url) {
    const pool = mysql.createPool({ uri: url, connectionLimit: 3 })
    return { db: drizzleMysql(pool), close: () => pool.promise().end() }
  },
  "drizzle-sqlite"(url) {
    const client = createClient({ url: `file:${new URL(url).pathname}` })
    return { db: drizzleLibsql(client), close: async () => client.close() }
  },
}

export async function openDrizzle(schema, url) {
  const { db, close } = open[schema](url)
  return { adapter: DrizzleAdapter(db), close }
}
