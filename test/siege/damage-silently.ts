/** The canary: something is changed behind everybody's back, which the comparison must find. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openClickHouse } from '../../src/ledger/engine/clickhouse-store.ts'
import { chooseOf } from './choose.ts'

const KINDS = ['row', 'lost row', 'mail', 'document'] as const

/** Returns what it did. */
export async function damageSilently(dataFolder: string, random: () => number): Promise<string> {
  const kind = chooseOf(KINDS, random)
  if (kind === 'mail') return turnByte(join(dataFolder, 'mails'), random)
  if (kind === 'document') return turnByte(join(dataFolder, 'invoices'), random)
  const change = kind === 'row' ? 'UPDATE charge = charge + 0.000001 WHERE' : 'DELETE WHERE'
  const row = Math.floor(random() * ROWS_TRIED)
  await using store = await openClickHouse({ folder: join(dataFolder, 'ledger') })
  await store.command(
    `ALTER TABLE usage_ledger ${change} log_source = 'files' AND log_partition = 1 AND log_offset = ${row} SETTINGS mutations_sync = 1`,
  )
  return `${kind} files/1/${row}`
}

/** The first file has more records. */
const ROWS_TRIED = 100

function turnByte(folder: string, random: () => number): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const path = chooseOf(files.sort(), random)
  const bytes = readFileSync(path)
  const at = Math.floor(random() * bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
  return `byte ${at} of ${path.slice(folder.length + 1)}`
}
