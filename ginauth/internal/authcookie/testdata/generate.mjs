// Writes parse.json, serialize.json, escape.json and session.json: what the
// published @auth/core does with cookies. Run it again after an upgrade:
//   node testdata/generate.mjs DIR     DIR/node_modules has @auth/core
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const here = path.dirname(fileURLToPath(import.meta.url))
const core = path.join(path.resolve(process.argv[2] ?? path.join(here, "../../../../conformance")), "node_modules/@auth/core")
const load = (file) => import(pathToFileURL(path.join(core, file)))
const { parse, serialize } = await load("lib/vendored/cookie.js")
const { SessionStore } = await load("lib/utils/cookie.js")
const version = JSON.parse(fs.readFileSync(path.join(core, "package.json"), "utf8")).version

const write = (name, cases) => {
  const rows = cases.map((c) => "  " + JSON.stringify(c)).join(",\n")
  fs.writeFileSync(path.join(here, name), `{\n "made_by": "@auth/core ${version}",\n "cases": [\n${rows}\n ]\n}\n`)
  console.log(name, cases.length)
}
// A small fixed generator, so that the files are the same in every run.
let seed = 20250101
const random = (n) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0), (seed >>> 8) % n)

// ---- parse
const headers = [
  "", "=", "a", "a=", "=a", "==", "=;", ";=", ";", ";;", "a;", "a=;", "a=b", "a=b;", ";a=b", ";;a=b;;", "a=b;c=d", "a=b; c=d", "a=b ;c=d",
  "a =b", "a= b", " a = b ", "\ta\t=\tb\t", "a\n=b", "a=\u00a0b", "a=b c", "a b=c", "a=b\tc", "  =  ", " = x", "   ", "a=b=c", "a==b", "a=b==", "a;b=c", "a;b;c=d",
  "a=1;a=2", "a=;a=2", "a=1;a=", "a=1;A=2", "a=1; a =1", "a=1;b=2;a=3;b=4", "a=%31;a=1", "__proto__=x", "constructor=x; toString=y", "hasOwnProperty=1;__proto__=2;__proto__=3",
  'a="b"', 'a="b', 'a="b; c=d"', 'a=" b "', 'a=\\"b\\"', "a='b'", "a=b,c=d", "a=b, c=d", "a=%", "a=%%", "a=%2", "a=%zz", "a=%2z", "a=%z2", "a=%20", "a=%20b%20", "a= %20 ", "a=%09", "a=%3B%3D%2C",
  "a=%00", "a=%7F", "a=%80", "a=%BF", "a=%C3%A9", "a=%c3%a9", "a=%C3", "a=%C3%", "a=%C3%A", "a=%C3x", "a=%C3%41", "a=%A9%C3", "a=%C0%80", "a=%C1%BF", "a=%C2%80", "a=%DF%BF", "a=%E0%80%80", "a=%E0%9F%BF", "a=%E0%A0%80",
  "a=%ED%9F%BF", "a=%ED%A0%80", "a=%ED%BF%BF", "a=%EE%80%80", "a=%EF%BF%BD", "a=%EF%BF%BF", "a=%EF%BB%BF", "a=%F0%80%80%80", "a=%F0%8F%BF%BF", "a=%F0%90%80%80", "a=%F4%8F%BF%BF", "a=%F4%90%80%80", "a=%F5%80%80%80", "a=%F8%88%80%80%80", "a=%FE", "a=%FF", "a=%F0%9F%94%91",
  "a=%F0%9F%94", "a=%F0%9F%94%", "a=%F0%9F%94x", "a=ok%20ok%", "a=%25", "a=%2525", "a=%E2%98%83;b=%", "a=%u0041", "a=+", "a=a+b", "a=é", "é=a", "a=é%20", "a=%é", "a=%C3é", "a=🔑", "a=🔑%F0%9F%94%91", "a=山%",
  "%61=b", "a%3D=b", "$Version=1; a=b; $Path=/", "a=b; Path=/; HttpOnly", "a=b; Expires=Mon, 02 Jan 2006 15:04:05 GMT", "a={}", 'a={"x":1}', "a=[1]", "a=<b>", "a=(b)", "a=@b", "a/b=c", "a?b=c", "a:b=c",
  "authjs.session-token=x", "authjs.session-token.0=x; authjs.session-token.1=y", "__Secure-authjs.session-token=x;authjs.session-token=y", "__Host-authjs.csrf-token=t%7Ch", "authjs.csrf-token=t|h", "authjs.callback-url=http%3A%2F%2Flocalhost%3A3000%2Fa%3Fb%3Dc",
  "authjs.session-token=eyJh..a.b.c", "authjs.session-token =x", " authjs.session-token=x", "Authjs.session-token=x", "authjs.session-token=x; authjs.session-token=y", "authjs.session-token=; authjs.session-token=y", "authjs.session-token", "authjs.session-token;x=y",
  "a=b;\tc=d", "a=b;\nc=d", "a=b;\r\nc=d", "a=b\r", "a=\v", "\va=b", "a=\f", "a=\u0000", "a=b;c", "a=b;c;", "a=b;c;d=e", "a=b;;;;d=e", "a ; b = c ; d", "=a=b", "= ;a=b", "a=;b=;c=", "a=b;=", "a=b;=c;=d", "1=x;0=y;a=z;00=w",
  "x=" + "y".repeat(5000), "x".repeat(300) + "=y", Array.from({ length: 60 }, (_, i) => `n${i}=v${i}`).join("; "), Array.from({ length: 60 }, () => ";").join(""), Array.from({ length: 40 }, () => "x").join(";") + ";y=z",
]
const alphabet = ["a", "b", "=", ";", " ", "\t", "%", "2", "0", "C", "3", "A", "9", "é", '"', ",", ".", "; ", "=", "%C3%A9", "%E2%98%83"]
for (let i = 0; i < 80; i++) headers.push(Array.from({ length: 1 + random(24) }, () => alphabet[random(alphabet.length)]).join(""))
write("parse.json", headers.map((header) => ({ header, cookies: { ...parse(header) } })).map(({ header, cookies }) => ({ header, cookies: Object.entries(cookies) })))

