(() => {
  "use strict";

  const texts = {
    unsupported: "This browser cannot use passkeys here. Try a newer one, or another way to sign in.",
    waiting: "Follow the instructions of your browser.",
    done: "Signing you in.",
    notUsed: "No passkey was used: the request was cancelled or timed out, or this device has none for this site. If you are new here, enter your details to create one.",
    notCreated: "No passkey was created: the request was cancelled or timed out. Please try again.",
    exists: "This device already has a passkey for this account. Choose \u201cUse a saved passkey\u201d to sign in.",
    device: "This device cannot create the kind of passkey that is needed. A screen lock or another device may help.",
    address: "Passkeys do not work at this web address.",
    offline: "The server could not be reached. Check your connection and try again.",
    refused: "The server did not accept this. Check what you entered, or reload the page.",
    tooMany: "Too many attempts. Wait a little, then try again.",
    unavailable: "Signing in is temporarily unavailable. Please try again in a minute.",
    failed: "That did not work. Please try again.",
    incomplete: "Fill in the fields that are missing, then try again.",
  };

  class Problem extends Error {}

  // One ceremony at a time: browsers refuse a second, and each options answer
  // replaces the challenge of the one before.
  let busy = false;
  let waiting = null; // the autofill request: {controller, done}
  let canWait = false; // whether the browser has passkey autofill
  let failures = 0; // of autofill, since somebody last pressed a button

  const fromBase64url = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

  const toBase64url = (buffer) => {
    let binary = "";
    for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
    return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const descriptors = (list) => list && list.map((d) => ({ ...d, id: fromBase64url(d.id) }));

  function creationOptions(json) {
    if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return {
      ...json,
      challenge: fromBase64url(json.challenge),
      user: { ...json.user, id: fromBase64url(json.user.id) },
      excludeCredentials: descriptors(json.excludeCredentials),
    };
  }

  function requestOptions(json) {
    if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return { ...json, challenge: fromBase64url(json.challenge), allowCredentials: descriptors(json.allowCredentials) };
  }

  function responseJSON(response) {
    const json = { clientDataJSON: toBase64url(response.clientDataJSON) };
    if (response.attestationObject) {
      json.attestationObject = toBase64url(response.attestationObject);
      if (response.getTransports) json.transports = response.getTransports();
      if (response.getAuthenticatorData) json.authenticatorData = toBase64url(response.getAuthenticatorData());
      if (response.getPublicKeyAlgorithm) json.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
      const key = response.getPublicKey && response.getPublicKey();
      if (key) json.publicKey = toBase64url(key);
    } else {
      json.authenticatorData = toBase64url(response.authenticatorData);
      json.signature = toBase64url(response.signature);
      if (response.userHandle) json.userHandle = toBase64url(response.userHandle);
    }
    return json;
  }

  function credentialJSON(credential) {
    try {
      return credential.toJSON();
    } catch {
      // Absent in older browsers; throws on the objects of some password managers.
      const json = {
        id: credential.id,
        rawId: toBase64url(credential.rawId),
        type: credential.type,
        response: responseJSON(credential.response),
        clientExtensionResults: credential.getClientExtensionResults(),
      };
      if (credential.authenticatorAttachment) json.authenticatorAttachment = credential.authenticatorAttachment;
      return json;
    }
  }

  function say(way, text, isProblem) {
    way.message.setAttribute("role", isProblem ? "alert" : "status");
    way.message.setAttribute("aria-live", isProblem ? "assertive" : "polite");
    way.message.className = isProblem ? "message problem" : "message";
    way.message.textContent = text;
  }

  function explain(error, action) {
    if (error instanceof Problem) return error.message;
    switch (error.name) {
      case "NotAllowedError":
      case "AbortError":
        return action === "register" ? texts.notCreated : texts.notUsed;
      case "InvalidStateError":
        return action === "register" ? texts.exists : texts.failed;
      case "NotSupportedError":
      case "ConstraintError":
        return texts.device;
      case "SecurityError":
        return texts.address;
    }
    return texts.failed;
  }

  // Without an action the server decides by the fields: it signs a known user
  // in and registers a new one.
  async function fetchOptions(way, action, fields) {
    const query = new URLSearchParams();
    if (action) query.set("action", action);
    for (const field of fields) query.append(field.name, field.value);
    let response;
    try {
      response = await fetch(`${way.base}/webauthn-options/${encodeURIComponent(way.id)}?${query}`, {
        credentials: "same-origin",
        cache: "no-store",
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
      });
    } catch {
      throw new Problem(texts.offline);
    }
    if (response.status === 429) {
      const seconds = Number(response.headers.get("Retry-After"));
      throw new Problem(seconds > 0 ? `Too many attempts. Try again in ${seconds} seconds.` : texts.tooMany);
    }
    if (response.status >= 500) throw new Problem(texts.unavailable);
    if (!response.ok) throw new Problem(texts.refused);
    try {
      const offer = await response.json();
      if (offer.options && (offer.action === "authenticate" || offer.action === "register")) return offer;
    } catch {
      // Not JSON: some other server answered.
    }
    throw new Problem(texts.refused);
  }

  function send(way, action, credential) {
    const withoutNull = (_, value) => (value === null ? undefined : value);
    for (const [name, value] of [["action", action], ["data", JSON.stringify(credentialJSON(credential), withoutNull)]]) {
      let input = way.form.querySelector(`input[type="hidden"][name="${name}"]`);
      if (!input) {
        input = document.createElement("input");
        input.type = "hidden";
        input.name = name;
        way.form.append(input);
      }
      input.value = value;
    }
    // A field may be called "submit" and hide the form's own method.
    HTMLFormElement.prototype.submit.call(way.form);
  }

  async function stopWaiting() {
    const request = waiting;
    if (!request) return;
    waiting = null;
    request.controller.abort();
    await request.done;
  }

  // Offers saved passkeys in the autofill list of the page's field.
  async function wait(way) {
    if (!way || !canWait || busy || waiting || failures > 3) return;
    const controller = new AbortController();
    const { signal } = controller;
    const began = Date.now();
    const run = async () => {
      // The fetch is not aborted: an answer already under way would still set
      // its cookie, maybe after that of the next one.
      const offer = await fetchOptions(way, "authenticate", []);
      if (signal.aborted) return null;
      const lifetime = Math.min(offer.options.timeout || 300000, 300000);
      const renewal = setTimeout(() => renew(way, controller), lifetime * 0.9);
      try {
        return await navigator.credentials.get({ publicKey: requestOptions(offer.options), mediation: "conditional", signal });
      } finally {
        clearTimeout(renewal);
      }
    };
    const request = { controller, done: null };
    waiting = request;
    request.done = run().catch((error) => {
      if (signal.aborted) return null;
      // Offered again, a few times, when somebody dismissed it; that takes a while.
      if (error.name !== "NotAllowedError" || Date.now() - began < 1000) failures += 4;
      return null;
    });
    const credential = await request.done;
    if (waiting === request) waiting = null;
    if (signal.aborted) return;
    if (!credential) {
      failures += 1;
      return wait(way);
    }
    busy = true;
    mark(way, true);
    say(way, texts.done, false);
    send(way, "authenticate", credential);
  }

  // A challenge outlives neither its timeout nor its cookie, but this page may
  // be open for hours; a hidden one waits until it is looked at.
  function renew(way, controller) {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => renew(way, controller), { once: true });
    } else if (waiting && waiting.controller === controller) {
      stopWaiting().then(() => wait(way));
    }
  }

  function mark(way, value) {
    way.section.setAttribute("aria-busy", String(value));
  }

  async function attempt(way, fields) {
    if (busy) return;
    busy = true;
    failures = 0;
    mark(way, true);
    say(way, texts.waiting, false);
    let action = "authenticate";
    try {
      await stopWaiting();
      const offer = await fetchOptions(way, fields.length ? "" : action, fields);
      action = offer.action;
      if (action === "register" && !way.form.reportValidity()) throw new Problem(texts.incomplete);
      const credential =
        action === "register"
          ? await navigator.credentials.create({ publicKey: creationOptions(offer.options) })
          : await navigator.credentials.get({ publicKey: requestOptions(offer.options) });
      if (!credential) throw new Problem(texts.failed);
      say(way, texts.done, false);
      send(way, action, credential); // stays busy until the next page is here
    } catch (error) {
      say(way, explain(error, action), true);
      mark(way, false);
      busy = false;
      wait(autofilled); // with a new challenge
    }
  }

  function setUp(section) {
    const way = {
      section,
      id: section.dataset.passkey,
      base: section.dataset.base,
      form: section.querySelector("form"),
      message: section.querySelector(".message"),
    };
    if (!window.PublicKeyCredential || !navigator.credentials) {
      for (const control of section.querySelectorAll("input:not([type=hidden]), button")) control.disabled = true;
      say(way, texts.unsupported, false);
      return null;
    }
    // Empty fields mean: whichever passkey is saved. So "required" is only
    // checked before a registration.
    way.form.noValidate = true;
    way.form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(way, [...way.form.querySelectorAll("input[data-form-field]")].filter((field) => field.value.trim() !== ""));
    });
    const saved = section.querySelector("[data-saved]");
    if (saved) {
      saved.hidden = false;
      saved.addEventListener("click", () => attempt(way, []));
    }
    return way;
  }

  const ways = [...document.querySelectorAll("[data-passkey]")].map(setUp).filter(Boolean);
  const autofilled = ways.find(
    (way) => "autofill" in way.section.dataset && way.form.querySelector('input[autocomplete~="webauthn"]'),
  );
  if (autofilled && PublicKeyCredential.isConditionalMediationAvailable) {
    PublicKeyCredential.isConditionalMediationAvailable().then((can) => {
      canWait = can;
      wait(autofilled);
    }, () => {});
  }

  // Back from the next page, in the state in which this one was left.
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    for (const way of ways) {
      mark(way, false);
      say(way, "", false);
    }
    busy = false;
    await stopWaiting();
    wait(autofilled);
  });
})();
