import type { Session } from "next-auth"
import { headers } from "next/headers"

/**
 * What the backend knows about a request. A backend that fails is a state of
 * its own: it must never look like a visitor who is signed out.
 */
export type SessionState =
  | { status: "authenticated"; session: Session }
  | { status: "unauthenticated" }
  | { status: "unavailable" }

/**
 * The session of the request being rendered, for server components.
 */
export async function currentSession(): Promise<SessionState> {
  return fetchSession((await headers()).get("cookie"))
}

/**
 * Asks the backend whose session a Cookie header carries.
 *
 * The Set-Cookie headers of the answer are left where they are. A server
 * component cannot set cookies, and it need not: the cookie that the browser
 * holds stays good until it expires, and the browser's own GET /session, which
 * SessionProvider makes on every page load, is what renews it. Handing the
 * answer to a cache would be worse than useless, as it belongs to one visitor.
 */
export async function fetchSession(cookie: string | null): Promise<SessionState> {
  if (!cookie) return { status: "unauthenticated" }
  try {
    const response = await fetch(`${process.env.BACKEND_URL}${process.env.NEXT_PUBLIC_AUTH_BASE_PATH}/session`, {
      headers: { cookie },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(5_000),
    })
    if (!response.ok) return { status: "unavailable" }
    const session = (await response.json()) as Session | null
    return session ? { status: "authenticated", session } : { status: "unauthenticated" }
  } catch {
    return { status: "unavailable" }
  }
}
