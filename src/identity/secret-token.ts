/**
 * Secrets that we make: 256 random bits as text. Only their SHA-256 is stored; a hash of so much chance
 * needs no salt and no slow function. A prefix says what a secret is, for people and secret scanners.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const SECRET_BYTES = 32
const ID_BYTES = 9

export type SecretKind = 'session' | 'link' | 'client' | 'token' | 'visit'

export function newSecret(kind: SecretKind): string {
  return `tik_${kind}_${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** A name for something that has a secret; it is no secret itself. */
export function newPublicId(): string {
  return randomBytes(ID_BYTES).toString('base64url')
}

export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function isSecretOf(hash: string, secret: string): boolean {
  const found = Buffer.from(secretHash(secret), 'hex')
  const expected = Buffer.from(hash, 'hex')
  return found.length === expected.length && timingSafeEqual(found, expected)
}
