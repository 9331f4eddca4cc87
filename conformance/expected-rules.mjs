// What the lists of expected differences are made of.
export const ORIGIN = "http://app.test:3000"
export const CALLBACK = /^POST \S+\/callback\/passkey/
export const SESSION = "(?:__Secure-)?authjs\\.session-token"
export const CLEAR = /"Max-Age":"0".*"value":""/
export const any = (...paths) => new RegExp(`^(?:${paths.join("|")})$`)

// A failed attempt takes its challenge cookie with it.
export const cleared = (step = CALLBACK) => ({ step, path: /^setCookie\{(__Secure-)?authjs\.challenge\}$/, reference: undefined, candidate: CLEAR })

// The reference lets somebody in and ginauth does not: no redirect, no session, no rows, and `error`.
export const refused = (error, step = CALLBACK) => [
  { step, path: any("headers\\.location", `setCookie\\{${SESSION}\\}`, "setCookie\\{authjs\\.callback-url\\}"), candidate: undefined },
  { step, path: /^body\.json\.url$/, candidate: new RegExp(`/(error|signin)\\?error=${error}$`), reference: /^http:\/\/app\.test:3000(\/dashboard)?$/ },
]
export const nobody = [
  { step: /^GET \S+\/session/, path: any(`setCookie\\{${SESSION}\\}`), candidate: undefined },
  { step: /^GET \S+\/session/, path: /^body\.json$/, candidate: null },
]
export const nobodyNoted = { step: /^session$/, path: /^value$/, candidate: null }
export const told = (error, label = /^(result|sign-in)$/) => [{ step: label, path: /^value\.error$/, candidate: error }, { step: label, path: /^value\.url$/, candidate: null }]
export const nothingStored = { step: /^db$/, path: any("value\\.(users|accounts|authenticators)\\[0\\]", "value\\.sessions\\[[01]\\]"), candidate: undefined }
export const notStored = (...rows) => ({ step: /^db$/, path: any(...rows.map((r) => `value\\.${r.replace("[", "\\[").replace("]", "\\]")}`)), candidate: undefined })
export const replaced = (step) => ({ step, path: any(`setCookie\\{${SESSION}\\}\\.value`), reference: /^<session:\d+> kept$/, candidate: /^<session:\d+> replaced$/ })
export const both = "{jwt,database}"
