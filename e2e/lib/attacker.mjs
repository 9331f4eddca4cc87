// Pages of other origins that post to the site. One server plays all of them: its name tells who it is.
import { once } from "node:events"
import { createServer } from "node:http"

/** Listens on a port of this machine under every name that leads here. */
export async function startAttacker() {
  const server = createServer((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Another site</title><link rel=icon href=data:,><body>"))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  return {
    origin: (host) => `http://${host}:${port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}
