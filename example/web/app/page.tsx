"use client"

import Link from "next/link"
import { useSession } from "next-auth/react"
import { PasskeyIcon } from "@/components/icons"
import { SessionSummary } from "@/components/session-summary"
import { SignOut } from "@/components/sign-out"

export default function Home() {
  const { data: session, status } = useSession()
  return (
    <div className="page">
      <section className="hero">
        <span className="hero-mark"><PasskeyIcon /></span>
        <h1 className="break">{session ? welcome(session.user?.name) : "Sign in without a password"}</h1>
        <p className="lead">
          A passkey opens with your fingerprint, your face or your PIN.
          There is nothing to remember, and no password that could be stolen.
        </p>
        <SessionSummary />
        <div className="actions">
          {session ? (
            <>
              <Link className="button" href="/account" prefetch={false}>Open your account</Link>
              <SignOut />
            </>
          ) : status === "unauthenticated" ? (
            <>
              <Link className="button" href="/signin">Sign in or sign up</Link>
              <Link className="button quiet" href="/account" prefetch={false}>See a guarded page</Link>
            </>
          ) : null}
        </div>
      </section>

      <section className="tiles" aria-label="What this example shows">
        <Link className="tile" href="/signin">
          <h2>Sign in</h2>
          <p>A page of this app that calls <code>next-auth/webauthn</code>.</p>
        </Link>
        <Link className="tile" href="/account" prefetch={false}>
          <h2>Account</h2>
          <p>Guarded before it renders. Rename yourself, add a passkey.</p>
        </Link>
        <Link className="tile" href="/server" prefetch={false}>
          <h2>Server component</h2>
          <p>The same session, asked for on the server.</p>
        </Link>
        <Link className="tile" href="/server-auth" prefetch={false}>
          <h2>Server component with auth()</h2>
          <p>The same session, read from the cookie by next-auth.</p>
        </Link>
      </section>
    </div>
  )
}

function welcome(name?: string | null): string {
  return name ? `Welcome back, ${name}` : "Welcome back"
}
