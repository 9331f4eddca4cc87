// Where ginauth answers otherwise than Auth.js on purpose. Each entry: the scenarios (globs, {a,b}
// for several), the number of the deliberate difference, why, and exactly which differences that
// covers. Anything else in these scenarios is a failure, and so is an entry which covers nothing.
// A rule: `step` (of the request line or the note's label), `path` (in the step), `candidate` and
// `reference` (the values on both sides; a RegExp is matched against the text or the JSON), and `each`
// if it must show at every one of the steps that `step` matches.
import { ERROR, afterOutage, applePKCE, foreign, formPost, headers, limits, outages } from "./expected-protection.mjs"
import { ORIGIN, CALLBACK, SESSION, CLEAR, any, cleared, refused, nobody, nobodyNoted, told, nothingStored, notStored, replaced, both } from "./expected-rules.mjs"

export const DIFFERENCES = {
  1: "the passkey callback requires the CSRF token",
  2: "a challenge is good once, and only for what and for whom it was made",
  4: "a redirect of the signIn callback is obeyed everywhere, and decided before anything is written",
  5: "an expired session authorises nothing",
  6: "registering a credential ID that exists fails and leaves nothing behind",
  7: "a storage failure is told as such, and nothing counts as done or as signed out",
  8: "a hostile or unparsable callback URL becomes the public origin and is never an error",
  9: "the chunks of a session cookie are matched exactly",
  10: "credentials work with database sessions for users who are stored",
  11: "ID tokens are verified, and a query cannot take an authorization request over",
  12: "the request's query never overrides what the server puts into its pages",
  13: "every answer has headers that harden it",
  14: "signing in while signed in makes a new session token and ends the old one",
  15: "user handles are stable, and every valid ES256 signature is valid",
  16: "a POST that the browser marks as another site's is refused",
  17: "a signed-in user without an e-mail address gets a clear 400 at the options",
  18: "a session says when and how its user signed in",
  19: "a sign-in link that is opened once more in the browser that it signed in leads on",
  22: "an unknown passkey is told from a broken server",
  23: "a sign-up at a service that says the address is verified proves it",
  27: "the counter of a synced passkey may stand still or go back",
  29: "of our cookies that come twice the one that opens counts, and the others are expired",
  31: "the answer of an older tab leads back to the sign-in page",
  32: "a session token leaves out what does not fit",
  nouser: "a session token names its user",
  // Not in the list of the protocol: what HTTP says, limits, what form_post needs, duties of the verifier, and what the protocol says of tokens.
  strict: "what is not well-formed, or too weak, is refused",
  kid: "a token without kid is tried with each secret",
  http: "media types are written in any case",
  limits: "requests that are too large or too many are refused",
  addresses: "passkeys take addresses alone, in the normal form that links have, and find a stored one in any case",
  formpost: "after a form_post the callback URL is still known, and cookies are cleared as they were set",
}

const csrf = [
  {
    scenarios: ["jwt/basics/post-callback-passkey-empty-form", "{basepath,authurl,pages}/variants/post-callback-passkey", `${both}/headers/redirect`],
    only: [{ step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), reference: /error\?error=Configuration$/, candidate: /signin\?error=MissingCSRF$/ }],
  },
  {
    scenarios: `${both}/passkey/{callback-without-csrf,callback-json-body,replayed-challenge-cookie-and-assertion,replayed-registration,register-challenge-used-for-authenticate,authenticate-challenge-used-for-register}`,
    only: [
      ...refused("MissingCSRF"),
      { step: CALLBACK, path: /^setCookie\{authjs\.challenge\}$/, candidate: undefined },
      { step: CALLBACK, path: /^body\.json\.url$/, reference: /error=Configuration$/, candidate: /signin\?error=MissingCSRF$/ },
      nothingStored,
    ],
  },
  { scenarios: `${both}/passkey-errors/wrong-csrf-token`, only: [...refused("MissingCSRF"), { step: CALLBACK, path: /^setCookie\{authjs\.challenge\}$/, candidate: undefined }, ...nobody, nobodyNoted] },
]

