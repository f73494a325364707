/** Writes one source's month into files of a week each. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createDayRows } from './day-rows.ts'
import type { DemoFile } from './make-month.ts'
import type { RecordFeed } from './record-feeds.ts'

const DAYS_PER_FILE = 7

export function writeFeed(
  feed: RecordFeed,
  settings: { folder: string; seed: number; days: readonly number[]; onDay: () => void },
): DemoFile[] {
  const { folder, seed, days, onDay } = settings
  mkdirSync(folder, { recursive: true })
  const files: DemoFile[] = []
  const rows = createDayRows()
  for (let first = 0; first < days.length; first += DAYS_PER_FILE) {
    const week = days.slice(first, first + DAYS_PER_FILE).map((day) => feed.day(day))
    const [begin] = week
    if (begin === undefined) break
    const path = join(folder, feed.fileName(begin, files.length + 1))
    const file = openSync(path, 'w')
    let recordsCount = 0
    try {
      writeSync(file, feed.header)
      if (feed.repeatsLastRow && rows.lastText() !== '') {
        writeSync(file, rows.lastText())
        recordsCount += 1
      }
      for (const day of week) {
        rows.clear()
        feed.addDay(day, seed, rows)
        recordsCount += rows.write(
          (bytes) => writeSync(file, bytes),
          (text) => feed.blemish(text),
        )
        onDay()
      }
      writeSync(file, feed.trailer(recordsCount))
    } finally {
      closeSync(file)
    }
    files.push({ sourceId: feed.sourceId, path, recordsCount })
  }
  return files
}
