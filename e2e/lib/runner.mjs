// A runner for tests that share servers and a browser, each told in one line.

const limit = 60_000
const atOnce = 2

export class Runner {
  passed = 0
  failed = 0
  #only

  /** @param {string | undefined} only part of the names of the tests to run */
  constructor(only) {
    this.#only = only
  }

  /** Whether a group has a test to run; servers for one that has none need not be started. */
  wants(group, tests) {
    return Object.keys(tests).some((name) => this.#chosen(`${group}: ${name}`))
  }

  /** Runs tests, an object of functions by name. Each gets what open() returns, which is closed again. */
  async group(group, tests, open) {
    const chosen = Object.entries(tests).filter(([name]) => this.#chosen(`${group}: ${name}`))
    const work = async () => {
      for (let next = chosen.shift(); next; next = chosen.shift()) await this.#one(`${group}: ${next[0]}`, next[1], open)
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }

  #chosen(name) {
    return !this.#only || name.includes(this.#only)
  }

  async #one(name, test, open) {
    const start = performance.now()
    const problems = []
    let context
    try {
      context = await open(name)
      await within(limit, test(context))
    } catch (error) {
      problems.push(error)
    }
    try {
      await context?.close(problems.length > 0)
    } catch (error) {
      problems.push(error)
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    if (problems.length === 0) {
      this.passed++
      console.log(`ok    ${name} (${seconds} s)`)
    } else {
      this.failed++
      console.log(`FAIL  ${name} (${seconds} s)`)
      for (const problem of problems) console.log(String(problem?.stack ?? problem).replace(/^/gm, "      "))
    }
  }

  /** Counts something that failed outside of a test. */
  broken(what, error) {
    this.failed++
    console.log(`FAIL  ${what}\n${String(error?.stack ?? error).replace(/^/gm, "      ")}`)
  }
}

async function within(ms, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
