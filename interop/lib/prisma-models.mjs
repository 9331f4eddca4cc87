// The models behind the Prisma schemas in ../schemas, as Prisma's own language has them. The tables
// are made by the SQL; the models only have to agree with it, so that the client finds its columns.

/** What sets the variants of Auth.js's pages apart. */
export const prismaVariants = {
  "prisma-seed": { provider: "postgresql", authenticatorId: true, tokenUnique: true },
  "prisma-seed-mysql": { provider: "mysql", authenticatorId: true, tokenUnique: true },
  "prisma-seed-sqlite": { provider: "sqlite", authenticatorId: true, tokenUnique: true },
  "prisma-pg": { provider: "postgresql", stamps: true },
  "prisma-mysql": { provider: "mysql", stamps: true, rowIds: true, optionalEmail: true, mysqlExtras: true },
  "prisma-sqlite": { provider: "sqlite", stamps: true, rowIds: true, optionalEmail: true },
}

const when = (flag, ...lines) => (flag ? lines : [])
const block = (name, lines) => `model ${name} {\n${lines.map((l) => `  ${l}`).join("\n")}\n}\n`

/** The text of schema.prisma for a variant; the client is written to `output`. */
export function prismaSchema(variant, output) {
  const v = prismaVariants[variant]
  const stamps = when(v.stamps, "createdAt DateTime @default(now())", "updatedAt DateTime @updatedAt")
  const long = v.mysqlExtras ? " @db.Text" : ""
  const user = "user User @relation(fields: [userId], references: [id], onDelete: Cascade)"
  return [
    `generator client {\n  provider = "prisma-client"\n  output = ${JSON.stringify(output)}\n}\n`,
    `datasource db {\n  provider = "${v.provider}"\n}\n`,
    block("User", [
      "id String @id @default(cuid())", "name String?", ...when(v.mysqlExtras, "username String? @unique"),
      `email String${v.optionalEmail ? "?" : ""} @unique`, "emailVerified DateTime?", "image String?",
      `accounts Account${v.mysqlExtras ? "?" : "[]"}`, "sessions Session[]", "authenticators Authenticator[]", ...stamps,
    ]),
    block("Account", [
      ...when(v.rowIds, "id String @id @default(cuid())"),
      `userId String${v.mysqlExtras ? " @unique" : ""}`, "type String", "provider String", "providerAccountId String",
      `refresh_token String?${long}`, `access_token String?${long}`, "expires_at Int?", "token_type String?", "scope String?",
      `id_token String?${long}`, "session_state String?", ...when(v.mysqlExtras, "refresh_token_expires_in Int?"),
      user, ...stamps, v.rowIds ? "@@unique([provider, providerAccountId])" : "@@id([provider, providerAccountId])",
    ]),
    block("Session", [
      ...when(v.rowIds, "id String @id @default(cuid())"), "sessionToken String @unique", "userId String", "expires DateTime", user, ...stamps,
    ]),
    block("VerificationToken", [
      "identifier String", `token String${v.tokenUnique ? " @unique" : ""}`, "expires DateTime",
      v.rowIds ? "@@unique([identifier, token])" : "@@id([identifier, token])",
    ]),
    block("Authenticator", [
      ...when(v.authenticatorId, "id String @id @default(cuid())"), "credentialID String @unique", "userId String",
      "providerAccountId String", "credentialPublicKey String", "counter Int", "credentialDeviceType String",
      "credentialBackedUp Boolean", "transports String?", user, ...when(!v.authenticatorId, "@@id([userId, credentialID])"),
    ]),
  ].join("\n")
}
