// Says what was written to a database in words that do not depend on who wrote it: random values by
// their form, times by their form and by how far away they are, everything else as it is.
import { assert } from "./checks.mjs"

const FORMS = [
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "id"],
  [/^c[a-z0-9]{24}$/, "id"],
  [/^[0-9a-f]{64}$/, "64 hex digits"],
]
const TIMES = [
  // PostgreSQL leaves zeros at the end away.
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?$/, "YYYY-MM-DD hh:mm:ss[.mmm]", (s) => Date.parse(`${s.replace(" ", "T")}Z`)],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/, "YYYY-MM-DDThh:mm:ss.mmm+00:00", Date.parse],
  [/^integer \d{13}$/, "milliseconds", (s) => Number(s.slice(8))],
]
const LIFETIMES = { now: 0, "in a day": 86400_000, "in 30 days": 30 * 86400_000 }
const TOLERANCE = 15_000

function time(text) {
  for (const [form, name, parse] of TIMES) if (form.test(text)) {
    const away = parse(text) - Date.now()
    const near = Object.entries(LIFETIMES).find(([, ms]) => Math.abs(away - ms) < TOLERANCE)
    return `${name}, ${near?.[0] ?? `${Math.round(away / 1000)} s from now`}`
  }
  return `no known form of a time: ${text}`
}

function value(column, text, known) {
  if (text === null) return null
  if (known.has(text)) return known.get(text)
  if (["createdAt", "updatedAt", "expires", "emailVerified"].includes(column)) return time(text)
  for (const [form, name] of FORMS) if (form.test(text)) return name
  return text
}

// ginauth remembers used challenges beside the tokens of e-mail links, under names of its own.
const ownAffair = (row) => row.identifier?.startsWith("ginauth:")

/** The rows that are in `after` and not in `before`, described. */
export function describeRows(before, after, person) {
  const known = new Map([[person.email, "<e-mail>"]])
  for (const c of person.device.credentials) {
    known.set(Buffer.from(c.id).toString("base64"), "<credential ID, base64>")
    known.set(Buffer.from(c.cose).toString("base64"), "<public key, base64>")
  }
  const user = after.User.find((u) => u.email === person.email)
  if (user) known.set(user.id, "<user's id>")
  const out = {}
  for (const table of Object.keys(after)) {
    const old = new Set(before[table].map((r) => JSON.stringify(r)))
    out[table] = after[table].filter((r) => !old.has(JSON.stringify(r)) && !ownAffair(r))
      .map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, value(k, v, known)])))
  }
  assert.ok(Object.values(out).some((list) => list.length), "nothing was written")
  return out
}
