// The headers that harden an answer (difference 13): what Go's server sends beyond Auth.js, exactly.
export const ALWAYS = {
  "cache-control": "private, no-cache, no-store",
  "pragma": "no-cache",
  "expires": "0",
  "vary": "Cookie",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
}

// Without form-action: Chromium applies it to the redirect after the post, so it would bar the way to an OAuth provider.
export const PAGE = {
  "content-security-policy": "default-src 'none'; script-src 'nonce-<random>'; style-src 'nonce-<random>'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "publickey-credentials-get=(self), publickey-credentials-create=(self)",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
}

/** The names of all of them, and of one that an application may add. */
export const HARDENING = new Set([...Object.keys(ALWAYS), ...Object.keys(PAGE), "clear-site-data"])

/** What an answer, as the transcript shows it, lacks or has too much of; undefined when all is well. */
export function unhardened({ headers }) {
  const page = headers["content-type"]?.startsWith("text/html")
  const wanted = { ...ALWAYS, ...(page && PAGE) }
  const list = Object.entries(wanted).filter(([k, v]) => headers[k] !== v).map(([k]) => `${k}: ${headers[k] ?? "(absent)"}`)
  for (const k of Object.keys(headers)) if (!(k in wanted) && (HARDENING.has(k) || k.startsWith("access-control-") || k === "x-powered-by")) list.push(`${k}: ${headers[k]} (not here)`)
  return list.length ? list : undefined
}
