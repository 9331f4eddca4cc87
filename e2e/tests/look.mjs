import { mkdir } from "node:fs/promises"
import { join } from "node:path"

const folder = join(import.meta.dirname, "../screenshots")
const sizes = { wide: { width: 1100, height: 760 }, phone: { width: 360, height: 740 } }

/** Takes pictures of every page for a person to look at, and checks that a phone has no need to scroll sideways. */
export const look = Object.fromEntries(
  ["light", "dark"].map((scheme) => [`pictures, ${scheme}`, (v) => pictures(v, scheme)]),
)

async function pictures(v, scheme) {
  const auth = v.stack.basePath
  v.expected.push(/status of 403/)
  await mkdir(folder, { recursive: true })
  await v.page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" })
  const take = (name) => picture(v.page, name, scheme)

  await v.goto("/")
  await v.signedOut()
  await take("home, signed out")
  await v.goto("/signin")
  await take("sign in")
  await v.goto("/signin?error=AccountNotLinked")
  await take("sign in, error")
  await v.goto(auth + "/signin")
  await take("built-in sign in")
  await v.goto(auth + "/signin?error=AccountNotLinked")
  await take("built-in sign in, error")
  await v.goto(auth + "/verify-request")
  await take("built-in verify request")
  await v.goto(auth + "/error?error=AccessDenied")
  await take("built-in error")
  await v.goto("/dev/mail")
  await take("caught mail")
  await v.signUp()
  await v.at("call-me").click()
  await v.shows("me-json", "200 OK")
  await take("account")
  await v.goto("/")
  await v.signedIn()
  await take("home, signed in")
  await v.goto("/server")
  await take("server component")
  await v.goto("/server-auth")
  await take("server component, auth")
  await v.goto(auth + "/signout")
  await take("built-in sign out")
}

async function picture(page, name, scheme) {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport)
    await page.screenshot({ path: join(folder, `${name}, ${scheme}, ${size}.png`.replace(/[ ,]+/g, "-")), fullPage: true })
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (excess > 0) throw new Error(`${name}, ${size}: ${excess} px too wide`)
  }
}
