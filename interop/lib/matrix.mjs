// Writes MATRIX.md: what the last complete run has found.
import fs from "node:fs"
import { results } from "./checks.mjs"
import { kindOf, schemas, serverVersions } from "./databases.mjs"

const root = new URL("../", import.meta.url)
const dependencies = () => JSON.parse(fs.readFileSync(new URL("package.json", root), "utf8")).dependencies

const unique = (list) => [...new Set(list)]
const table = (head, rows) => [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows.map((r) => `| ${r.join(" | ")} |`)].join("\n")

/** "12 of 12", with whatever was refused on both sides counted as passed: the notes say it. */
function score(list) {
  if (!list.length) return "–"
  const ok = list.filter((r) => r.ok).length
  return ok === list.length ? `${ok} of ${ok}` : `**${ok} of ${list.length}**`
}

const yes = (list) => (!list.length ? "–" : list.every((r) => r.ok) ? "yes" : "**NO**")

function pairsSection() {
  const columns = ["start", "ginauth → Auth.js", "Auth.js → ginauth", "rows"]
  const rows = []
  for (const schema of Object.keys(schemas)) for (const strategy of ["database", "jwt"])
    rows.push([schema, kindOf(schema), strategy, ...columns.map((c) => score(results.filter((r) => r.schema === schema && r.strategy === strategy && r.column === c)))])
  const order = Object.keys(schemas)
  const notes = results.filter((r) => r.schema && r.note).sort((a, b) => a.name.split(": ").slice(1).join() < b.name.split(": ").slice(1).join() ? -1 : 1)
  const lines = unique(notes.map((r) => r.name.replace(/^\S+ \S+: /, "") + ": " + r.note)).map((line) => {
    const where = unique(notes.filter((r) => `${r.name.replace(/^\S+ \S+: /, "")}: ${r.note}` === line).map((r) => r.schema)).sort((a, b) => order.indexOf(a) - order.indexOf(b))
    return `- ${line} (${where.join(", ")})`
  })
  return [table(["schema", "database", "sessions", "starts, alters nothing", "ginauth → Auth.js", "Auth.js → ginauth", "rows are the same"], rows), "", "Checks that assert a refusal:", "", ...lines].join("\n")
}

function librarySection() {
  const from = unique(results.filter((r) => r.from).map((r) => r.from))
  const columns = unique(results.filter((r) => r.from && r.column !== "registers").map((r) => r.column))
  return table(["registered at, with", "user handle", ...columns], from.map((f) => {
    const of = (c) => results.filter((r) => r.from === f && r.column === c)
    return [f, of("registers")[0]?.note ?? "**NO**", ...columns.map((c) => yes(of(c)))]
  }))
}

function v4Section() {
  const columns = ["as it is, Auth.js", "as it is, ginauth", "as it is, ginauth with AcceptV4", "with the header, Auth.js", "with the header, ginauth"]
  const calls = unique(results.filter((r) => r.v4).map((r) => r.v4))
  return table(["call", ...columns], calls.map((call) => [call, ...columns.map((c) => {
    const r = results.find((x) => x.v4 === call && x.column === c)
    return r?.ok ? r.note : "**FAILED**"
  })]))
}

const list = (prefix) => results.filter((r) => r.name.startsWith(prefix)).map((r) => `- ${r.ok ? "" : "**FAILED** "}${r.name.slice(prefix.length)}${r.note ? ` — ${r.note}` : ""}`).join("\n")

export async function writeMatrix({ chromium, goVersion }) {
  const servers = await serverVersions()
  const versions = [
    ["Node.js", process.versions.node], ["Go", goVersion], ...Object.entries(servers), ["Chromium", chromium ?? "–"],
    ...Object.entries(dependencies()).map(([name, spec]) => (spec.startsWith("npm:") ? [spec.slice(4, spec.lastIndexOf("@")), spec.slice(spec.lastIndexOf("@") + 1)] : [name, spec])),
  ]
  const failed = results.filter((r) => !r.ok).length
  const text = `# What works with what

Written by \`npm test\` in this folder; do not edit. ${results.length - failed} checks passed, ${failed} failed.

## One database, two servers

Auth.js with its own adapter and ginauth's example server, at the same time on the same tables, with one
secret and one address. An arrow points from the server where something begins to the one where it goes on.
Both servers and the databases are in the time zone Asia/Kolkata.

${pairsSection()}

## Schemas that lack something

${list("broken: ")}

## Client libraries for passkeys

@simplewebauthn/browser by version, and the browser's own JSON functions. A row is where and with what a
passkey was made, a column where and with what it signs in. Every passkey is discoverable and signs in
without a user name.

${librarySection()}

## The client of next-auth 4

Version 4 asks for redirects as JSON with a field of the body, version 5 with the header
\`X-Auth-Return-Redirect\`. ginauth takes the field, too, with \`Cookies.AcceptV4\`. "With the header" is a page that adds it to its POST requests.

${v4Section()}

## The cookies of next-auth 4

${list("v4 cookies: ")}

## Cookies and tokens

${list("cookies: ")}

## Versions

${table(["", "version"], versions)}
`
  fs.writeFileSync(new URL("MATRIX.md", root), text)
}

