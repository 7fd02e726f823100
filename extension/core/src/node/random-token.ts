import { randomBytes } from 'node:crypto'

/** 256 random bits as 43 base64url characters: enough for a state, a verifier and an id. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}
