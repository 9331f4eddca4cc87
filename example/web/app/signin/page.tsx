import type { Metadata } from "next"
import { ShieldIcon } from "@/components/icons"
import { messageForCode } from "@/lib/messages"
import { SignInForm } from "./signin-form"

export const metadata: Metadata = { title: "Sign in" }

type Query = Promise<Record<string, string | string[] | undefined>>

export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const { error, code, callbackUrl } = await searchParams
  const target = typeof callbackUrl === "string" ? callbackUrl : "/"
  const builtIn = `${process.env.NEXT_PUBLIC_AUTH_BASE_PATH}/signin?${new URLSearchParams({ callbackUrl: target })}`
  return (
    <div className="page narrow">
      <div className="card">
        <h1>Sign in</h1>
        <p className="muted">New here? Continue with your e-mail address, and we make an account with its first passkey.</p>
        <SignInForm
          callbackUrl={target}
          initial={typeof error === "string" ? { kind: "error", text: messageForCode(error, typeof code === "string" ? code : "") } : null}
        />
      </div>
      <p className="aside"><ShieldIcon /> Your fingerprint or face never leaves your device.</p>
      {/* A plain link: that page belongs to the backend, not to this app's router. */}
      <p className="aside"><a href={builtIn}>Use the built-in sign-in page</a></p>
    </div>
  )
}
