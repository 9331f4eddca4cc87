"use client"

import { useSession } from "next-auth/react"
import { useState, type FormEvent } from "react"
import type { Notice } from "@/components/message"

export function NameForm({ report }: { report: (notice: Notice | null) => void }) {
  const { data: session, update } = useSession()
  const [busy, setBusy] = useState(false)

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get("name")).trim()
    setBusy(true)
    report({ kind: "info", text: "Saving…" })
    const updated = await update({ name })
    setBusy(false)
    // What an update may change is for the backend to decide, so believe the
    // session that came back and not the one that was asked for.
    if (!updated) report({ kind: "error", text: "Your name could not be saved. Please try again." })
    else if (updated.user?.name !== name) report({ kind: "error", text: "The server kept the name as it was." })
    else report({ kind: "success", text: `Saved. You are now ${name}.` })
  }

  return (
    <section className="card" aria-labelledby="name-title">
      <h2 id="name-title">Display name</h2>
      <p className="muted">What this app calls you.</p>
      <form className="stack" onSubmit={save} aria-busy={busy}>
        <div className="field">
          <label htmlFor="display-name">Name</label>
          <input id="display-name" name="name" type="text" required maxLength={80} autoComplete="name"
            defaultValue={session?.user?.name ?? ""} data-testid="display-name" />
        </div>
        <button className="button" type="submit" disabled={busy} data-testid="save-name">Save name</button>
      </form>
    </section>
  )
}