const WRONG = "wrong-origin,origin-other-port,origin-https,origin-null,origin-trailing-slash,origin-subdomain,empty-challenge,wrong-rp-id,rp-id-with-port,type-swapped,type-missing,no-user-presence,no-user-verification,backed-up-but-not-eligible,credential-type,raw-id-mismatch,client-data-not-json,client-data-array,client-data-bom,truncated-30"
const OLD = /old cookie|same challenge|replay|another credential/
const challenges = [
  {
    scenarios: [
      `${both}/passkey-errors/{register,authenticate}-{${WRONG}}`,
      `${both}/passkey-errors/authenticate-truncated-1`,
      `${both}/passkey-errors/{register,authenticate}-answer-{no-response,no-id,no-raw-id,no-client-data,client-data-not-base64}`,
      `${both}/passkey-errors/{register-answer-no-attestation-object,authenticate-answer-no-authenticatorData,authenticate-answer-no-signature}`,
      `${both}/passkey-errors/register-{packed-tampered,unknown-format,none-with-statement,trailing-bytes,cose-alg-unknown,empty-credential-id}`,
      `${both}/passkey-errors/authenticate-{tampered,signature-empty,signature-garbage,unknown-credential}`,
      `${both}/passkey-errors/{data-*,challenge-cookie-garbage,challenge-cookie-session-token}`,
      `${both}/passkey-errors/failed-attempt-without-return-redirect-header`,
      `${both}/passkey/{second-user-same-browser-while-signed-in,duplicate-email-at-callback,account-row-gone,counter-sequence,user-row-gone}`,
      `${both}/passkey-replay/{challenge-of-sign-in-for-registration,attestation-with-old-cookie,failed-attempt-then-good-one}`,
      "{callbacks,dbcallbacks}/callbacks/passkey-{register,authenticate}-{denied,throws}",
      "{callbacks,dbcallbacks}/callbacks/refusal-without-return-redirect-header", "dbcallbacks/callbacks/linking-is-asked-too",
      `${both}/https/passkey-of-http-origin-refused`, "authurl/variants/passkey-of-address-behind-the-proxy-refused",
      "{pages,basepath,authurl,rotated}/variants/passkey-failure", `${both}/headers/json`,
    ],
    why: "a failed attempt uses its challenge up and clears the cookie",
    only: [cleared(), { step: /^cookies$/, path: /^value\[\d\]$/, reference: "authjs.challenge", candidate: undefined }],
  },
  {
    scenarios: `${both}/passkey-replay/{assertion-with-old-cookie,new-assertion-with-old-cookie,failed-attempt-then-good-one}`,
    why: "a used challenge signs nobody in",
    only: [...refused("Configuration", OLD), notStored("sessions[1]"), { step: /^db$/, path: /^value\.authenticators\[0\]\.counter$/, reference: 2, candidate: 1 }],
  },
  {
    scenarios: [`${both}/passkey-replay/{second-credential-with-old-cookie,challenge-of-signed-in-used-signed-out,sign-out-then-finish-adding}`],
    why: "the challenge is refused before the account is looked at",
    only: [cleared(), { step: CALLBACK, path: /^body\.json\.url$/, reference: /signin\?error=AccountNotLinked$/, candidate: /error\?error=Configuration$/ }],
  },
  {
    scenarios: `${both}/passkey-replay/challenge-of-registration-for-sign-in`,
    why: "made for another ceremony",
    only: [...refused("Configuration"), ...nobody, nobodyNoted],
  },
  {
    scenarios: [`${both}/passkey-replay/{challenge-of-signed-out-used-signed-in,challenge-of-user-a-used-by-user-b}`, "database/passkey-replay/challenge-of-earlier-session-of-same-user"],
    why: "made for another session or user",
    only: [...refused("Configuration"), notStored("accounts[1]", "authenticators[1]", "accounts[2]", "authenticators[2]")],
  },
  {
    scenarios: `${both}/passkey-errors/authenticate-passkey-of-other-user-with-email`,
    why: "options made for one user's e-mail address sign no other user in",
    only: [...refused("WebAuthnVerificationError"), ...nobody, nobodyNoted],
  },
]

const policy = { elsewhere: /^http:\/\/app\.test:3000\/not-allowed\?why=policy$/, evil: /^http:\/\/app\.test:3000$/ }
const decisions = Object.entries(policy).map(([name, to]) => ({
  scenarios: `{callbacks,dbcallbacks}/callbacks/passkey-{register,authenticate}-${name}`,
  only: [
    { step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), candidate: to },
    { step: CALLBACK, path: any(`setCookie\\{${SESSION}\\}`), candidate: undefined },
    ...nobody, nobodyNoted, nothingStored,
    { step: /^result$/, path: /^value\.url$/, candidate: to },
    { step: /^cookies$/, path: /^value\[2\]$/, reference: "authjs.session-token", candidate: undefined },
  ],
}))

