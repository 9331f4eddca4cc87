// Chromium's virtual authenticators (the WebAuthn domain of the DevTools protocol).

const device = {
  protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
  isUserVerified: true, automaticPresenceSimulation: true,
}

/** An authenticator that is plugged into one page. */
export class Authenticator {
  #session
  #id

  /** @param {object} [options] differences from a platform authenticator whose user is verified */
  static async add(page, options) {
    const authenticator = new Authenticator()
    authenticator.#session = await page.context().newCDPSession(page)
    await authenticator.#session.send("WebAuthn.enable")
    await authenticator.#plug(options)
    return authenticator
  }

  async #plug(options) {
    const { authenticatorId } = await this.#session.send("WebAuthn.addVirtualAuthenticator", { options: { ...device, ...options } })
    this.#id = authenticatorId
  }

  /** Takes this authenticator away and plugs another one in. */
  async replace(options) {
    await this.#session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: this.#id })
    await this.#plug(options)
  }

  async credentials() {
    return (await this.#session.send("WebAuthn.getCredentials", { authenticatorId: this.#id })).credentials
  }

  addCredential(credential) {
    return this.#session.send("WebAuthn.addCredential", { authenticatorId: this.#id, credential })
  }

  /** Whether its user proves to be themselves when asked. */
  setUserVerified(isUserVerified) {
    return this.#session.send("WebAuthn.setUserVerified", { authenticatorId: this.#id, isUserVerified })
  }

  /** Whether it is touched when asked; otherwise a ceremony waits. */
  setTouched(enabled) {
    return this.#session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId: this.#id, enabled })
  }
}
