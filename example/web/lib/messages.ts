const unexpected = "Something went wrong on our side. Please try again in a moment."

const byCode: Record<string, string> = {
  AccessDenied: "This account is not allowed to sign in here.",
  AccountNotLinked: "That e-mail address or passkey already belongs to another account.",
  CredentialsSignin: "Those details are not right. Check them and try again.",
  MissingCSRF: "This page was open for too long. Reload it and try again.",
  OAuthAccountNotLinked: "That e-mail address already has an account. Sign in the way you did the first time.",
  OAuthCallbackError: "The other service did not complete the sign-in. Please try again.",
  SessionRequired: "Please sign in to see that page.",
  Verification: "That link has expired or was used before. Ask for a new one.",
  WebAuthnVerificationError: "That passkey could not be verified. Try again, or use another one.",
}

// Some errors come with a code that says more: what to do about them depends on it.
const byReason: Record<string, string> = {
  "AccountNotLinked reauth_required": "You signed in too long ago to add a passkey. Sign in again first, then add it.",
  "OAuthAccountNotLinked reauth_required": "You signed in too long ago to connect an account. Sign in again first, then connect it.",
  "WebAuthnVerificationError unknown_credential":
    "That passkey is not known here any more. Remove it from your password manager, sign in another way, then add a new one.",
}

/** Words for an error of the Auth.js API, as it stands in `?error=`, and for the `&code=` beside it. */
export function messageForCode(error: string, code = ""): string {
  const reason = `${error} ${code}`
  if (Object.hasOwn(byReason, reason)) return byReason[reason]!
  return Object.hasOwn(byCode, error) ? byCode[error]! : unexpected
}

/** Words for what a passkey ceremony in the browser threw. */
export function messageForCeremony(error: unknown): string {
  switch (error instanceof Error ? error.name : "") {
    // Browsers give no more than this name for "closed", "timed out" and
    // "has no such passkey", so that a page cannot find out which it was.
    case "NotAllowedError":
    case "AbortError":
      return "No passkey was used: the prompt was closed or timed out. Try again whenever you like."
    case "InvalidStateError":
      return "This device already holds a passkey for your account."
    case "SecurityError":
      return "Passkeys do not work at this address. Open the site under its usual name."
    case "NotSupportedError":
    case "ConstraintError":
      return "This device cannot make a passkey that meets our requirements."
    default:
      return unexpected
  }
}

const byRemoval: Record<string, string> = {
  "last passkey": "This is your only way to sign in. Add another passkey first.",
  "not found": "That passkey was removed already.",
  "sign-in needed": "You signed in too long ago for this. Sign out and in again, then remove it.",
}

/** Words for a passkey that the server did not remove. */
export function messageForRemoval(error: string): string {
  return Object.hasOwn(byRemoval, error) ? byRemoval[error]! : unexpected
}
