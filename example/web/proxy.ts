import { getToken } from "next-auth/jwt"
import { NextResponse, type NextRequest } from "next/server"
import { authSecrets } from "@/lib/secrets"
import { fetchSession, type SessionState } from "@/lib/session"

export const config = { matcher: "/account/:path*" }

/**
 * Keeps visitors who are not signed in away from the account page. It guards
 * the page, not the data: those are behind the backend, which checks every
 * request itself.
 */
export async function proxy(request: NextRequest) {
  const status = process.env.SESSION_STRATEGY === "database"
    ? await askBackend(request)
    : await openToken(request)
  switch (status) {
    case "authenticated":
      return NextResponse.next()
    case "unavailable":
      return new NextResponse("The sign-in service does not answer. Please try again in a moment.", {
        status: 503,
        headers: { "Retry-After": "5", "Cache-Control": "no-store" },
      })
    case "unauthenticated": {
      const { pathname, search } = request.nextUrl
      const signIn = new URL("/signin", request.nextUrl)
      signIn.searchParams.set("callbackUrl", pathname + search)
      return NextResponse.redirect(signIn)
    }
  }
}

/**
 * With the database strategy the cookie is a random key and says nothing by
 * itself: only the backend, which has the sessions table, can tell whose it is
 * and whether it is still good. Set SESSION_STRATEGY=database to ask it.
 */
async function askBackend(request: NextRequest): Promise<SessionState["status"]> {
  return (await fetchSession(request.headers.get("cookie"))).status
}

/**
 * With the jwt strategy the cookie is an encrypted token, and a server that has the
 * backend's AUTH_SECRET can open it without asking. The cookie's name takes
 * part in the key. It has the prefix __Secure- when the public address, AUTH_URL,
 * is https; a header of the request must not decide that.
 */
async function openToken(req: NextRequest): Promise<SessionState["status"]> {
  const secureCookie = process.env.AUTH_URL?.startsWith("https:") ?? false
  const token = await getToken({ req, secret: authSecrets(), secureCookie })
  return token ? "authenticated" : "unauthenticated"
}
