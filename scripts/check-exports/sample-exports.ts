/** A small ledger with what is hard for spreadsheets, and its exports. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { micros } from '../../src/core/money/money.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import { openClickHouse } from '../../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../../src/ledger/engine/migrate-clickhouse.ts'
import { exportFileKind } from '../../src/reports/export-format.ts'
import { bytesOf, exportUsage } from '../../src/reports/export-usage.ts'
import { parsePeriod } from '../../src/reports/period-filter.ts'
import { ratedOf, usageOf } from '../../test/doubles/ledger.conformance.ts'

const timeZone = 'Europe/Amsterdam'
const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
/** What names and numbers of others can hold. */
const TEXTS = [
  '=SUM(A1:A9)',
  '+31612345678',
  "+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1)',
  '\t=1+1',
  '\r=1+1',
  'semi;colon "quoted"',
  'two\nlines',
  'é € 😀',
  'Bank',
]
export const SAMPLE_ROWS = 110
const CHARGES_MICROS = [0, 42_300, 1_234_567, -250_000, 999_999_999]
/** In euros: what the amounts of all rows add up to. */
export const SAMPLE_SUM = (SAMPLE_ROWS / CHARGES_MICROS.length) * 1001.026_866

export async function writeSampleExports(
  folder: string,
): Promise<{ excel: string; parquet: string }> {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  const ledger = createClickHouseLedger(store)
  const batch = ledger.newBatch({ source: 'files', partition: 1 }, 0, NOW_MS, 'hash')
  for (let row = 0; row < SAMPLE_ROWS; row += 1) {
    const text = TEXTS[row % TEXTS.length] ?? ''
    const usage = {
      usageId: `mno:${row}${text}`,
      sender: text,
      receiver: '+3612345678',
      subscriptionId: text,
      visitedNetwork: row % 2 === 0 ? '262-01' : '',
      startMs: Date.parse('2026-10-24T22:30:15.250Z') + row * 611_000,
    }
    const chargeMicros = micros(CHARGES_MICROS[row % CHARGES_MICROS.length] ?? 0)
    batch.append(usageOf(usage), ratedOf({ chargeMicros, late: row % 7 === 0 }))
  }
  await ledger.record(batch)
  const excel = join(folder, 'usage.csv')
  const parquet = join(folder, 'usage.parquet')
  for (const [path, name] of [
    [excel, 'excel'],
    [parquet, 'parquet'],
  ] as const) {
    const { format } = exportFileKind(name)
    const period = parsePeriod('2026-10', { timeZone, nowMs: NOW_MS })
    const filter = { scope: { kind: 'operator' }, period } as const
    const pieces = bytesOf(await exportUsage(store, filter, { format, timeZone }))
    await writeFile(path, Buffer.concat(await Array.fromAsync(pieces)))
  }
  return { excel, parquet }
}
