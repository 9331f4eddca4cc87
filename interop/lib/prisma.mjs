// Prisma clients, generated from the models when they have changed.
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { build } from "esbuild"
import { PrismaLibSql } from "@prisma/adapter-libsql"
import { PrismaMariaDb } from "@prisma/adapter-mariadb"
import { PrismaPg } from "@prisma/adapter-pg"
import { PrismaAdapter } from "@auth/prisma-adapter"
import { prismaSchema, prismaVariants } from "./prisma-models.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))
const generated = path.join(root, "generated")

async function generate(variant) {
  const folder = path.join(generated, variant)
  const schema = prismaSchema(variant, "./client")
  const lock = fs.readFileSync(path.join(root, "package-lock.json"))
  const mark = createHash("sha256").update(schema).update(lock).digest("hex")
  const markFile = path.join(folder, "made-from")
  if (fs.existsSync(markFile) && fs.readFileSync(markFile, "utf8") === mark) return
  fs.rmSync(folder, { recursive: true, force: true })
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, "schema.prisma"), schema)
  // Naming any executable as the schema engine keeps Prisma from downloading one: generating needs none.
  await promisify(execFile)(process.execPath, [path.join(root, "node_modules/prisma/build/index.js"), "generate", "--schema", path.join(folder, "schema.prisma")], {
    cwd: folder, env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
  })
  // The client is written as TypeScript.
  await build({
    entryPoints: [path.join(folder, "client/client.ts")], outfile: path.join(folder, "client.mjs"),
    bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error",
  })
  fs.writeFileSync(markFile, mark)
}

/** Generates every client that is missing; two at a time. */
export async function generateClients(variants = Object.keys(prismaVariants)) {
  const left = [...variants]
  const work = async () => { for (let v; (v = left.shift()); ) await generate(v) }
  await Promise.all([work(), work()])
}

function driver(provider, url) {
  if (provider === "postgresql") return new PrismaPg({ connectionString: url, max: 3 })
  if (provider === "sqlite") return new PrismaLibSql({ url: `file:${new URL(url).pathname}` })
  const u = new URL(url)
  return new PrismaMariaDb({ host: u.hostname, port: Number(u.port), user: u.username, password: u.password, database: u.pathname.slice(1), connectionLimit: 3 })
}

export async function openPrisma(variant, url) {
  const { PrismaClient } = await import(pathToFileURL(path.join(generated, variant, "client.mjs")).href)
  const client = new PrismaClient({ adapter: driver(prismaVariants[variant].provider, url) })
  return { adapter: PrismaAdapter(client), close: () => client.$disconnect() }
}