const expired = [{
  scenarios: "database/passkey/expired-database-session-still-seen-by-options",
  only: [
    { step: /^GET \S+action=register/, path: /^status$/, reference: 200, candidate: 400 },
    { step: /^GET \S+action=register/, path: any("setCookie\\{authjs\\.challenge\\}", "body\\.json\\.(action|options)"), candidate: undefined },
    { step: /^GET \S+action=register/, path: /^body\.json\.error$/, candidate: "Invalid request" },
  ],
}]

const existing = [
  {
    scenarios: `${both}/passkey/same-credential-registered-twice`,
    only: [cleared(), { step: CALLBACK, path: /^body\.json\.url$/, reference: /error\?error=Configuration$/, candidate: /signin\?error=AccountNotLinked$/ }, { step: /^result$/, path: /^value\.error$/, candidate: "AccountNotLinked" }, notStored("sessions[1]")],
  },
  { scenarios: "database/passkey-replay/attestation-with-old-cookie", only: [notStored("sessions[1]")] },
]

// What /csrf, /signin and the rest answer when the reference answers with an error.
const answered = [
  { path: /^status$/, reference: 500, candidate: 200 },
  { path: /^setCookie\{authjs\.(csrf-token|callback-url)\}$/, reference: undefined },
  { step: /^GET \S+\/session/, path: /^setCookie\{authjs\.(csrf-token|callback-url)\}$/, candidate: undefined },
  { path: /^body\.json\.message$/, candidate: undefined },
  { path: /^body\.json\.(csrfToken|passkey|credentials|email|mock|mock-oauth)$/, reference: undefined },
  { path: /^body\.order$/, candidate: "passkey, credentials, email, mock, mock-oauth" },
  { path: /^body\.json$/, candidate: null },
  { path: /^body\.html\.errorShown$/, reference: true, candidate: false },
  { path: /^body\.html\.forms\[[0-4]\]$/, reference: undefined },
]
const HOSTILE = "protocol-relative,backslash,newline,spaces,encoded-newline"
const UNPARSABLE = "not-a-url,bare-path,suffix"
const urls = [
  { scenarios: [`jwt/basics/callback-url-get-{javascript,data,${UNPARSABLE},tab-scheme}`, "jwt/basics/callback-url-cookie-{script,garbage}"], only: answered },
  { scenarios: `jwt/basics/callback-url-get-{${HOSTILE}}`, only: [{ path: /^setCookie\{authjs\.callback-url\}\.value$/, candidate: encodeURIComponent(ORIGIN) }] },
  { scenarios: "jwt/basics/callback-url-get-upper-case", only: [{ path: /^setCookie\{authjs\.callback-url\}\.value$/, candidate: encodeURIComponent(`${ORIGIN}/Up`) }] },
  {
    scenarios: `jwt/basics/callback-url-signout-{${HOSTILE},${UNPARSABLE}}`,
    only: [{ step: /^POST/, path: any("headers\\.location", "body\\.json\\.url"), candidate: ORIGIN }, { step: /^POST/, path: /^setCookie\{authjs\.callback-url\}$/, candidate: undefined }],
  },
  {
    scenarios: "jwt/edges/callback-url-*", why: "what another reader could take for another address becomes the public origin",
    only: [{ step: /^POST/, path: /^headers\.location$/, candidate: ORIGIN, each: true }, { step: /^POST/, path: /^setCookie\{authjs\.callback-url\}$/, candidate: undefined, each: true }],
  },
  {
    scenarios: "jwt/basics/callback-url-signout-upper-case", why: "scheme and host are written in lower case",
    only: [{ path: any("headers\\.location", "body\\.json\\.url"), candidate: `${ORIGIN}/Up` }, { path: /^setCookie\{authjs\.callback-url\}\.value$/, candidate: encodeURIComponent(`${ORIGIN}/Up`) }],
  },
  {
    scenarios: "jwt/basics/callback-url-signout-unicode",
    only: [{ path: any("headers\\.location", "body\\.json\\.url"), reference: /error=Configuration$|^$/, candidate: /\/p%C3%A4th\/%E5%B1%B1\?q=%C3%BC$/ }, { path: /^headers\.location$/, reference: undefined }, { path: /^setCookie\{authjs\.callback-url\}$/, reference: undefined }],
  },
  {
    scenarios: `${both}/https/callback-url-of-other-scheme`, why: "the default port is left out",
    only: [{ path: any("headers\\.location", "body\\.json\\.url", "value\\.url"), reference: "https://app.test:443/x", candidate: "https://app.test/x" }, { step: /^POST/, path: /^setCookie\{__Secure-authjs\.callback-url\}$/, candidate: undefined }],
  },
  {
    scenarios: `${both}/passkey/callback-url-at-passkey-callback`,
    only: [
      { step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), candidate: ORIGIN },
      { step: CALLBACK, path: any(`setCookie\\{${SESSION}\\}`, "setCookie\\{authjs\\.challenge\\}"), reference: undefined },
      { step: /^not a url$/, path: /^value\.error$/, reference: "Configuration" }, { step: /^not a url$/, path: /^value\.url$/, candidate: ORIGIN },
    ],
  },
  {
    scenarios: `${both}/email/link-bad-callback`,
    only: [
      { step: /^GET \S+\/callback\/email/, path: /^status$/, reference: 500, candidate: 302 },
      { step: /^GET \S+\/callback\/email/, path: any("headers\\.content-type", "body\\.json"), candidate: undefined },
      { step: /^GET \S+\/callback\/email/, path: any("body\\.text", "setCookie\\{authjs\\.(callback-url|session-token)\\}"), reference: undefined },
      { step: /^GET \S+\/callback\/email/, path: /^headers\.location$/, candidate: /^http:\/\/app\.test:3000(\/auth\/error\?error=Verification)?$/ },
      { step: /^db$/, path: any("value\\.(users|sessions)\\[0\\]"), reference: undefined }, notStored("verificationTokens[0]"),
    ],
  },
]