// ---- escape
const texts = ["", "a", "azAZ09", "-_.!~*'()", "+/=", " ", "%", "|", "a|b", "http://localhost:3000/a?b=c&d=e#f", "\u0000\u001f\u007f", "é", "ÿ", "߿", "ࠀ", "山田太郎", "\ud7ff\ue000", "\uffff", "🔑", "\u{10ffff}", "\ufeff", "\u2028", '"\\,;', "[]{}<>@:$&^`", "a é b 🔑 c"]
write("escape.json", texts.map((text) => ({ text, encoded: encodeURIComponent(text) })))

// ---- serialize
const at = new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789))
const options = [
  {}, { path: "/" }, { httpOnly: true, sameSite: "lax", path: "/", secure: false }, { httpOnly: true, sameSite: "lax", path: "/", secure: true }, { maxAge: 0, path: "/" }, { maxAge: 900, expires: at, path: "/", httpOnly: true, sameSite: "lax" },
  { maxAge: -1 }, { expires: at }, { domain: "example.test", path: "/a b" }, { sameSite: "strict" }, { sameSite: "none", secure: true, partitioned: true },
  { maxAge: 1, domain: ".example.test", path: "/x", expires: at, httpOnly: true, secure: true, partitioned: true, sameSite: "none" }, { expires: new Date(0) }, { expires: new Date(Date.UTC(9999, 11, 31, 23, 59, 59)) },
]
write("serialize.json", options.flatMap((o) => ["", "v", "t|h", 'a;b="c",d é🔑'].map((value) => ({ name: "authjs.n", value, options: { ...o, expires: o.expires?.toISOString() }, header: serialize("authjs.n", value, o) }))))

// ---- what a session store answers to a request
const name = "authjs.session-token"
const big = (n, c = "x") => c.repeat(n)
const before = [
  "", `${name}=old`, `${name}=`, `other=1; ${name}=old; x=2`, `${name}.0=a; ${name}.1=b`, `${name}.1=b; ${name}.0=a`, `${name}.2=c; ${name}.0=a; ${name}.1=b`, `${name}.0=a; ${name}=old`, `${name}=old; ${name}.0=a; ${name}.1=b`,
  `${name}.3=d; ${name}.1=b`, `a=1; ${name}.10=k; ${name}.9=j; b=2`, `${name}.0=; ${name}.1=b`, Array.from({ length: 12 }, (_, i) => `${name}.${i}=${i}`).join("; "),
]
const after = ["", "new", big(3936), big(3937), big(7872), big(7873), big(12000)]
const sessions = []
for (const header of before) for (const value of after) {
  const store = new SessionStore({ name, options: {} }, parse(header), { debug() {} })
  sessions.push({ header, length: value.length, value: value.length < 10 ? value : value[0], set: store.chunk(value, {}).map((c) => ({ name: c.name, length: c.value.length, expires: c.options.maxAge === 0 })) })
}
write("session.json", sessions)
