// Chromium with a passkey device that says yes to everything.
import { existsSync } from "node:fs"
import { chromium } from "playwright-core"

const candidates = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

export async function startChromium() {
  const executablePath = candidates.find((p) => p && existsSync(p))
  if (!executablePath) throw new Error("no Chromium found; set CHROMIUM_PATH")
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] })
}

/** Adds a device to a page; `only` leaves nothing but the given credential on it. */
export async function addDevice(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send("WebAuthn.enable")
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    async only(credential) {
      await cdp.send("WebAuthn.clearCredentials", { authenticatorId })
      if (credential) await cdp.send("WebAuthn.addCredential", { authenticatorId, credential })
    },
  }
}
