"use client"

import { browserSupportsWebAuthn } from "@simplewebauthn/browser"
import { useSession } from "next-auth/react"
import { signIn } from "next-auth/webauthn"
import { useState, type FormEvent } from "react"
import { PasskeyIcon } from "@/components/icons"
import { Message, type Notice } from "@/components/message"
import { SessionSummary } from "@/components/session-summary"
import { messageForCeremony, messageForCode } from "@/lib/messages"

type Props = { callbackUrl: string; initial: Notice | null }

export function SignInForm({ callbackUrl, initial }: Props) {
  const { data: session } = useSession()
  const [notice, setNotice] = useState(initial)
  const [busy, setBusy] = useState(false)

  async function run(options: { email?: string; action?: "authenticate" }) {
    if (!browserSupportsWebAuthn()) {
      setNotice({ kind: "error", text: "This browser cannot use passkeys. Open this page in a current one." })
      return
    }
    setBusy(true)
    setNotice({ kind: "info", text: "Follow the prompt of your device…" })
    try {
      const result = await signIn("passkey", { ...options, redirectTo: callbackUrl, redirect: false })
      if (result?.url) {
        // The backend has checked this address. Loading it anew lets every
        // guard and every server component see the new session.
        window.location.assign(result.url)
        return
      }
      setNotice({ kind: "error", text: messageForCode(result?.error ?? "", result?.code) })
    } catch (error) {
      setNotice({ kind: "error", text: messageForCeremony(error) })
    }
    setBusy(false)
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get("email")).trim()
    // Without an action the backend decides by the address: it asks for a
    // passkey of the account, or makes an account.
    void run({ email })
  }

  return (
    <>
      {session && (
        <div className="signed-in">
          <SessionSummary />
          <a className="button small quiet" href={localPath(callbackUrl)}>Continue</a>
        </div>
      )}
      <Message notice={notice} />
      <form className="stack" onSubmit={submit} aria-busy={busy}>
        <div className="field">
          <label htmlFor="email">E-mail address</label>
          <input id="email" name="email" type="email" required maxLength={254} autoComplete="email" inputMode="email"
            spellCheck={false} placeholder="you@example.com" data-testid="email" />
        </div>
        <button className="button wide" type="submit" disabled={busy} data-testid="continue">Continue with passkey</button>
      </form>
      <div className="divider"><span>or</span></div>
      <button className="button quiet wide" type="button" disabled={busy} data-testid="usernameless"
        onClick={() => run({ action: "authenticate" })}>
        <PasskeyIcon /> Sign in with a saved passkey
      </button>
    </>
  )
}

/** The part of an address that is ours to link to; "/" when it is elsewhere. */
function localPath(address: string): string {
  if (!URL.canParse(address, window.location.origin)) return "/"
  const url = new URL(address, window.location.origin)
  return url.origin === window.location.origin ? url.pathname + url.search + url.hash : "/"
}
