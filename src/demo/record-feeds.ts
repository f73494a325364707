/** The sources of the demo as streams of rows, day by day: two exchanges and a mobile supplier. */
import { blemishExchangeRow, blemishSupplierRow } from './blemishes.ts'
import type { DayRows } from './day-rows.ts'
import type { MobileLine, VoipLine } from './demo-line.ts'
import { localDay } from './local-day.ts'
import type { LocalDay } from './local-day.ts'
import { addMobileDay, dayShareBytes, MOBILE_HEADER, tripOf } from './mobile-day.ts'
import { createRandom } from './random.ts'
import { isDayOfUse } from './time-of-day.ts'
import { addVoipDay } from './voip-day.ts'
import { holdsAt } from '../core/time/validity.ts'

export interface RecordFeed {
  readonly sourceId: string
  readonly header: string
  /** The last line of a file with so many records. */
  trailer(recordsCount: number): string
  /** Name of the file that starts on this day. */
  fileName(first: LocalDay, sequence: number): string
  /** When a file is rotated the exchange may write the last row once more into the next. */
  readonly repeatsLastRow: boolean
  day(day: number): LocalDay
  addDay(day: LocalDay, seed: number, rows: DayRows): void
  /** What went wrong after a row, if anything: lines that follow it. */
  blemish(text: () => string): readonly string[]
}

/** Sequence numbers of blemishes, apart from those of any line. */
const BLEMISH_STREAM = 0x7fff_fff0

export function exchangeFeed(parts: {
  sourceId: string
  timeZone: string
  lines: readonly VoipLine[]
}): RecordFeed {
  const random = createRandom()
  const counters = { channel: 1, sequence: 1 }
  return {
    sourceId: parts.sourceId,
    header: '',
    trailer: () => '',
    fileName: (first) => `${parts.sourceId}-${first.date}.csv`,
    repeatsLastRow: true,
    day: (day) => localDay(day, parts.timeZone),
    addDay(day, seed, rows) {
      for (const line of parts.lines) {
        random.restart(seed, line.stream, day.day)
        addVoipDay({ line, day, random, counters, rows })
      }
      random.restart(seed, BLEMISH_STREAM, day.day)
    },
    blemish: (text) => blemishExchangeRow(text, random, counters),
  }
}

export function supplierFeed(parts: {
  sourceId: string
  timeZone: string
  lines: readonly MobileLine[]
  days: readonly number[]
}): RecordFeed {
  const random = createRandom()
  const month = parts.days.map((day) => localDay(day, parts.timeZone))
  const dataBytes = parts.lines.map((line) => dataOfMonth(line, month))
  return {
    sourceId: parts.sourceId,
    header: MOBILE_HEADER,
    trailer: (recordsCount) => `#EINDE;${recordsCount}\n`,
    fileName: (first, sequence) => {
      const date = first.date.replaceAll('-', '')
      return `verbruik_${date}_${String(sequence).padStart(4, '0')}.csv`
    },
    repeatsLastRow: false,
    day: (day) => localDay(day, parts.timeZone),
    addDay(day, seed, rows) {
      for (const [position, line] of parts.lines.entries()) {
        random.restart(seed, line.stream, day.day)
        const bytes = dataBytes[position]?.[day.dayOfMonth - 1] ?? 0
        addMobileDay({ line, day, random, rows, dataBytes: bytes })
      }
      random.restart(seed, BLEMISH_STREAM, day.day)
    },
    blemish: (text) => blemishSupplierRow(text, random),
  }
}

/** Bytes of each day: what is used at home over the days at home, and each trip over its own. */
function dataOfMonth(line: MobileLine, month: readonly LocalDay[]): Float64Array {
  const bytes = new Float64Array(month.length)
  const used = month.filter((day) => isWithinActivity(line, day))
  const atHome = used.filter(
    (day) => tripOf(line, day) === undefined && isDayOfUse(line.traffic, day),
  )
  for (const [number, day] of atHome.entries()) {
    bytes[day.dayOfMonth - 1] = dayShareBytes(line.traffic.dataMegabytes, number, atHome.length)
  }
  for (const trip of line.traffic.trips) {
    const away = used.filter((day) => tripOf(line, day) === trip)
    for (const [number, day] of away.entries()) {
      bytes[day.dayOfMonth - 1] = dayShareBytes(trip.dataMegabytes, number, away.length)
    }
  }
  return bytes
}

function isWithinActivity({ activity }: MobileLine, day: LocalDay): boolean {
  return holdsAt(activity, day.startMs)
}
