/**
 * What can still be read of a ledger, part by part, into files; and from the files into a new one. A
 * part that cannot be read to its end is left out whole: half of its columns are no rows.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { LEDGER_COLUMN_LIST } from '../ledger/columns/ledger-columns.ts'
import { sqlLiteral } from '../ledger/engine/native-insert.ts'
import { queryText } from '../ledger/engine/query-file.ts'

export interface Salvage {
  readonly pieces: readonly SalvagedPart[]
  /** `table/part`: what the engine could not read. */
  readonly unreadable: readonly string[]
}

interface SalvagedPart {
  readonly table: string
  readonly path: string
}

/** Everything else in the ledger is made by its migrations, or copied anew from the operations store. */
const SALVAGED: ReadonlyMap<string, string> = new Map([
  ['usage_ledger', LEDGER_COLUMN_LIST],
  [
    'source_files',
    'file_number, event, content_hash, name, source_id, format, size_bytes, records_count, recorded_at, stream, sequence, sequence_max',
  ],
  ['accepted_losses', 'log_source, log_partition, first_offset, next_offset, accepted_at'],
])

const partsQuery = queryText()(
  'parts-to-salvage',
  `SELECT table, name FROM system.parts
  WHERE active AND database = currentDatabase() ORDER BY table, name`,
  z.object({ table: z.string(), name: z.string() }),
)

export async function salvageLedger(store: ClickHouseStore, folder: string): Promise<Salvage> {
  mkdirSync(folder, { recursive: true })
  const pieces: SalvagedPart[] = []
  const unreadable: string[] = []
  for (const { table, name } of await store.query(partsQuery, {})) {
    const columns = SALVAGED.get(table)
    if (columns === undefined) continue
    const path = join(folder, `${table}-${name}.native.zst`)
    try {
      await store.command(
        `INSERT INTO FUNCTION file(${sqlLiteral(path)}, Native)
        SELECT ${columns} FROM ${table} WHERE _part = ${sqlLiteral(name)}
        SETTINGS optimize_use_projections = 0`,
      )
      pieces.push({ table, path })
    } catch (error) {
      if (!(error instanceof TikError) || error.code === 'disk_full') throw error
      rmSync(path, { force: true })
      unreadable.push(`${table}/${name}`)
    }
  }
  return { pieces, unreadable }
}

/** Rows that stand in two parts, as after a half finished merge, would be found as a difference. */
export async function loadSalvage(
  store: ClickHouseStore,
  pieces: readonly SalvagedPart[],
): Promise<void> {
  for (const { table, path } of pieces) {
    const columns = SALVAGED.get(table) ?? ''
    await store.command(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM file(${sqlLiteral(path)}, Native)
      SETTINGS insert_deduplicate = 0`,
    )
    rmSync(path)
  }
}
