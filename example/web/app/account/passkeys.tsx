"use client"

import { signIn } from "next-auth/webauthn"
import { useCallback, useEffect, useState } from "react"
import { PasskeyIcon } from "@/components/icons"
import type { Notice } from "@/components/message"
import { messageForCeremony, messageForCode, messageForRemoval } from "@/lib/messages"

type Passkey = { id: string; synced: boolean; transports: string[] | null }

/** The passkeys of the account, with the means to add one and to remove one that was lost. */
export function Passkeys({ report }: { report: (notice: Notice | null) => void }) {
  const [list, setList] = useState<Passkey[] | null>(null)
  const [busy, setBusy] = useState(false)

  const load = useCallback(async () => {
    try {
      const response = await fetch("/api/passkeys", { cache: "no-store" })
      if (response.ok) setList(await response.json())
    } catch {
      // The list stays as it is; adding and removing say what is wrong.
    }
  }, [])
  useEffect(() => void load(), [load])

  async function add() {
    setBusy(true)
    report({ kind: "info", text: "Follow the prompt of your device…" })
    try {
      // A registration by a signed-in user adds to their account.
      const result = await signIn("passkey", { action: "register", redirect: false })
      if (result?.url) report({ kind: "success", text: "Passkey added. You can sign in with it from now on." })
      else report({ kind: "error", text: messageForCode(result?.error ?? "", result?.code) })
    } catch (error) {
      report({ kind: "error", text: messageForCeremony(error) })
    }
    await load()
    setBusy(false)
  }

  async function remove(passkey: Passkey) {
    if (!window.confirm(`Remove ${name(passkey)}? It will not sign you in any more.`)) return
    setBusy(true)
    try {
      const response = await fetch(`/api/passkeys/${passkey.id}`, { method: "DELETE" })
      if (response.ok) report({ kind: "success", text: "Passkey removed." })
      else report({ kind: "error", text: messageForRemoval((await response.json()).error) })
    } catch {
      report({ kind: "error", text: messageForRemoval("") })
    }
    await load()
    setBusy(false)
  }

  return (
    <section className="card" aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className="muted">Add one on another device or on a security key, so that losing one does not lock you out.</p>
      {list && list.length > 0 && (
        <ul className="passkeys" aria-label="Your passkeys">
          {list.map((passkey) => (
            <li key={passkey.id} data-testid="passkey">
              <span>{name(passkey)}</span>
              <button className="button quiet" type="button" disabled={busy} data-testid="remove-passkey" aria-label={`Remove ${name(passkey)}`} onClick={() => remove(passkey)}>
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <button className="button" type="button" disabled={busy} data-testid="add-passkey" onClick={add}>
        <PasskeyIcon /> Add another passkey
      </button>
    </section>
  )
}

/** Words for a passkey: the database of Auth.js keeps no name, so its ID tells two of a kind apart. */
function name({ id, synced, transports }: Passkey): string {
  const kind = synced ? "Synced passkey" : transports?.some((t) => t === "usb" || t === "nfc") ? "Security key" : "Passkey of one device"
  return `${kind} ${id.slice(0, 6)}`
}