const wholeToken = [
  { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}\\.attributes\\.(Max-Age|Expires)`) },
  { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}\\.value`), reference: "", candidate: /"name":"Tess"/ },
  { step: /^GET \S+\/session/, path: /^body\.json$/, reference: null, candidate: /"email":"tess@example\.test"/ },
  { step: /^cookies$/, path: /^value\[\d\]$/ },
]
const chunks = [
  { scenarios: "jwt/session/stray-cookie-*", only: [...wholeToken, { path: /^setCookie\{authjs\.session-token[.-](x|other|-1|0\.0)\}$/, candidate: undefined }] },
  {
    scenarios: "jwt/edges/chunks-with-a-gap", why: "chunks are numbered from 0 without gaps",
    only: [
      { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}`, "setCookie\\{authjs\\.session-token\\.00\\}"), candidate: undefined },
      { step: /^GET/, path: /^body\.json$/, reference: /"email":"t@e\.test"/, candidate: null, each: true },
    ],
  },
]

const stored = [
  {
    scenarios: "database/credentials/database-strategy-gives-jwt-cookie", why: "alice is no stored user, so there can be no database session",
    only: [
      { step: /^POST \S+\/callback\/credentials/, path: any("headers\\.location", "setCookie\\{authjs\\.(callback-url|session-token)\\}"), candidate: undefined },
      { step: /^POST \S+\/callback\/credentials/, path: /^body\.json\.url$/, candidate: /error\?error=Configuration$/ },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}`), reference: CLEAR, candidate: undefined },
      ...told("Configuration"),
    ],
  },
  {
    scenarios: "{database,dbcallbacks}/credentials-stored/sign-in-and-out",
    only: [
      { step: /^POST \S+\/callback\/credentials/, path: any(`setCookie\\{${SESSION}\\}\\.value`), reference: /"enc":"A256CBC-HS512"/, candidate: "<session:2>" },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}\\.attributes\\.(Max-Age|Expires)`) },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}\\.value`), reference: "", candidate: "<session:2> kept" },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}`), reference: undefined, candidate: /<session:2> kept/ },
      { step: /^(GET \S+\/session|session$)/, path: any("body\\.json", "value"), reference: null, candidate: /"email":"row@example\.test"/ },
      { step: /^db$/, path: /^value\.sessions\[0\]$/, reference: undefined, candidate: /<session:2>/ },
      { step: /^POST \S+\/signout/, path: any(`setCookie\\{${SESSION}\\}`), reference: undefined, candidate: CLEAR },
    ],
  },
]

const oauth = [
  {
    scenarios: ["jwt/oauth/{mock,mock-oauth}-query-cannot-set-{redirect_uri,client_id,response_type}", "jwt/oauth/mock-oauth-query-cannot-set-nonce"],
    only: [{ step: /^POST/, path: /^headers\.location$/, reference: /evil\.example/, candidate: /^\{ISSUER\}\/authorize\?(?!.*evil)/ }],
  },
  {
    scenarios: ["jwt/oauth/{mock,mock-oauth}-query-cannot-set-{code_challenge,code_challenge_method}", "jwt/oauth/mock-query-cannot-set-nonce"], why: "the query does not even move the parameter",
    only: [{ step: /^POST/, path: /^headers\.location$/, candidate: /callback%2Fmock(-oauth)?&state=<random>&code_challenge=<random>&code_challenge_method=S256(&nonce=<random>&scope=openid\+profile\+email)?$/ }],
  },
  {
    scenarios: "jwt/oauth/mock-provider-bad_sig",
    only: [
      { step: /^GET \S+\/callback\/mock/, path: /^headers\.location$/, candidate: /error\?error=Configuration$/ },
      { step: /^GET \S+\/callback\/mock/, path: any("setCookie\\{authjs\\.(state|nonce|pkce\\.code_verifier|session-token)\\}"), candidate: undefined },
      ...nobody, nobodyNoted, nothingStored, { step: /^cookies$/, path: /^value\[\d\]$/ },
    ],
  },
]

const ELSEWHERE = "cross-origin,same-host-other-port,same-host-https,userinfo,default-port,upper-case"
const form = (candidate = /^https?:\/\/(app\.test:3000|public\.example\.test)($|\/)/) => ({ step: /^GET \S+\/signin/, path: /^body\.html\.forms\[[34]\]\.inputs\[1\]\.value$/, candidate })
const pages = [
  { scenarios: `jwt/basics/callback-url-get-{${ELSEWHERE},${HOSTILE}}`, why: "the forms hold the callback URL as it will be used", only: [form()] },
  { scenarios: "jwt/pages/signin-page-query-overrides-form-values", only: [form(ORIGIN), { path: /^body\.html\.forms\[[0-4]\]\.inputs\[0\]\.value$/, reference: "planted", candidate: /^<csrf:\d>$/ }] },
  {
    scenarios: "jwt/edges/sign-in-page-with-two-errors", why: "the first error is shown, whatever follows",
    only: [{ path: /^body\.html\.errorShown$/, each: true }],
  },
  {
    scenarios: "jwt/pages/signin-page-query-providers",
    only: [
      { path: /^status$/, reference: 302, candidate: 200 }, { path: /^headers\.location$/, candidate: undefined }, { path: /^headers\.content-type$/, candidate: "text/html" },
      { path: /^setCookie\{authjs\.(csrf-token|callback-url)\}$/, reference: undefined }, { path: /^body\.text$/, candidate: undefined }, { path: /^body\.html$/, reference: undefined },
    ],
  },
]

const rotation = [
  { scenarios: "database/passkey/{add-second-passkey-signed-in,sign-in-again-while-signed-in,counter-sequence,callback-url-at-passkey-callback}", only: [replaced(CALLBACK)] },
  { scenarios: "database/oauth/{mock,mock-oauth}-link-{while-signed-in,account-of-same-user-again}", only: [replaced(/^GET \S+\/callback\/mock/)] },
  { scenarios: "database/oauth/passkey-added-to-account-of-provider", only: [replaced(CALLBACK)] },
  { scenarios: "dbformpost/form-post/while-somebody-else-is-signed-in", only: [notStored("sessions[1]"), { step: /^db/, path: /^value\.sessions\[0\]\.(userId|sessionToken)$/ }] },
  { scenarios: "database/email/while-signed-in-as-other", only: [notStored("sessions[1]"), { step: /^db$/, path: /^value\.sessions\[0\]\.userId$/, reference: "<uuid:1>", candidate: "<uuid:2>" }] },
]

const handles = [
  {
    scenarios: `${both}/passkey/es256-signature-with-leading-zero`, why: "the JavaScript verifier refuses a short r or s",
    only: [
      { step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), candidate: `${ORIGIN}/dashboard` },
      { step: CALLBACK, path: any(`setCookie\\{${SESSION}\\}`, "setCookie\\{authjs\\.challenge\\}"), reference: undefined },
      { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}`), reference: undefined },
      { step: /^GET \S+\/session/, path: /^body\.json$/, reference: null, candidate: /"email":"pk@example\.test"/ },
      { step: /^result$/, path: /^value\.error$/, reference: "WebAuthnVerificationError" }, { step: /^result$/, path: /^value\.url$/, candidate: `${ORIGIN}/dashboard` },
    ],
  },
]

