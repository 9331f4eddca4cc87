"use client"

import { signOut } from "next-auth/react"
import { useState } from "react"

export function SignOut() {
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle")
  async function leave() {
    setState("busy")
    try {
      await signOut({ redirectTo: "/" })
    } catch {
      setState("failed")
    }
  }
  return (
    <div className="sign-out">
      <button className="button quiet" type="button" data-testid="signout" disabled={state === "busy"} onClick={leave}>
        {state === "busy" ? "Signing out…" : "Sign out"}
      </button>
      {state === "failed" && <p role="alert">That did not work: you are still signed in. Please try again.</p>}
    </div>
  )
}
