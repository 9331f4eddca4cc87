"use client"

import { SessionProvider } from "next-auth/react"
import type { ReactNode } from "react"

/**
 * The provider's basePath becomes that of the whole next-auth client, the signIn
 * of next-auth/webauthn included, as soon as it renders. It renders before any
 * page below it, so no call can go to the client's own default, /api/auth.
 */
export function Providers({ children }: { children: ReactNode }) {
  return <SessionProvider basePath={process.env.NEXT_PUBLIC_AUTH_BASE_PATH}>{children}</SessionProvider>
}
