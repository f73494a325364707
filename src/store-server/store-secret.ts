/**
 * The secret of a data folder's store server: random, in a file that only the folder's owner can read,
 * made once. Whoever can read the file could open the stores without a server as well.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SECRET_BYTES = 24
const FILE = 'store-server.secret'

/** Reads the folder's secret, or makes it. */
export function storeSecret(dataFolder: string): string {
  const path = join(dataFolder, FILE)
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  writeFileSync(path, `${secret}\n`, { mode: 0o600 })
  return secret
}

/** Compares in a time that says nothing of where they differ. */
export function isSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
