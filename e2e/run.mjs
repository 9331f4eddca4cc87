// Starts what the tests need, runs them group by group, and tells the result in the last line.
//
//   npm test                 all of them
//   npm test -- "cookies:"   those whose name contains a text
import { freePort, stopAll } from "./lib/process.mjs"
import { launchBrowser, Visitor } from "./lib/browser.mjs"
import { Runner } from "./lib/runner.mjs"
import { buildWeb, startAlone, startStack } from "./lib/stack.mjs"
import { account } from "./tests/account.mjs"
import { guards } from "./tests/guards.mjs"

const runner = new Runner(process.argv[2])
const start = performance.now()
const ports = { backendPort: await freePort(), webPort: await freePort() }
const backend = `http://127.0.0.1:${ports.backendPort}`
let browser

async function stage(groups, startServers) {
  const wanted = Object.entries(groups).filter(([name, tests]) => runner.wants(name, tests))
  if (wanted.length === 0) return
  let stack
  try {
    stack = await startServers()
    for (const [name, tests] of wanted) {
      await runner.group(name, tests, (title) => Visitor.open(browser, stack, title))
    }
  } catch (error) {
    runner.broken(Object.keys(groups).join(", "), error)
  }
  await stack?.stop()
}

try {
  browser = await launchBrowser()
  await buildWeb({ backend, basePath: "/auth" })
  await stage({ account, guards }, () => startStack(ports))
} catch (error) {
  runner.broken("the tests themselves", error)
} finally {
  await browser?.close()
  await stopAll()
}
console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`)
console.log(`${runner.passed} passed, ${runner.failed} failed`)
process.exitCode = runner.failed === 0 && runner.passed > 0 ? 0 : 1
