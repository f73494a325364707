/** The hash of a file that may be large: read in pieces, so that nothing of it stays in memory. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const PIECE_BYTES = 1024 * 1024

/** SHA-256, hex. */
export function fileDigest(path: string): string {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const count = readSync(file, piece, 0, PIECE_BYTES, null)
      if (count === 0) return hash.digest('hex')
      hash.update(piece.subarray(0, count))
    }
  } finally {
    closeSync(file)
  }
}
