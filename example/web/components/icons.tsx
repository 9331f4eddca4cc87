import type { ReactNode } from "react"

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.75"
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {children}
    </svg>
  )
}

export function KeyIcon() {
  return (
    <Icon>
      <circle cx="8" cy="12" r="4.25" />
      <path d="M12.25 12H21.5M18 12v3.25M21.5 12v2" />
    </Icon>
  )
}

export function PasskeyIcon() {
  return (
    <Icon>
      <circle cx="9.5" cy="7.5" r="3.75" />
      <path d="M2.75 20c0-3.9 3-6.25 6.75-6.25 1 0 1.95.16 2.8.48" />
      <circle cx="18" cy="13.5" r="2.75" />
      <path d="M18 16.25V22M18 19.75h2" />
    </Icon>
  )
}

export function ShieldIcon() {
  return (
    <Icon>
      <path d="M12 2.75 4.5 5.5v5.75c0 4.6 3.1 8.3 7.5 10 4.4-1.7 7.5-5.4 7.5-10V5.5z" />
      <path d="m8.75 11.75 2.35 2.35 4.4-4.6" />
    </Icon>
  )
}
