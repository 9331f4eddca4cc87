// A proxy that ends TLS, with a certificate made for the occasion.
import { createHash, X509Certificate } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { request } from "node:http"
import { createServer } from "node:https"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run } from "./process.mjs"

/** A key and a certificate for localhost, and the hash by which Chromium is told to trust it. */
export async function makeCertificate() {
  const directory = await mkdtemp(join(tmpdir(), "ginauth-tls-"))
  try {
    await run("openssl", [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "certificate.pem",
    ], { cwd: directory })
    const key = await readFile(join(directory, "key.pem"))
    const certificate = await readFile(join(directory, "certificate.pem"))
    const spki = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" })
    return { key, certificate, spkiHash: createHash("sha256").update(spki).digest("base64") }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Listens on a port with https and hands everything on to a port with http. */
export async function startProxy({ port, target, key, certificate }) {
  const server = createServer({ key, cert: certificate }, (incoming, answer) => {
    const { host } = incoming.headers
    const headers = { ...incoming.headers, "x-forwarded-proto": "https", "x-forwarded-host": host, "x-forwarded-for": incoming.socket.remoteAddress }
    const outgoing = request({ host: "localhost", port: target, method: incoming.method, path: incoming.url, headers }, (response) => {
      answer.writeHead(response.statusCode, response.rawHeaders)
      response.pipe(answer)
    })
    outgoing.on("error", () => answer.headersSent ? answer.destroy() : answer.writeHead(502).end())
    incoming.pipe(outgoing)
  })
  server.listen(port, "127.0.0.1")
  await once(server, "listening")
  return {
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}
