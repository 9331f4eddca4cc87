// Runs the checks, counts them and keeps what became of each for the matrix.
import assert from "node:assert/strict"

export const results = []
/**
 * One check. `where` goes to the matrix: {schema, strategy, column}. A check that the published
 * Auth.js fails as well, or that a schema forbids, says so in `note` and asserts just that.
 */
export async function check(name, fn, where = {}) {
  const started = performance.now()
  const result = { name, ...where, ok: true }
  try {
    const note = await fn()
    if (typeof note === "string") result.note = note
  } catch (e) {
    result.ok = false
    result.error = e
  }
  results.push(result)
  const ms = Math.round(performance.now() - started)
  if (!result.ok || process.env.INTEROP_VERBOSE) {
    console.log(`${result.ok ? "ok    " : "FAILED"} ${name} (${ms} ms)${result.note ? ` — ${result.note}` : ""}`)
    if (!result.ok) console.log(String(result.error?.stack ?? result.error).replace(/^/gm, "       "))
  }
  return result.ok
}

export { assert }
