/**
 * A text that only who shows the same secret again can read: encrypted with a key made of that secret, which
 * is stored nowhere (of a key or a session there is a hash). AES-256-GCM, a key for each text.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const SALT_BYTES = 16
const IV_BYTES = 12
const TAG_BYTES = 16

export interface Seal {
  /** What was shown at the door: 256 random bits, which nobody guesses. */
  readonly secret: string
  /** What the text is about: under another one it does not open. */
  readonly purpose: string
}

export function sealed(text: string, seal: Seal): string {
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, keyOf(seal, salt), iv)
  const content = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([salt, iv, cipher.getAuthTag(), ...content]).toString('base64url')
}

/** undefined for who shows something else, and for what was changed. */
export function unsealed(text: string, seal: Seal): string | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const head = SALT_BYTES + IV_BYTES + TAG_BYTES
  if (bytes.length < head) return undefined
  const salt = bytes.subarray(0, SALT_BYTES)
  const decipher = createDecipheriv(
    CIPHER,
    keyOf(seal, salt),
    bytes.subarray(SALT_BYTES, SALT_BYTES + IV_BYTES),
  )
  decipher.setAuthTag(bytes.subarray(SALT_BYTES + IV_BYTES, head))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(head)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

function keyOf({ secret, purpose }: Seal, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, purpose, KEY_BYTES))
}
