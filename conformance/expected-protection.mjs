// Where ginauth protects what Auth.js does not: outages, other sites, hardening headers, limits, and form_post with all of it.
import { ALWAYS, PAGE } from "./hardening.mjs"
import { ORIGIN, SESSION, CLEAR, any, cleared, refused, nobody, nobodyNoted, nothingStored, both } from "./expected-rules.mjs"

const DOWN = /storage down/
const AGAIN_AFTERWARDS = /the same again afterwards/
export const ERROR = `${ORIGIN}/auth/error?error=Configuration`
const isDown = { step: DOWN, path: /^status$/, candidate: 503, each: true }
const retry = { step: DOWN, path: /^headers\.retry-after$/, reference: undefined, candidate: "1", each: true }
const pageDown = [
  isDown, retry, { step: DOWN, path: /^headers\.location$/, candidate: undefined }, { step: DOWN, path: /^body\.text$/, reference: "", candidate: undefined },
  { step: DOWN, path: /^headers\.content-type$/, reference: undefined, candidate: "text/html" }, { step: DOWN, path: /^body\.html$/, candidate: { doctype: true, forms: [], errorShown: true } },
]
const ceremonies = "passkey-{register,authenticate}"
export const outages = [
  { scenarios: "database/storage/{get-session,get-session-by-the-client,update-session}", only: [{ ...isDown, reference: 200 }] },
  {
    scenarios: `${both}/storage/options`,
    only: [isDown, retry, { step: DOWN, path: any("headers\\.location", "body\\.text"), candidate: undefined }, { step: DOWN, path: /^headers\.content-type$/, candidate: "application/json" }, { step: DOWN, path: /^body\.json$/, candidate: { url: ERROR } }],
  },
  { scenarios: `${both}/storage/{email-send,email-link,mock-callback,mock-oauth-callback,passkey-register,passkey-authenticate}`, only: pageDown },
  { scenarios: `${both}/storage/{options,email-send,email-link,mock-callback,mock-oauth-callback,passkey-register,passkey-authenticate}-by-the-client`, only: [{ ...isDown, reference: 200 }, retry] },
  { scenarios: "database/storage/sign-out", only: [...pageDown, { step: DOWN, path: any("setCookie\\{authjs\\.callback-url\\}"), candidate: undefined }, { step: DOWN, path: any(`setCookie\\{${SESSION}\\}`), reference: CLEAR, candidate: undefined, each: true }] },
  {
    scenarios: "database/storage/sign-out-by-the-client",
    only: [
      isDown, retry, { step: DOWN, path: any("headers\\.location", `setCookie\\{${SESSION}\\}`, "setCookie\\{authjs\\.callback-url\\}"), candidate: undefined },
      { step: DOWN, path: /^body\.json\.url$/, reference: `${ORIGIN}/bye`, candidate: ERROR }, { step: /^held$/, path: /^value\.session$/, reference: false, candidate: true },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}`), reference: undefined, candidate: /<session:1> kept/ },
      { step: /^(GET \S+\/session|session$)/, path: any("body\\.json", "value"), reference: null, candidate: /"email":"st@example\.test"/ },
    ],
  },
]
export const afterOutage = [{
  scenarios: `${both}/storage/${ceremonies}*`, why: "an attempt that the storage failed uses its challenge up as well",
  only: [
    cleared(DOWN),
    { step: AGAIN_AFTERWARDS, path: any("headers\\.location", "body\\.json\\.url"), reference: `${ORIGIN}/after`, candidate: ERROR }, { step: AGAIN_AFTERWARDS, path: /^headers\.location$/, candidate: undefined },
    { step: AGAIN_AFTERWARDS, path: any(`setCookie\\{(?:${SESSION}|authjs\\.callback-url|authjs\\.challenge)\\}`), candidate: undefined },
    { step: /^held$/, path: /^value\.session$/, reference: true, candidate: false }, ...nobody, nobodyNoted, nothingStored,
  ],
}]

// Auth.js leaves PKCE out at Apple; ginauth has no way to.
const APPLE_START = /^POST \S+\/signin\/apple/
const APPLE_ANSWER = /^POST \S+\/callback\/apple/
const PKCE = "setCookie\\{(?:__Secure-)?authjs\\.pkce\\.code_verifier\\}"
export const applePKCE = [
  {
    scenarios: "{formpost,dbformpost}/form-post/{start,new-user*,known-user,while-*,email-*,provider-*,replayed,answer-*,*-missing,cookies-garbage,state-of-*,in-a-*,not-as-*}", why: "PKCE is used at Apple too",
    only: [
      { step: APPLE_START, path: any("headers\\.location", "body\\.json\\.url"), reference: /^(?!.*code_challenge).*&state=<random>&nonce=<random>$/, candidate: /&state=<random>&code_challenge=<random>&code_challenge_method=S256&nonce=<random>$/ },
      { step: APPLE_START, path: any(PKCE), each: true, reference: undefined, candidate: /"Max-Age":"900".*"SameSite":"None","Secure":true/ },
      { step: APPLE_ANSWER, path: any(PKCE), reference: undefined, candidate: /"Max-Age":"0".*"SameSite":"None","Secure":true.*"value":""/ },
      { step: /^cookies/, path: /^value\.(__Secure-)?authjs\.pkce\.code_verifier$/, reference: undefined, candidate: true },
    ],
  },
  {
    scenarios: "formpost/form-post/provider-bad_sig",
    only: [
      { step: APPLE_ANSWER, path: /^headers\.location$/, reference: "https://app.test", candidate: "https://app.test/auth/error?error=Configuration" },
      { step: APPLE_ANSWER, path: any("setCookie\\{__(?:Secure|Host)-authjs\\.(?:csrf-token|callback-url|state|nonce|session-token)\\}"), candidate: undefined },
      { step: /^cookies$/, path: /^value\.__Secure-authjs\.(session-token|state|nonce)$/ },
      ...nobody, nobodyNoted, nothingStored,
    ],
  },
]
// An answer that signs in, as the labels of the others say what is wrong with them.
const APPLE_SIGN_IN = /^POST \S+\/callback\/apple(?:  \((?:second sign-in|first use)\))?$/
export const formPost = [
  {
    scenarios: "{formpost,dbformpost}/form-post/{new-user*,known-user,while-somebody-else-is-signed-in,replayed,answer-*,not-as-a-form-post}",
    only: [
      { step: APPLE_ANSWER, path: any("headers\\.location", "body\\.json\\.url"), reference: "https://app.test", candidate: "https://app.test/after" },
      { step: APPLE_SIGN_IN, path: /^headers\.location$/, reference: "https://app.test", candidate: "https://app.test/after", each: true },
      { step: APPLE_ANSWER, path: /^setCookie\{__Secure-authjs\.(state|nonce)\}\.attributes\.SameSite$/, reference: "Lax", candidate: "None" },
    ],
  },
]

const sent = (headers, step) => Object.entries(headers).map(([name, value]) => ({ step, path: new RegExp(`^headers\\.${name}$`), reference: undefined, candidate: value, each: true }))
const { "cache-control": _, pragma: __, expires: ___, ...rest } = ALWAYS
export const headers = [
  { scenarios: [`${both}/headers/{json,redirect,bad-request,page,page-over-https,too-large,large-enough}`, "pages/headers/custom-page", "limited/headers/too-many-{providers,webauthn-options-passkey,callback-*,signin-email}"], only: sent(ALWAYS) },
  { scenarios: [`${both}/headers/cached-nowhere`, "limited/headers/too-many-{csrf,session}"], why: "Auth.js forbids to store these answers as well", only: sent(rest) },
  { scenarios: `${both}/headers/{page,page-over-https}`, why: "pages have a policy", only: sent(PAGE) },
  { scenarios: "limited/headers/too-many-{callback-*,signin-email}", why: "pages have a policy", only: sent(PAGE, /\(again\)$/) },
]
const gone = any("headers\\.(?:location|content-type)", "setCookie\\{[^}]+\\}", "body\\.text", "body\\.order", "body\\.json\\.(?!error|url)[\\w-]+")
const AGAIN = /\(again/
export const limits = [
  {
    scenarios: `${both}/headers/too-large`,
    only: [
      { path: /^status$/, candidate: 413, each: true }, { path: /^headers\.location$/, candidate: undefined }, { path: /^headers\.content-type$/, reference: undefined, candidate: "application/json" },
      { path: /^body\.json$/, candidate: "Request body too large.", each: true }, { path: /^body\.text$/, candidate: undefined },
    ],
  },
  {
    scenarios: "limited/headers/too-many-*",
    only: [
      { step: AGAIN, path: /^status$/, candidate: 429, each: true }, { step: AGAIN, path: /^headers\.retry-after$/, candidate: "3600", each: true },
      { step: AGAIN, path: gone, candidate: undefined }, { step: AGAIN, path: /^headers\.content-type$/, candidate: "text/html" },
      { step: AGAIN, path: /^body\.json\.error$/, candidate: "Too many requests" }, { step: AGAIN, path: /^body\.json\.url$/, candidate: `${ORIGIN}/auth/error?error=RateLimited` },
      { step: AGAIN, path: /^body\.order$/, candidate: "error, url" }, { step: AGAIN, path: /^body\.html$/, candidate: { doctype: true, forms: [], errorShown: true } },
    ],
  },
]

const POST = /^POST/
const refusedPost = [
  { step: POST, path: /^status$/, candidate: 403, each: true },
  { step: POST, path: any("headers\\.location", "setCookie\\{[^}]+\\}", "body\\.(?:text|html)", "headers\\.(?:cache-control|expires|pragma)"), candidate: undefined },
  { step: POST, path: /^headers\.content-type$/, candidate: "application/json" },
  { step: POST, path: /^body\.json$/, candidate: "Cross-site request refused.", each: true },
]
export const foreign = [
  {
    scenarios: ["{jwt,database}/cross-site/direct-FOREIGN", "{jwt,authurl}/cross-site/rewrite-FOREIGN"].map((s) => s.replace("FOREIGN", "{same-site,cross-site,cross-site-*,foreign-*,null-*,other-*,subdomain-*,longer-*}")),
    // The passkey that signed up beforehand did so without any of these headers.
    only: [...refusedPost.map((r) => ({ ...r, step: /^POST (?!.*\(sign-up\))/ })), { step: /^unchanged$/, path: /^value$/, reference: false, candidate: true, each: true }, { step: /^mails$/, path: /^value$/, reference: 1, candidate: 0, each: true }],
  },
  { scenarios: "formpost/form-post/elsewhere-refused", why: "the exception is for a form_post provider's callback alone", only: refusedPost },
]
