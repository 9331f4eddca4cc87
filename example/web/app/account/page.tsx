import type { Metadata } from "next"
import { connection } from "next/server"
import { AccountPanel } from "./account-panel"

export const metadata: Metadata = { title: "Account" }

export default async function AccountPage() {
  // A page that was prerendered may be kept by a cache in front of this app,
  // and then it would be served without asking the proxy.
  await connection()
  return (
    <div className="page">
      <AccountPanel />
    </div>
  )
}
