"use client"

import { useState } from "react"
import type { Notice } from "@/components/message"

/** Calls a Go route that only a signed-in visitor may call, and shows its answer. */
export function ApiAnswer({ report }: { report: (notice: Notice | null) => void }) {
  const [answer, setAnswer] = useState<string | null>(null)

  async function ask() {
    try {
      const response = await fetch("/api/me", { cache: "no-store", headers: { Accept: "application/json" } })
      setAnswer(`${response.status} ${response.statusText}\n${pretty(await response.text())}`)
      report(null)
    } catch {
      setAnswer(null)
      report({ kind: "error", text: "The server could not be reached. Please try again in a moment." })
    }
  }

  return (
    <section className="card" aria-labelledby="api">
      <h2 id="api">Guarded Go route</h2>
      <p className="muted"><code>GET /api/me</code> answers only to a session that the server itself accepts.</p>
      <button className="button quiet" type="button" data-testid="call-me" onClick={ask}>Call /api/me</button>
      <pre className="json" data-testid="me-json" aria-label="Answer of /api/me" tabIndex={answer ? 0 : undefined} hidden={!answer}>{answer}</pre>
    </section>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
