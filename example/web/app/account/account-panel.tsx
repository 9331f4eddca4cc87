"use client"

import { useSession } from "next-auth/react"
import { useState } from "react"
import { Message, type Notice } from "@/components/message"
import { SessionSummary } from "@/components/session-summary"
import { SignOut } from "@/components/sign-out"
import { ApiAnswer } from "./api-answer"
import { NameForm } from "./name-form"
import { Passkeys } from "./passkeys"

export function AccountPanel() {
  const [notice, setNotice] = useState<Notice | null>(null)
  // The proxy let this visitor in, but the session can end while the page is
  // open, in another tab for instance.
  const { data: session } = useSession({
    required: true,
    onUnauthenticated: () => window.location.assign("/signin?callbackUrl=%2Faccount"),
  })

  return (
    <>
      <div className="page-head">
        <h1>Your account</h1>
        <SessionSummary />
      </div>
      <Message notice={notice} />
      {session ? (
        <div className="cards">
          <section className="card" aria-labelledby="profile">
            <h2 id="profile">Profile</h2>
            <dl className="facts">
              <dt>E-mail</dt>
              <dd>{session.user?.email ?? "none"}</dd>
              <dt>Name</dt>
              <dd>{session.user?.name ?? "none"}</dd>
              <dt>Signed in until</dt>
              <dd><time dateTime={session.expires}>{day(session.expires)}</time></dd>
            </dl>
            <SignOut />
          </section>
          <NameForm report={setNotice} />
          <Passkeys report={setNotice} />
          <ApiAnswer report={setNotice} />
        </div>
      ) : (
        <p className="muted">Loading your account…</p>
      )}
    </>
  )
}

function day(date: string): string {
  return new Date(date).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })
}
