import type { Metadata, Viewport } from "next"
import type { ReactNode } from "react"
import { Header } from "@/components/header"
import { Providers } from "./providers"
import "./globals.css"

export const metadata: Metadata = {
  title: { default: "Passkeys with ginauth", template: "%s · ginauth" },
  description: "An example of next-auth signing in against a Go server",
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f7f9" },
    { media: "(prefers-color-scheme: dark)", color: "#0e1217" },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Providers>
          <a className="skip" href="#main">Skip to the content</a>
          <Header />
          <main id="main" tabIndex={-1}>{children}</main>
          <footer className="footer">An example of <strong>ginauth</strong>: a Next.js client, a Go server, no passwords.</footer>
        </Providers>
      </body>
    </html>
  )
}
