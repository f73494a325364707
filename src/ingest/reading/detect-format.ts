/** Which format a file is of, by its first bytes: the surest adapter, or none below a certain trust. */
import type { FormatName } from '../format.ts'
import { formatAdapters } from '../formats/format-registry.ts'

/** An adapter that is less sure than this does not take the file: a person must say the format. */
const CONFIDENCE_MIN = 0.5

export function detectFormat(head: Uint8Array, fileName: string): FormatName | undefined {
  let best: FormatName | undefined
  let bestConfidence = 0
  for (const adapter of formatAdapters()) {
    const confidence = adapter.detect(head, fileName)
    if (confidence >= CONFIDENCE_MIN && confidence > bestConfidence) {
      best = adapter.name
      bestConfidence = confidence
    }
  }
  return best
}
