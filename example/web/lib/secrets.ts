/**
 * The backend's secrets, newest first. AUTH_SECRET_1 to _3 are for changing the
 * secret while people are signed in: the newest makes tokens, each opens them.
 */
export function authSecrets(): string[] {
  const { AUTH_SECRET, AUTH_SECRET_1, AUTH_SECRET_2, AUTH_SECRET_3 } = process.env
  const secrets = [AUTH_SECRET_3, AUTH_SECRET_2, AUTH_SECRET_1, AUTH_SECRET].flatMap((secret) => secret || [])
  if (secrets.length === 0) {
    throw new Error("AUTH_SECRET is not set: give this app the secret of the backend, or set SESSION_STRATEGY=database")
  }
  return secrets
}
