/** What a bad disk or a careless hand does to an embedded ledger, at a place that a test names. */
import {
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { LogPartition } from '../src/core/usage/ledger-row.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { queryText } from '../src/ledger/engine/query-file.ts'

/**
 * `cut`: a column file loses its end, so the engine sets the part aside at start. `flip`: bytes change
 * and the size does not, which is found when they are read. `remove`: the folder of the part is gone.
 */
export type Damage = 'cut' | 'flip' | 'remove'

const partsQuery = queryText<{ source: string; partition: number; offset: number }>()(
  'parts-of-a-log',
  `SELECT DISTINCT _part AS name FROM usage_ledger
  WHERE log_source = {source:String} AND log_partition = {partition:UInt32}
    AND ({offset:Int64} < 0 OR log_offset = {offset:Int64})`,
  z.object({ name: z.string() }),
)

/** Damages every part with rows of that partition (or only with that row), and what they were merged from. */
export async function damageParts(
  ledgerFolder: string,
  place: LogPartition & { readonly offset?: number },
  damage: Damage,
): Promise<void> {
  const names: string[] = []
  {
    await using store = await openClickHouse({ folder: ledgerFolder })
    const found = await store.query(partsQuery, { ...place, offset: place.offset ?? -1 })
    names.push(...found.map(({ name }) => name))
  }
  if (names.length === 0) throw new Error(`no part has rows of ${place.source}/${place.partition}`)
  for (const folder of partFolders(ledgerFolder)) {
    const part = folder.split('/').at(-1) ?? ''
    if (names.some((name) => covers(name, part))) damagePart(folder, damage)
  }
}

/** Of a table whose parts begin like this, e.g. `all_`: of all its rows. */
export function removeTableParts(ledgerFolder: string, table: string): void {
  for (const folder of partFolders(join(ledgerFolder, 'data', 'default', table))) {
    rmSync(folder, { recursive: true })
  }
}

const PART = /^(\d+|all)_(\d+)_(\d+)_\d+$/

function partFolders(folder: string): string[] {
  const found: string[] = []
  const walk = (path: string): void => {
    for (const name of readdirSync(path)) {
      const below = join(path, name)
      if (name === 'detached' || !lstatSync(below).isDirectory()) continue
      if (PART.test(name)) found.push(below)
      else walk(below)
    }
  }
  walk(folder)
  return found
}

function covers(whole: string, part: string): boolean {
  const [outer, inner] = [PART.exec(whole), PART.exec(part)]
  if (outer === null || inner === null || outer[1] !== inner[1]) return false
  return Number(outer[2]) <= Number(inner[2]) && Number(outer[3]) >= Number(inner[3])
}

/** So close that every column of a small part is hit. */
const FLIPPED_BYTES_APART = 97

function damagePart(folder: string, damage: Damage): void {
  if (damage === 'remove') return rmSync(folder, { recursive: true })
  const path = join(folder, 'data.bin')
  if (damage === 'cut') return truncateSync(path, Math.floor(statSync(path).size / 2))
  const bytes = readFileSync(path)
  for (let at = FLIPPED_BYTES_APART; at < bytes.length; at += FLIPPED_BYTES_APART) {
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  }
  writeFileSync(path, bytes)
}
