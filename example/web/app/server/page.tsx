import type { Metadata } from "next"
import { currentSession } from "@/lib/session"

export const metadata: Metadata = { title: "Server component" }

const sentences = {
  authenticated: "The server knows you. This is the session it got for your cookie:",
  unauthenticated: "The server sees nobody signed in.",
  unavailable: "The sign-in service does not answer, so the server cannot tell who you are.",
}

export default async function ServerPage() {
  const state = await currentSession()
  const session = state.status === "authenticated" ? state.session : null
  return (
    <div className="page narrow">
      <div className="card">
        <h1>Server component</h1>
        <p className="muted">
          This page was put together on the server, which sent your cookie on to the backend. No script had a part in it.
        </p>
        <p>{sentences[state.status]}</p>
        <pre className="json" data-testid="server-session" data-status={state.status} aria-label="Session" tabIndex={0}>
          {JSON.stringify(session, null, 2)}
        </pre>
      </div>
    </div>
  )
}
