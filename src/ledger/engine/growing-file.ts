/** A file that somebody else is writing, from its first byte to its last: read as it grows. */
import { existsSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { TikError } from '../../core/failures/errors.ts'

const CHUNK_BYTES = 1_048_576
/** Between looks at a file that has nothing new. */
const LOOK_MS = 20

/** `written` resolves when the last byte is there; what it throws is thrown here. */
export async function* growingFile(
  path: string,
  written: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  let isWhole = false
  const whole = untilWritten()
  whole.catch(() => undefined) // It is thrown where it is waited for.
  let file: FileHandle | undefined
  let buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  try {
    for (;;) {
      const wasWhole = isWhole // Before the look: what came after it is seen by the next one.
      if (file === undefined && existsSync(path)) file = await open(path, 'r')
      const bytesRead = file === undefined ? 0 : (await file.read(buffer)).bytesRead
      if (bytesRead > 0) {
        yield buffer.subarray(0, bytesRead)
        buffer = Buffer.allocUnsafe(CHUNK_BYTES) // The other is the reader's.
      } else if (wasWhole) break
      else await Promise.race([whole, delay(LOOK_MS)])
    }
    if (file === undefined) throw new TikError('ledger_rejected', `${path} was never written`)
  } finally {
    await file?.close()
  }

  async function untilWritten(): Promise<void> {
    await written
    isWhole = true
  }
}
