/**
 * Removes archived files that are beyond the time of numbers: a file cannot be masked in the form of its
 * sender, so it goes whole. What it left open for the next file of its source stays as long as that file does.
 */
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { archivedPath } from '../files/file-archive.ts'
import { chainKey, keptOpenPath } from '../files/open-calls.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { exactInteger, queryFile } from '../ledger/engine/query-file.ts'
import { listSourceFiles, type SourceFile } from '../ledger/source-files.ts'
import type { OperationsStore, SqlRunner } from '../postgres/operations-store.ts'
import { noteRemoved, removedFiles } from './removed-files.ts'

const filesQuery = queryFile<{ heldAccounts: readonly string[] }>()(
  'retain-files',
  z.object({ number: exactInteger, lastMonth: exactInteger, isHeld: z.coerce.boolean() }),
)

/** Finished files without a row that is still kept, or of an account on hold. */
export async function filesBeyond(
  stores: { readonly clickhouse: ClickHouseStore; readonly operations: SqlRunner },
  maskMonth: number,
  heldAccounts: readonly string[],
): Promise<SourceFile[]> {
  const found = await stores.clickhouse.query(filesQuery, { heldAccounts })
  const standing = new Map(found.map((one) => [one.number, one]))
  const removed = await removedFiles(stores.operations)
  return (await listSourceFiles(stores.clickhouse)).filter((file) => {
    const { lastMonth, isHeld } = standing.get(file.number) ?? { lastMonth: Infinity, isHeld: true }
    return file.finished && !removed.has(file.number) && lastMonth <= maskMonth && !isHeld
  })
}

/** Noted first, then removed; what a run before noted and did not remove goes too. */
export async function removeFiles(
  stores: { readonly clickhouse: ClickHouseStore; readonly operations: OperationsStore },
  archiveFolder: string,
  files: readonly SourceFile[],
  nowMs: number,
): Promise<void> {
  const { operations, clickhouse } = stores
  await noteRemoved(operations, files, nowMs)
  const removed = await removedFiles(operations)
  const all = await listSourceFiles(clickhouse)
  for (const [index, file] of all.entries()) {
    if (!removed.has(file.number)) continue
    await rm(archivedPath(archiveFolder, file), { force: true })
    const next = all.slice(index + 1).find((one) => chainKey(one) === chainKey(file))
    const isNeeded = next !== undefined && !removed.has(next.number)
    if (!isNeeded) await rm(keptOpenPath(file, archiveFolder), { force: true })
  }
}
