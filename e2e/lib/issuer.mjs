// An OpenID provider that nobody here has written (oidc-provider), with a sign-in page of our own.
import { generateKeyPairSync, randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import Provider from "oidc-provider"
import { freePort } from "./process.mjs"

const keyTypes = { RS256: ["rsa", { modulusLength: 2048 }], ES256: ["ec", { namedCurve: "P-256" }] }

/**
 * Starts it with one client. It takes nobody without PKCE.
 *
 * @param {object} options
 * @param {string} options.client its id
 * @param {string} options.secret what it has to prove itself with
 * @param {string} options.callback where people may be sent back to
 * @param {"RS256" | "ES256"} [options.alg] how ID tokens are signed
 * @param {boolean} [options.othersKeys] publishes keys that it does not sign with
 */
export async function startIssuer({ client, secret, callback, alg = "RS256", othersKeys = false }) {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const requests = []
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: [callback], id_token_signed_response_alg: alg }],
    jwks: { keys: [newKey(alg).privateKey] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
    // As most services do: the profile in the ID token, not at the user info endpoint alone.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, email) => ({
      accountId: email,
      claims: () => ({ sub: email, name: `Guest ${email}`, email, email_verified: true }),
    }),
  })
  provider.on("authorization.accepted", (ctx) => requests.push({ ...ctx.oidc.params }))

  const answer = provider.callback()
  const others = JSON.stringify({ keys: [newKey(alg).publicKey] })
  const server = createServer((request, response) => {
    if (request.url.startsWith("/interaction/")) return interact(provider, request, response).catch((error) => response.writeHead(500).end(String(error)))
    if (othersKeys && request.url === "/jwks") return response.writeHead(200, { "content-type": "application/json" }).end(others)
    return answer(request, response)
  }).listen(port, "127.0.0.1")
  await once(server, "listening")
  return {
    issuer, requests,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function newKey(alg) {
  const pair = generateKeyPairSync(...keyTypes[alg])
  const jwk = (key) => ({ ...key.export({ format: "jwk" }), kid: "key-1", use: "sig", alg })
  return { privateKey: jwk(pair.privateKey), publicKey: jwk(pair.publicKey) }
}

/** Asks who somebody is and believes it; what the client asks for is granted unasked. */
async function interact(provider, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  if (prompt.name === "consent") {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
    grant.addOIDCScope(params.scope)
    return finish({ consent: { grantId: await grant.save() } })
  }
  if (request.method === "POST") {
    return finish({ login: { accountId: new URLSearchParams(await text(request)).get("email") } })
  }
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(`<!DOCTYPE html>
<html lang="en"><title>Who are you?</title><link rel="icon" href="data:,">
<form method="post"><label>Address <input name="email" type="email" required></label> <button>Continue</button></form>`)
}
