// Which differences from the reference are meant, and exactly where. expected-differences.mjs has the list.
import EXPECTED from "./expected-differences.mjs"

const escape = (s) => s.replace(/[.+?^${}()|[\]\\]/g, "\\$&")

/** `*` is any text, `{a,b}` one of several. */
export function glob(pattern) {
  const parts = pattern.split(/(\*|\{[^}]*\})/).map((p) => (p === "*" ? ".*" : p.startsWith("{") ? `(?:${p.slice(1, -1).split(",").map((s) => escape(s).replaceAll("*", ".*")).join("|")})` : escape(p)))
  return new RegExp(`^${parts.join("")}$`)
}

const same = (wanted, value) => (wanted instanceof RegExp ? wanted.test(typeof value === "string" ? value : JSON.stringify(value) ?? "undefined") : JSON.stringify(wanted) === JSON.stringify(value))

/** Whether `rule` allows the difference `d` at a step whose request or note is `title`. */
function allows(rule, title, d) {
  const where = /^\[\d+\]\.?(.*)$/.exec(d.path)?.[1] ?? d.path
  return (!rule.step || rule.step.test(title)) && rule.path.test(where) &&
    (!("candidate" in rule) || same(rule.candidate, d.candidate)) && (!("reference" in rule) || same(rule.reference, d.reference))
}

export class Expectations {
  constructor(list = EXPECTED) {
    this.entries = list.map((e) => ({ ...e, globs: [].concat(e.scenarios).map(glob), met: new Set() }))
    this.used = new Set()
  }

  /**
   * Sorts the differences of one scenario: `unexpected` ones, `stale` entries
   * (listed for this scenario, but it does not differ that way any more), and
   * the `numbers` of protocol.md 11 that explain the rest. `titles` are those of all steps: a rule with
   * `each` must have met a difference at each step that it is for, else its entry is stale as well.
   */
  judge(id, differences, titleOf, titles = []) {
    const entries = this.entries.filter((e) => e.globs.some((g) => g.test(id)))
    const hit = new Set()
    const at = new Map()
    const index = (d) => Number(/^\[(\d+)\]/.exec(d.path)?.[1])
    const unexpected = differences.filter((d) => {
      let covered = false
      for (const e of entries) for (const rule of e.only) if (allows(rule, titleOf(d), d)) { covered = true; hit.add(e); this.used.add(rule); at.set(rule, (at.get(rule) ?? new Set()).add(index(d))) }
      return !covered
    })
    for (const e of entries) for (const [i, g] of e.globs.entries()) if (g.test(id)) e.met.add(i)
    const lapsed = (e) => e.only.some((rule) => rule.each && titles.some((title, i) => (!rule.step || rule.step.test(title)) && !at.get(rule)?.has(i)))
    return { unexpected, stale: entries.filter((e) => !hit.has(e) || lapsed(e)), numbers: [...new Set([...hit].map((e) => e.difference))].sort((a, b) => String(a).localeCompare(String(b), "en", { numeric: true })) }
  }

  /** What a run of every scenario never needed: patterns without a scenario and rules without a difference. */
  leftovers() {
    return this.entries.flatMap((e) => [
      ...[].concat(e.scenarios).filter((_, i) => !e.met.has(i)).map((s) => `#${e.difference}: no scenario is called ${s}`),
      ...e.only.filter((r) => !this.used.has(r)).map((r) => `#${e.difference} ${[].concat(e.scenarios)[0]}: rule ${r.step ?? ""} ${r.path} met no difference`),
    ])
  }
}
