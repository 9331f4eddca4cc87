"use client"

import Link from "next/link"
import { usePathname } from "next/navigation"
import { useSession } from "next-auth/react"
import { KeyIcon } from "./icons"

const links = [
  { href: "/", label: "Home" },
  { href: "/account", label: "Account" },
  { href: "/server", label: "Server" },
]

export function Header() {
  const path = usePathname()
  const { data: session, status } = useSession()
  return (
    <header className="header">
      <Link className="brand" href="/">
        <span className="brand-mark"><KeyIcon /></span>
        <span className="brand-name">ginauth</span>
      </Link>
      <nav aria-label="Main">
        {/* No prefetch: the answer of the guarded page depends on the moment. */}
        {links.map(({ href, label }) => (
          <Link key={href} href={href} prefetch={false} aria-current={path === href ? "page" : undefined}>{label}</Link>
        ))}
      </nav>
      <div className="header-end">
        {session
          ? <Link className="avatar" href="/account" prefetch={false} aria-label="Your account">{initial(session.user)}</Link>
          : status === "unauthenticated" && path !== "/signin"
            ? <Link className="button small" href="/signin">Sign in</Link>
            : null}
      </div>
    </header>
  )
}

function initial(user?: { name?: string | null; email?: string | null }): string {
  const [first = "?"] = user?.name || user?.email || ""
  return first.toUpperCase()
}
