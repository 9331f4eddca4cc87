// The Auth.js server: @auth/core behind node:http, with the adapter that a site would have.
import http from "node:http"
import { Auth } from "@auth/core"
import Passkey from "@auth/core/providers/passkey"
import { openDrizzle } from "./drizzle.mjs"
import { openPrisma } from "./prisma.mjs"

// ginauth's own tables are those of the models on Auth.js's page about passkeys.
const models = { "ginauth-pg": "prisma-seed", "ginauth-mysql": "prisma-seed-mysql", "ginauth-sqlite": "prisma-seed-sqlite" }

export const openAdapter = (schema, url) => (schema.startsWith("drizzle") ? openDrizzle(schema, url) : openPrisma(models[schema] ?? schema, url))

const bodyOf = async (req) => {
  const parts = []
  for await (const c of req) parts.push(c)
  return Buffer.concat(parts)
}

function requestOf(req, body, origin) {
  const headers = new Headers()
  for (let i = 0; i < req.rawHeaders.length; i += 2) headers.append(req.rawHeaders[i], req.rawHeaders[i + 1])
  return new Request(origin + req.url, { method: req.method, headers, body: body.length ? body : undefined })
}

/** What an update may change, and a way to tokens that need several cookies. */
function jwt({ token, trigger, session }) {
  if (trigger === "update" && session?.name) token.name = session.name
  if (trigger === "update" && session?.pad !== undefined) {
    if (session.pad) token.pad = "p".repeat(session.pad)
    else delete token.pad
  }
  return token
}

/** Starts a server; `secret` may be a list, newest first. Every error it logs is in `errors`. */
export async function startNode({ adapter, origin, secret, strategy = "jwt", basePath = "/auth", providers = [] }) {
  const mails = []
  const errors = []
  const email = {
    id: "email", type: "email", name: "Email", maxAge: 86400,
    sendVerificationRequest: ({ identifier, url }) => void mails.push({ to: identifier, url }),
  }
  const config = {
    adapter, secret, basePath, trustHost: true,
    providers: [Passkey({}), email, ...providers],
    experimental: { enableWebAuthn: true },
    session: { strategy },
    callbacks: { jwt },
    logger: { error: (e) => errors.push(e), warn() {}, debug() {} },
  }
  const server = http.createServer(async (req, res) => {
    try {
      const answer = await Auth(requestOf(req, await bodyOf(req), origin ?? `http://${req.headers.host}`), config)
      for (const [k, v] of answer.headers) if (k !== "set-cookie") res.setHeader(k, v)
      const cookies = answer.headers.getSetCookie()
      if (cookies.length) res.setHeader("set-cookie", cookies)
      res.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
    } catch (e) {
      errors.push(e)
      if (!res.headersSent) res.writeHead(500)
      res.end("unhandled")
    }
  })
  await new Promise((ok) => server.listen(0, "127.0.0.1", ok))
  return {
    name: "Auth.js", url: `http://127.0.0.1:${server.address().port}`, errors,
    mailTo: async (address) => mails.findLast((m) => m.to === address)?.url,
    async stop() {
      server.closeAllConnections()
      await new Promise((ok) => server.close(ok))
    },
  }
}
