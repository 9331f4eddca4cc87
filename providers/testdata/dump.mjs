// Prints what @auth/core makes of each of its OAuth and OpenID Connect providers: endpoints,
// parameters, checks, and for each sample the requests it sends and the profile it reads.
//
//	GINAUTH_RIG=../conformance node testdata/dump.mjs > testdata/authcore-0.41.3.json
//
// GINAUTH_RIG is the folder whose node_modules holds @auth/core.
import { readFileSync, readdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const here = dirname(fileURLToPath(import.meta.url))
const rig = resolve(process.env.GINAUTH_RIG ?? join(here, "../../conformance"))
const core = join(rig, "node_modules/@auth/core")
const load = (file) => import(pathToFileURL(join(core, file)).href)
const { options, samples } = JSON.parse(readFileSync(join(here, "samples.json"), "utf8"))
const { version } = JSON.parse(readFileSync(join(core, "package.json"), "utf8"))
const { default: parseProviders } = await load("lib/utils/providers.js")

// Without a provider of a person's account at a service: building blocks, e-mail and passkeys.
const others = new Set([
  "credentials", "email", "index", "nodemailer", "oauth", "oauth-types", "passkey", "provider-types", "webauthn",
])
// Parameters that every authorization request carries anyway.
const standard = new Set(["client_id", "redirect_uri", "response_type", "scope"])
// Headers without a bearing on the answer.
const unimportant = new Set(["accept", "content-type", "user-agent"])

// stub answers requests from a sample and keeps a record of them.
function stub(sample, requests) {
  return async (input, init = {}) => {
    const url = String(input instanceof Request ? input.url : input)
    const headers = {}
    for (const [name, value] of new Headers(init.headers)) {
      if (!unimportant.has(name)) headers[name] = value
    }
    const body = init.body === undefined ? undefined : String(init.body)
    requests.push({ method: init.method ?? "GET", url, headers, body })
    const answer = sample.answers?.[url] ?? sample.userinfo
    if (answer === undefined || answer.$status) return new Response("{}", { status: answer?.$status ?? 404 })
    if (answer.$base64) return new Response(Buffer.from(answer.$base64, "base64"))
    return Response.json(answer)
  }
}

async function claimsOf(provider, sample, tokens) {
  if (provider.type === "oidc") {
    const claims = structuredClone(sample.claims)
    if (provider.id === "apple" && sample.form?.user) claims.user = JSON.parse(sample.form.user)
    return claims
  }
  if (provider.userinfo?.request) return provider.userinfo.request({ tokens, provider })
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  return (await fetch(provider.userinfo.url, { headers })).json()
}

async function run(provider, sample) {
  const requests = []
  globalThis.fetch = stub(sample, requests)
  const tokens = { access_token: "the-token", ...sample.token }
  try {
    const { id, name, email, image } = await provider.profile(await claimsOf(provider, sample, tokens), tokens)
    const text = (value) => String(value ?? "")
    return {
      name: sample.name,
      requests,
      profile: { id: text(id), name: text(name), email: text(email), image: text(image) },
    }
  } catch {
    return { name: sample.name, requests, fails: true }
  }
}

// Endpoints without an address of their own come from the discovery document.
const known = (endpoint) => (endpoint?.url && endpoint.url.host !== "authjs.dev" ? endpoint.url : undefined)

async function describe(make, file) {
  const given = make({ clientId: "the-client", clientSecret: "the-secret", ...options[file] })
  if (given.type !== "oauth" && given.type !== "oidc") return
  const { providers: [provider] } = parseProviders({
    url: new URL("https://app.example"),
    config: { providers: [given] },
  })
  const query = provider.authorization?.url.searchParams ?? new URLSearchParams()
  const own = given.authorization
  const scopeOfItsOwn = typeof own === "string" ? new URL(own).searchParams.has("scope") : own?.params && "scope" in own.params
  const authorization = known(provider.authorization)
  const results = []
  for (const sample of samples[provider.id] ?? []) results.push(await run(provider, sample))
  return {
    id: provider.id,
    name: provider.name,
    type: provider.type,
    issuer: provider.issuer,
    authorization: authorization && authorization.origin + authorization.pathname,
    scope: query.get("scope") ?? "openid profile email",
    scopeOfItsOwn: Boolean(scopeOfItsOwn),
    params: Object.fromEntries([...query].filter(([name]) => !standard.has(name))),
    token: known(provider.token)?.href,
    userinfo: known(provider.userinfo)?.href,
    checks: provider.checks,
    tokenAuth: provider.client?.token_endpoint_auth_method ?? "client_secret_basic",
    idTokenAlg: provider.client?.id_token_signed_response_alg,
    userinfoAlways: provider.type === "oidc" && provider.idToken === false,
    color: provider.style?.brandColor ?? provider.style?.bg,
    standardProfile: given.profile === undefined,
    samples: results,
  }
}

const providers = []
for (const file of readdirSync(join(core, "providers"))) {
  const name = file.replace(/\.js$/, "")
  if (name === file || others.has(name)) continue
  const described = await describe((await load(`providers/${file}`)).default, name)
  if (described) providers.push(described)
}
providers.sort((a, b) => (a.id < b.id ? -1 : 1))
console.log(JSON.stringify({ version, providers }, null, 1))
