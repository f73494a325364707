/**
 * The rows of one source and day, kept as bytes until they are written in order of time. A day of
 * many companies is hundreds of thousands of rows: as bytes they cost the collector nothing.
 */

export interface DayRows {
  readonly count: number
  /** `second` since midnight orders the rows; rows of one second stay in the order in which they came. */
  add(second: number, text: string): void
  /**
   * Hands out the rows in order of time, in pieces that are valid until the next one. `following`
   * may put lines after a row. Returns how many lines that made.
   */
  write(
    emit: (bytes: Uint8Array) => void,
    following: (text: () => string) => readonly string[],
  ): number
  /** The last row that was written, '' when there was none. */
  lastText(): string
  clear(): void
}

const FIRST_BYTES = 1 << 20
const FIRST_ROWS = 1 << 12
/** A UTF-16 unit takes at most three bytes in UTF-8. */
const BYTES_PER_UNIT_MAX = 3
const PIECE_BYTES = 1 << 18
/** Rows of one day: the key below holds second and position in one exact number. */
const ROWS_MAX = 2 ** 32

export function createDayRows(): DayRows {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES)
  let keys = new Float64Array(FIRST_ROWS)
  let starts = new Uint32Array(FIRST_ROWS + 1)
  let count = 0
  let last = ''

  function textOf(row: number): string {
    return bytes.toString('utf8', starts[row], starts[row + 1])
  }

  return {
    get count() {
      return count
    },
    add(second, text) {
      const start = starts[count] ?? 0
      const needed = start + text.length * BYTES_PER_UNIT_MAX
      if (needed > bytes.length) bytes = Buffer.concat([bytes], Math.max(needed, bytes.length * 2))
      if (count === keys.length) {
        keys = enlarged(keys, new Float64Array(count * 2))
        starts = enlarged(starts, new Uint32Array(count * 2 + 1))
      }
      keys[count] = second * ROWS_MAX + count
      count += 1
      starts[count] = start + bytes.write(text, start)
    },
    write(emit, following) {
      const order = keys.subarray(0, count).sort()
      let piece = Buffer.allocUnsafe(PIECE_BYTES)
      let used = 0
      let written = 0
      const flush = (): void => {
        if (used > 0) emit(piece.subarray(0, used))
        used = 0
      }
      const append = (source: Buffer, from: number, to: number): void => {
        if (to - from > piece.length - used) flush()
        if (to - from > piece.length) piece = Buffer.allocUnsafe(to - from)
        used += source.copy(piece, used, from, to)
        written += 1
      }
      for (const key of order) {
        const row = key % ROWS_MAX
        append(bytes, starts[row] ?? 0, starts[row + 1] ?? 0)
        for (const line of following(() => textOf(row))) {
          const extra = Buffer.from(line)
          append(extra, 0, extra.length)
        }
      }
      flush()
      const lastKey = order.at(-1)
      if (lastKey !== undefined) last = textOf(lastKey % ROWS_MAX)
      return written
    },
    lastText: () => last,
    clear() {
      count = 0
    },
  }
}

function enlarged<Kind extends Float64Array | Uint32Array>(full: Kind, empty: Kind): Kind {
  empty.set(full)
  return empty
}
