/** One export in a process of its own: so that the peak of memory is of it. Prints a line of JSON. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeExportFile } from '../src/app/usage/export-file.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { EXPORT_FORMATS, exportFileKind } from '../src/reports/export-format.ts'
import { exportUsage } from '../src/reports/export-usage.ts'
import { parsePeriod } from '../src/reports/period-filter.ts'

const timeZone = 'Europe/Amsterdam'
const [folder = '', name = '', period = '', now = ''] = process.argv.slice(2)
const format = EXPORT_FORMATS.find((each) => each === name)
if (format === undefined) throw new Error(`there is no format ${name}`)

const out = join(folder, `export-${process.pid}`)
await using store = await openClickHouse({ folder: join(folder, 'ledger') })

async function write(text: string, accountId?: string): Promise<number> {
  const filter = {
    scope: { kind: 'operator' },
    period: parsePeriod(text, { timeZone, nowMs: Date.parse(now) }),
    accountId,
  } as const
  const { format: form } = exportFileKind(format ?? 'csv')
  const { rowsCount } = await writeExportFile(
    { path: out, asked: '', continues: form.kind !== 'parquet' },
    {
      open: (beforeMs) => exportUsage(store, filter, { format: form, timeZone, beforeMs }),
      signal: new AbortController().signal,
      startProgress: () => ({ update() {}, stop() {} }),
    },
  )
  rmSync(out)
  return rowsCount
}

await write(period, 'nobody') // Loads what a first query loads.
writeFileSync('/proc/self/clear_refs', '5') // The peak begins anew.
const before = kilobytes('VmRSS')
const cpuBefore = process.cpuUsage()
const started = performance.now()
const rows = await write(period)
const seconds = (performance.now() - started) / 1000
const cpu = process.cpuUsage(cpuBefore)
const peakMb = (kilobytes('VmHWM') - before) / 1000
const cpuMicroseconds = (cpu.user + cpu.system) / rows
console.log(JSON.stringify({ rows, seconds, peakMb, cpuMicroseconds }))

function kilobytes(line: string): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1])
}
