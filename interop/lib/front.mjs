// The one address of the site for a browser: pages of the tests, and before the rest whichever server is chosen.
import http from "node:http"
import { freePort } from "./go-server.mjs"

/** `pages` maps paths to [content type, text]. */
export async function startFront(pages) {
  const port = await freePort()
  const front = { origin: `http://localhost:${port}`, server: null }
  const server = http.createServer((req, res) => {
    const page = pages[req.url.split(/[?#]/)[0]]
    if (page) return res.writeHead(200, { "content-type": page[0], "cache-control": "no-store" }).end(page[1])
    if (!front.server) return res.writeHead(404).end()
    const to = new URL(front.server.url)
    const onward = http.request({ host: to.hostname, port: to.port, method: req.method, path: req.url, headers: req.rawHeaders }, (answer) => {
      res.writeHead(answer.statusCode, answer.rawHeaders)
      answer.pipe(res)
    })
    onward.on("error", () => res.headersSent || res.writeHead(502).end())
    req.pipe(onward)
  })
  await new Promise((ok) => server.listen(port, "localhost", ok))
  front.to = (s) => { front.server = s }
  front.stop = async () => {
    server.closeAllConnections()
    await new Promise((ok) => server.close(ok))
  }
  return front
}
