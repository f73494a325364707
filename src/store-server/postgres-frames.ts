/** Bytes of one PostgreSQL connection as groups of messages that must be executed together. */

export interface FrameGroup {
  /** `run`: for the engine. `refuse ssl` and `close` are answered without it. */
  readonly kind: 'run' | 'refuse ssl' | 'close'
  readonly messages: readonly Uint8Array[]
}

export interface FrameReader {
  /** The groups that are complete with these bytes; the rest waits for more. */
  read(chunk: Uint8Array): FrameGroup[]
}

/** Codes that stand where the protocol version of a startup message does. */
const SSL_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104
const CANCEL_REQUEST = 80_877_102
const LENGTH_BYTES = 4
/** A larger message is no statement of ours; its connection is closed. */
export const MESSAGE_BYTES_MAX = 256 * 1024 * 1024
const STARTUP_HEAD_BYTES = 8
/** Messages after which a client waits for an answer: Sync, Query, Flush, a password, copied data. */
const ENDS_A_GROUP = new Set(
  ['S', 'Q', 'H', 'p', 'd', 'c', 'f', 'F'].map((one) => one.codePointAt(0)),
)
const TERMINATE = 'X'.codePointAt(0)

export function createFrameReader(): FrameReader {
  let rest: Buffer = Buffer.alloc(0)
  let hasStarted = false
  let messages: Uint8Array[] = []

  /** The next whole message, taken from what was read. */
  function next(): Buffer | undefined {
    const typeBytes = hasStarted ? 1 : 0
    if (rest.length < typeBytes + LENGTH_BYTES) return undefined
    const size = typeBytes + rest.readInt32BE(typeBytes)
    if (rest.length < size) return undefined
    const message = rest.subarray(0, size)
    rest = rest.subarray(size)
    return message
  }

  const isTooLarge = (): boolean => {
    const typeBytes = hasStarted ? 1 : 0
    if (rest.length < typeBytes + LENGTH_BYTES) return false
    const size = rest.readInt32BE(typeBytes)
    return size < LENGTH_BYTES || size > MESSAGE_BYTES_MAX
  }

  function* groups(): Generator<FrameGroup> {
    if (isTooLarge()) yield { kind: 'close', messages: [] }
    for (let message = next(); message !== undefined; message = next()) {
      if (!hasStarted) {
        const kind = kindOfStartup(message)
        hasStarted = kind === 'run'
        yield { kind, messages: [message] }
        continue
      }
      if (message[0] === TERMINATE) {
        yield { kind: 'close', messages: [] }
        return
      }
      messages.push(message)
      if (!ENDS_A_GROUP.has(message[0])) continue
      yield { kind: 'run', messages }
      messages = []
    }
  }

  return {
    read(chunk) {
      rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
      return [...groups()]
    },
  }
}

function kindOfStartup(message: Buffer): FrameGroup['kind'] {
  const code = message.length < STARTUP_HEAD_BYTES ? 0 : message.readInt32BE(LENGTH_BYTES)
  if (code === SSL_REQUEST || code === GSS_REQUEST) return 'refuse ssl'
  return code === CANCEL_REQUEST ? 'close' : 'run'
}
