import type { NextConfig } from "next"

const authBasePath = basePath(process.env.AUTH_BASE_PATH || "/auth")
const backendURL = origin(process.env.BACKEND_URL || "http://127.0.0.1:8080")

const config: NextConfig = {
  poweredByHeader: false,
  devIndicators: false,
  turbopack: { root: import.meta.dirname },

  // Next.js writes rewrites into the build, so `next start` keeps the ones that
  // `next build` saw. The code gets the same two values at the same moment; read
  // at run time they could name another server than the rewrites do.
  env: {
    BACKEND_URL: backendURL,
    NEXT_PUBLIC_AUTH_BASE_PATH: authBasePath,
  },

  // The browser sees one origin. That is what keeps the cookies first-party and
  // the passkeys bound to the host name in the address bar.
  async rewrites() {
    return [
      { source: `${authBasePath}/:path*`, destination: `${backendURL}${authBasePath}/:path*` },
      { source: "/api/me", destination: `${backendURL}/api/me` },
      { source: "/api/passkeys/:path*", destination: `${backendURL}/api/passkeys/:path*` },
      // The backend's own pages name no icon, so browsers ask for it here.
      { source: "/favicon.ico", destination: "/icon.svg" },
      { source: "/dev/:path*", destination: `${backendURL}/dev/:path*` },
    ]
  },

  // Only for this app's own pages: what the backend answers brings its own.
  async headers() {
    const backendPaths = [authBasePath.slice(1), "api", "dev"].join("/|")
    return [
      {
        source: `/((?!${backendPaths}/).*)`,
        headers: [
          { key: "Content-Security-Policy", value: "base-uri 'none'; object-src 'none'; frame-ancestors 'none'" },
          { key: "Permissions-Policy", value: "publickey-credentials-get=(self), publickey-credentials-create=(self)" },
          { key: "Referrer-Policy", value: "same-origin" },
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "X-Frame-Options", value: "DENY" },
        ],
      },
    ]
  },
}

function basePath(value: string): string {
  if (!/^(\/[\w.-]+)+$/.test(value)) {
    throw new Error(`AUTH_BASE_PATH is "${value}"; it must look like /auth or /api/auth, without a slash at its end`)
  }
  return value
}

function origin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username) {
    throw new Error("BACKEND_URL must be the backend's origin and nothing more, for example http://127.0.0.1:8080")
  }
  return url.origin
}

export default config
