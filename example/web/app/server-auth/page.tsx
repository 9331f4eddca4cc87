import type { Metadata } from "next"
import { connection } from "next/server"
import { auth } from "@/lib/auth"

export const metadata: Metadata = { title: "auth()" }

const sentences = {
  authenticated: "Your cookie holds this session:",
  unauthenticated: "Your cookies hold no session that the server can open.",
  unavailable: "The backend keeps sessions in its database, so the cookie alone says nothing.",
}

export default async function ServerAuthPage() {
  await connection() // the strategy is known at run time only
  const usable = process.env.SESSION_STRATEGY !== "database"
  const session = usable ? await auth() : null
  const status = session ? "authenticated" : usable ? "unauthenticated" : "unavailable"
  return (
    <div className="page narrow">
      <div className="card">
        <h1>Server component with auth()</h1>
        <p className="muted">
          This page was put together on the server, which opened your cookie itself with the secret that it shares with
          the backend. Nobody was asked.
        </p>
        <p>{sentences[status]}</p>
        <pre className="json" data-testid="auth-session" data-status={status} aria-label="Session" tabIndex={0}>
          {JSON.stringify(session, null, 2)}
        </pre>
      </div>
    </div>
  )
}
