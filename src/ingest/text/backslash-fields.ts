/** Fields of a line that escapes commas and backslashes with a backslash, and quotes nothing. */
import { FIELDS_MAX } from './csv-fields.ts'

export interface BackslashScanner {
  /** Number of fields; those beyond FIELDS_MAX are counted, not kept. */
  scan(line: string): number
  /** Text of a field of the line scanned last, unescaped; '' where there is none. */
  text(index: number): string
}

const COMMA = 44
const BACKSLASH = 92

export function createBackslashScanner(): BackslashScanner {
  const starts = new Int32Array(FIELDS_MAX)
  const ends = new Int32Array(FIELDS_MAX)
  let current = ''
  let count = 0

  function close(start: number, end: number): void {
    if (count < FIELDS_MAX) {
      starts[count] = start
      ends[count] = end
    }
    count += 1
  }

  return {
    scan(line) {
      current = line
      count = 0
      let start = 0
      for (let at = 0; at < line.length; at += 1) {
        const code = line.charCodeAt(at)
        if (code === BACKSLASH) at += 1
        else if (code === COMMA) {
          close(start, at)
          start = at + 1
        }
      }
      close(start, line.length)
      return count
    },
    text(index) {
      if (index < 0 || index >= count || index >= FIELDS_MAX) return ''
      const text = current.slice(starts[index], ends[index])
      return text.includes('\\') ? text.replaceAll(/\\(.)/g, '$1') : text
    },
  }
}
