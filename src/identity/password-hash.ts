/**
 * Passwords as argon2id in the PHC text form, with the parameters beside the hash: when these change, a
 * password is hashed anew at its next sign-in. The parameters are OWASP's (19 MiB, 2 passes, 1 lane).
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/]{1,99})\$([\w+/]{1,99})$/

const derive = promisify(argon2)

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await hashOf(password, salt, COST)
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`
}

export async function isPasswordOf(phc: string, password: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', hash = ''] = PHC.exec(phc) ?? []
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (salt === '') return false
  const expected = Buffer.from(hash, 'base64')
  const found = await hashOf(password, Buffer.from(salt, 'base64'), cost)
  return found.length === expected.length && timingSafeEqual(found, expected)
}

export function isOutdated(phc: string): boolean {
  const { memory, passes, parallelism } = COST
  return !phc.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`)
}

/** Costs what a real one costs: asked where there is nobody, so that the time does not tell. */
export async function hashOfNobody(password: string): Promise<void> {
  await hashOf(password, Buffer.alloc(SALT_BYTES), COST)
}

function hashOf(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  return derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce,
    tagLength: HASH_BYTES,
    ...cost,
  })
}

/** Base64 without padding, as the form asks. */
function text(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
