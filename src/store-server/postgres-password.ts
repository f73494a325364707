/**
 * Asks a PostgreSQL client for its password before the engine hears of it: the engine in the folder
 * knows one user and believes everybody. In the clear, because this is loopback.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
 */
import type { FrameGroup } from './postgres-frames.ts'
import { isSecret } from './store-secret.ts'

export interface PasswordDoor {
  /** More bytes than a client needs to say who it is: it is no client. Counts them. */
  isTooMuch(bytes: number): boolean
  /** What to answer to a group, and what the engine gets of it. */
  pass(group: FrameGroup): DoorVerdict
}

export interface DoorVerdict {
  readonly answer?: Uint8Array
  readonly group?: FrameGroup
  readonly isRefused?: true
}

const STRANGER_BYTES_MAX = 16 * 1024
/** AuthenticationCleartextPassword. */
const ASK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])
const PASSWORD_MESSAGE = 'p'.codePointAt(0)
const HEAD_BYTES = 5

export function createPasswordDoor(secret: string): PasswordDoor {
  let startup: FrameGroup | undefined
  let isOpen = false
  let bytesSeen = 0
  return {
    isTooMuch(bytes) {
      if (isOpen) return false
      bytesSeen += bytes
      return bytesSeen > STRANGER_BYTES_MAX
    },
    pass(group) {
      if (isOpen) return { group }
      if (startup === undefined) {
        startup = group
        return { answer: ASK }
      }
      isOpen = isSecret(passwordIn(group), secret)
      return isOpen ? { group: startup } : { answer: refusal(), isRefused: true }
    },
  }
}

function passwordIn({ messages: [message] }: FrameGroup): string {
  if (message === undefined || message[0] !== PASSWORD_MESSAGE) return ''
  return Buffer.from(message.subarray(HEAD_BYTES, -1)).toString('utf8')
}

/** ErrorResponse: severity, code and message, each with a zero after it. */
function refusal(): Buffer {
  const fields = [
    'SFATAL',
    'VFATAL',
    'C28P01',
    'Mthe password is not the secret of this data folder',
  ]
  const body = Buffer.from(`${fields.join('\0')}\0\0`)
  const head = Buffer.alloc(HEAD_BYTES)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
