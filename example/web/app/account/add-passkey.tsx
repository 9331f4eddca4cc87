"use client"

import { signIn } from "next-auth/webauthn"
import { useState } from "react"
import { PasskeyIcon } from "@/components/icons"
import type { Notice } from "@/components/message"
import { messageForCeremony, messageForCode } from "@/lib/messages"

export function AddPasskey({ report }: { report: (notice: Notice | null) => void }) {
  const [busy, setBusy] = useState(false)

  async function add() {
    setBusy(true)
    report({ kind: "info", text: "Follow the prompt of your device…" })
    try {
      // A registration by somebody who is signed in adds to their account.
      const result = await signIn("passkey", { action: "register", redirect: false })
      if (result?.url) report({ kind: "success", text: "Passkey added. You can sign in with it from now on." })
      else report({ kind: "error", text: messageForCode(result?.error ?? "") })
    } catch (error) {
      report({ kind: "error", text: messageForCeremony(error) })
    }
    setBusy(false)
  }

  return (
    <section className="card" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className="muted">Add one on another device or on a security key, so that losing one does not lock you out.</p>
      <button className="button" type="button" disabled={busy} data-testid="add-passkey" onClick={add}>
        <PasskeyIcon /> Add another passkey
      </button>
    </section>
  )
}
