"use client"

import { useSession } from "next-auth/react"

const words = { authenticated: "Signed in", unauthenticated: "Signed out", loading: "Checking…" }

/** Whether a user is signed in, and who. */
export function SessionSummary() {
  const { data: session, status } = useSession()
  // While update() runs, the status is "loading" though the session is known.
  const shown = session ? "authenticated" : status
  return (
    <div className="summary">
      <span className="pill" data-testid="session-status" data-status={shown}>{words[shown]}</span>
      {session && (
        <span className="summary-user" data-testid="session-user">{session.user?.name || session.user?.email}</span>
      )}
    </div>
  )
}