const addressless = [{
  scenarios: ["jwt/passkey/add-passkey-session-user-without-email", "jwt/session/token-{only-sub,null-claims}"],
  only: [
    { step: /^GET \S+action=register/, path: /^status$/, reference: 302, candidate: 400 },
    { step: /^GET \S+action=register/, path: any("headers\\.location", "body\\.text"), candidate: undefined },
    { step: /^GET \S+action=register/, path: /^headers\.content-type$/, candidate: "application/json" },
    { step: /^GET \S+action=register/, path: /^body\.json$/, candidate: { error: "Invalid request" } },
  ],
}]

const UNKNOWN = /error\?error=WebAuthnVerificationError&code=unknown_credential$/
const unknownPasskey = [{
  scenarios: [`${both}/passkey-errors/authenticate-unknown-credential`, `${both}/passkey/{user-row-gone,account-row-gone}`],
  only: [
    { step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), reference: /error=Configuration$/, candidate: UNKNOWN },
    { step: /^(result|sign-in)$/, path: /^value\.error$/, reference: "Configuration", candidate: "WebAuthnVerificationError" }, { step: /^(result|sign-in)$/, path: /^value\.code$/, candidate: "unknown_credential" },
  ],
}]
const secondUse = [
  { scenarios: ["{jwt,database,basepath,pages,rotated,dbshort}/email/full-flow-new-user", "{basepath,authurl,pages,rotated}/variants/email-sign-in"], only: [{ step: /^GET \S+\/callback\/email/, path: /^headers\.location$/, reference: /error=Verification$/, candidate: /\/inbox(\?x=1)?$/ }] },
]
const verifiedBy = [{
  scenarios: [
    "{jwt,database,dbcallbacks}/credentials-stored/sign-in-and-out", `${both}/oauth/same-person-by-both-providers`, "{jwt,database}/oauth/passkey-added-to-account-of-provider",
    `${both}/oauth/{mock,mock-oauth}-{new-user,known-user,link-account-of-same-user-again,account-of-another-user-while-signed-in,callback-replayed,profile-updates-nothing-stored}`,
    "jwt/oauth/mock-oauth-provider-{bad_nonce,no_nonce,bad_sig,no_id_token}",
    "{formpost,dbformpost}/form-post/{new-user,new-user-with-name,known-user,while-somebody-else-is-signed-in,replayed}",
    "formpost/form-post/{answer-no-fetch-metadata,answer-origin-null,answer-same-site,answer-return-redirect-header,not-as-a-form-post}",
  ],
  only: [{ step: /^db/, path: /^value\.users\[\d\]\.emailVerified$/, reference: null, candidate: /^<iso now/ }],
}]
const olderTab = [{
  scenarios: [`${both}/oauth/{mock-callback-replayed,mock-oauth-callback-replayed,two-flows-in-one-browser}`, "{formpost,dbformpost}/form-post/replayed", "formpost/form-post/state-of-other-provider"],
  only: [{ step: /\/callback\//, path: /^headers\.location$/, reference: /error\?error=Configuration$/, candidate: /signin\?error=OAuthCallbackError$/ }],
}]
const CSRF = "setCookie\\{(?:__Host-|__Secure-)?authjs\\.csrf-token\\}"
const scopes = [
  { scenarios: "jwt/basics/cookie-header-odd-syntax", why: "of two CSRF cookies the one that opens counts", only: [{ step: /^POST/, path: any(CSRF, "setCookie\\{authjs\\.callback-url\\}"), reference: undefined }, { step: /^POST/, path: /^headers\.location$/, reference: /error=MissingCSRF$/, candidate: ORIGIN }] },
  { scenarios: `${both}/https/csrf-cookie-without-host-prefix`, why: "cookies under a former name are expired", only: [{ step: /^POST/, path: any(CSRF, "setCookie\\{authjs\\.callback-url\\}"), reference: undefined, candidate: CLEAR }] },
  { scenarios: "jwt/https/token-without-secure-prefix-is-no-session", why: "cookies under a former name are expired", only: [{ step: /^GET/, path: /^setCookie\{authjs\.session-token\}$/, reference: undefined, candidate: CLEAR }] },
  { scenarios: "jwt/edges/two-session-cookies-that-agree", why: "the same value twice is one value", only: [{ step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.(attributes\\.(Max-Age|Expires)|value)`) }, { step: /^GET/, path: /^body\.json$/, reference: null, candidate: /"email":"t@e\.test"/ }] },
]
const noUser = [{
  scenarios: "jwt/session/token-minimal", why: "a session token names its user",
  only: [{ step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.(attributes\\.(Max-Age|Expires)|value)`) }, { step: /^GET/, path: /^body\.json$/, candidate: null }, { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}`), candidate: undefined }, { step: /^cookies$/, path: /^value\[\d\]$/ }],
}]
const roomy = [{
  scenarios: "callbacks/session/update-grows-into-chunks-and-shrinks",
  only: [{ step: /^(POST|GET) \S+\/session/, path: any("setCookie\\{authjs\\.session-token(?:\\.\\d)?\\}.*", "setCookie\\{joined chunks\\}", "setCookie\\.order", "body\\.json\\.user") }, { step: /^cookies$/, path: /^value/ }],
}]
const capitals = {
  scenarios: `${both}/edges/options-for-every-address`,
  only: [
    { path: /^body\.json\.options\.challenge$/ }, // their numbers: fewer are made
    { step: /email=no-at|action=register&email=KNOWN/, path: /^status$/, reference: 200, candidate: 400 }, { step: /email=no-at|action=register&email=KNOWN/, path: any("setCookie\\{authjs\\.challenge\\}", "body\\.json\\.(action|options)"), candidate: undefined },
    { step: /email=no-at|action=register&email=KNOWN/, path: /^body\.json\.error$/, candidate: "Invalid request" },
    { step: /email=KNOWN%40/, path: /^body\.json\.action$/, reference: "register", candidate: "authenticate" },
    { step: /email=KNOWN%40/, path: /^body\.json\.options\.(attestation|authenticatorSelection|excludeCredentials|extensions|pubKeyCredParams|rp|user)$/, candidate: undefined },
    { step: /email=KNOWN%40/, path: /^body\.json\.options\.(allowCredentials|rpId|userVerification)$/, reference: undefined },
  ],
}
const began = [
  { scenarios: "jwt/session/token-iat-in-future", why: "a session of another server counts from when its token was made", only: [{ step: /^GET/, path: /claims\.auth_time$/, reference: undefined }] },
  { scenarios: "jwt/edges/chunk-boundaries", why: "auth_time makes a token some bytes longer", only: [{ path: /^setCookie\{(authjs\.session-token(\.\d)?|joined chunks)\}/ }, { path: /^(value|setCookie\.order)/ }] },
]
// What a synced passkey signs counts for one of its devices alone.
const counters = [{
  scenarios: `${both}/passkey/counter-sequence`,
  only: [
    { step: CALLBACK, path: any("headers\\.location", "body\\.json\\.url"), candidate: `${ORIGIN}/dashboard` }, { step: CALLBACK, path: any(`setCookie\\{${SESSION}\\}`), reference: undefined },
    { step: /^counter (10|9|0)$/, path: /^value\.error$/, reference: "WebAuthnVerificationError" }, { step: /^counter (10|9|0)$/, path: /^value\.url$/, reference: null },
  ],
}]
const refusedRegistration = [...refused("WebAuthnVerificationError"), ...nobody, nobodyNoted, ...told("WebAuthnVerificationError"), nothingStored]
const strict = [
  {
    scenarios: "jwt/edges/dot-segments", why: "a path is taken as it was sent",
    only: [
      { step: /^GET/, path: /^status$/, reference: 200, candidate: 400, each: true }, { step: /^GET/, path: /^setCookie\{authjs\.(csrf-token|callback-url)\}$/, candidate: undefined },
      { step: /^GET/, path: /^body\.json$/, candidate: "Bad request.", each: true },
    ],
  },
  {
    scenarios: "jwt/edges/session-cookie-with-more-at-its-end", why: "base64url has nothing at its end",
    only: [
      { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.attributes\\.(Max-Age|Expires)`) }, { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.value`), candidate: "" },
      { step: /^GET/, path: /^body\.json$/, reference: /"email":"t@e\.test"/, candidate: null, each: true },
    ],
  },
  {
    scenarios: "jwt/edges/address-too-long-for-a-passkey", why: "an address has at most 254 bytes",
    only: [
      { step: /^GET/, path: /^status$/, reference: 200, candidate: 400, each: true }, { step: /^GET/, path: any("setCookie\\{authjs\\.challenge\\}", "body\\.json\\.(action|options)"), candidate: undefined },
      { step: /^GET/, path: /^body\.json\.error$/, candidate: "Invalid request", each: true },
    ],
  },
  {
    scenarios: "jwt/edges/address-refused-*", why: "what some mail server could read otherwise is no address",
    only: [
      { step: /sent/, path: /^headers\.location$/, candidate: undefined }, { step: /sent/, path: /^body\.json\.url$/, reference: /verify-request/, candidate: ERROR, each: true },
      { step: /^mails$/, path: /^value\[0\]$/, candidate: undefined, each: true },
    ],
  },
  { scenarios: `${both}/passkey-errors/register-id-15-bytes`, why: "a credential ID has at least 16 bytes", only: refusedRegistration },
  {
    scenarios: `${both}/passkey/register-variant-{short-id,client-data-extra}`, why: "a credential ID has at least 16 bytes; a ceremony in a frame of another site is refused",
    only: [...refusedRegistration, { step: /^GET \S+\/webauthn-options/, path: /^body\.json\.options\.allowCredentials$/, candidate: undefined }, { step: CALLBACK, path: /^body\.json\.url$/, candidate: UNKNOWN }, { step: /^sign-in$/, path: /^value\.error$/, candidate: "WebAuthnVerificationError" }, { step: /^sign-in$/, path: /^value\.code$/, candidate: "unknown_credential" },
      { step: /^POST \S+\/signout/, path: any(`setCookie\\{${SESSION}\\}`), candidate: undefined }, { step: /^POST \S+\/signout/, path: /^setCookie\{authjs\.callback-url\}$/, reference: undefined }],
  },
  { scenarios: `${both}/passkey-errors/{register,authenticate}-cross-origin`, why: "a ceremony in a frame of another site is refused", only: refusedRegistration },
  { scenarios: `${both}/passkey-errors/register-{cose-alg-of-other-type,cose-alg-rs1,truncated-1}`, why: "the key is broken, or of an algorithm that was not offered", only: refusedRegistration },
  {
    scenarios: "jwt/session/tampered-trailing-space", why: "base64url has no spaces",
    only: [
      { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.attributes\\.(Max-Age|Expires)`) }, { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}\\.value`), candidate: "" },
      { step: /^GET/, path: any(`setCookie\\{${SESSION}\\}`), candidate: undefined }, { step: /^GET/, path: /^body\.json$/, candidate: null }, { step: /^cookies$/, path: /^value\[\d\]$/ },
    ],
  },
]
const addresses = [
  {
    scenarios: "jwt/edges/passkey-for-address-with-{capitals,space-before,fullwidth-letter}",
    only: [
      { step: /^GET \S+\/webauthn-options/, path: /^body\.json\.options\.user\.(name|displayName)$/, candidate: "a@b.test", each: true },
      { step: any(".*/callback/passkey.*", "GET \\S+/session.*"), path: any(`setCookie\\{${SESSION}\\}\\.value\\.claims\\.email`, "body\\.json\\.user\\.email"), candidate: "a@b.test", each: true },
      { step: /^session$/, path: /^value\.user\.email$/, candidate: "a@b.test", each: true }, { step: /^db$/, path: /^value\.users\[0\]\.email$/, candidate: "a@b.test", each: true },
    ],
  },
  {
    scenarios: `${both}/passkey/options-matrix-signed-out`,
    only: [
      { step: /email=KNOWN@/, path: /^body\.json\.action$/, reference: "register", candidate: "authenticate", each: true },
      { step: /email=KNOWN@/, path: /^body\.json\.options\.(attestation|authenticatorSelection|excludeCredentials|extensions|pubKeyCredParams|rp|user)$/, candidate: undefined },
      { step: /email=KNOWN@/, path: /^body\.json\.options\.(allowCredentials|rpId|userVerification)$/, reference: undefined },
      { step: /no-at-sign|%22q%22/, path: /^status$/, reference: 200, candidate: 400, each: true },
      { step: /no-at-sign|%22q%22/, path: any("setCookie\\{authjs\\.challenge\\}", "body\\.json\\.(action|options)"), candidate: undefined },
      { step: /no-at-sign|%22q%22/, path: /^body\.json\.error$/, candidate: "Invalid request", each: true },
    ],
  },
]
const http = [{ scenarios: "jwt/edges/content-type-in-capitals", only: [{ step: /^POST/, path: /^headers\.location$/, reference: /error=MissingCSRF$/, candidate: ORIGIN, each: true }] }]
const kid = [{ scenarios: "rotated/session/rotated-secrets", only: wholeToken.map((r) => ({ ...r, step: r.step.source.startsWith("^GET") ? /second without kid/ : r.step })) }]

export default Object.entries({ 1: csrf, 2: [...challenges, ...afterOutage], 4: decisions, 5: expired, 6: existing, 7: outages, 8: urls, 9: chunks, 10: stored, 11: [...oauth, ...applePKCE], 12: pages, 13: headers, 14: rotation, 15: handles, 16: foreign, 17: addressless, 18: began, 19: secondUse, 22: unknownPasskey, 23: verifiedBy, 27: counters, 29: scopes, 31: olderTab, 32: roomy, strict, nouser: noUser, kid, http, limits, addresses: [...addresses, capitals], formpost: formPost })
  .flatMap(([difference, entries]) => entries.map(({ why, ...e }) => ({ ...e, difference: Number(difference) || difference, reason: why ?? DIFFERENCES[difference] })))
