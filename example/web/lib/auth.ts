import NextAuth from "next-auth"
import { authSecrets } from "./secrets"

/**
 * The session of a request, read from its cookie without asking the backend.
 *
 * Use auth() when the backend keeps sessions in tokens (the jwt strategy) and
 * this app has its AUTH_SECRET. With the database strategy the cookie is a key
 * into a table that only the backend has, and auth() would find nobody signed
 * in, ever: use currentSession() of lib/session.ts. That one also tells a backend
 * that fails from a visitor who is signed out, and its answer has been through
 * the backend's callbacks. What auth() returns has been through those given here,
 * of which there are none, and its expiry is reckoned from the maxAge given here:
 * 30 days from now, whatever the backend's.
 *
 * The cookie's name takes part in the key, so both sides must agree on it. It has
 * the prefix __Secure- when AUTH_URL is https. Without AUTH_URL the header
 * X-Forwarded-Proto decides, which the visitor can write when no proxy does: set
 * AUTH_URL.
 *
 * Only auth is taken. The handlers, signIn and signOut of this object would make
 * sessions here, past the backend; the browser's signIn and signOut, from
 * next-auth/react, go to the backend.
 */
export const { auth } = NextAuth(() => ({
  providers: [],
  session: { strategy: "jwt" },
  trustHost: true,
  // next-auth looks for AUTH_SECRET_1 to _3 only when there is no AUTH_SECRET.
  // A function, so that secrets are read at run time and the build needs none.
  secret: authSecrets(),
}))
