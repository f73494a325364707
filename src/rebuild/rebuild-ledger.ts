/**
 * A new ledger of what can be read of the old one and of the archive. Nothing takes the old one's place
 * here: the caller looks at the outcome first.
 */
import { z } from 'zod'
import { FILES_LOG } from '../core/usage/ledger-row.ts'
import type { PendingCall } from '../ingest/format.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import { NUMBERED_LOGS, type KnownPosition, type LedgerHole } from '../ledger/holes/find-holes.ts'
import { ledgerHoles, missingRanges } from '../ledger/holes/ledger-holes.ts'
import { queryFile } from '../ledger/engine/query-file.ts'
import { batchesOf } from '../ledger/holes/recorded-batches.ts'
import type { JournalEvent } from '../ledger/holes/recording-journal.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { fillLog, type FilledFile, type FillParts } from './fill-log.ts'
import { restoreList } from './restore-list.ts'
import { loadSalvage, type Salvage } from './salvage-ledger.ts'

export interface RebuildParts extends Pick<
  FillParts,
  'ledger' | 'pathOf' | 'isRemoved' | 'sourceOf' | 'catalogueOf' | 'directory' | 'signal'
> {
  /** The new ledger: migrated and empty. */
  readonly store: ClickHouseStore
  readonly salvage: Salvage
  readonly journal: readonly JournalEvent[]
  /** How far the logs went, as far as journal, bill runs and alerts know. */
  readonly known: readonly KnownPosition[]
  /** Of today: for lost rows of which nobody knows which catalogue they had. */
  readonly catalogueHash: string
  /** What the files before one of the list left open, by what lies beside them in the archive. */
  readonly openBefore: (
    file: SourceFile,
    list: readonly SourceFile[],
  ) => Promise<readonly PendingCall[]>
  readonly onProgress: (progress: { rows: number; file: SourceFile; files: number }) => void
}

export interface Rebuilt {
  readonly files: readonly FilledFile[]
  /** What neither the old ledger nor the archive has. */
  readonly losses: readonly LedgerHole[]
}

const newestCatalogue = queryFile()('newest-catalogue', z.object({ catalogueHash: z.string() }))

export async function rebuildLedger(parts: RebuildParts): Promise<Rebuilt> {
  const { store, journal, known } = parts
  await loadSalvage(store, parts.salvage.pieces)
  const { files: list } = await restoreList(store, journal)
  const [newest] = await store.query(newestCatalogue, {})
  const noted = journal.findLast((event) => event.event === 'batch')
  const files: FilledFile[] = []
  const filling = fillLog({
    ...parts,
    files: list,
    openBefore: (file) => parts.openBefore(file, list),
    batches: batchesOf(journal),
    recordedCount: countOf(known),
    catalogueHash: newest?.catalogueHash || noted?.catalogueHash || parts.catalogueHash,
    onProgress: (step) => parts.onProgress({ ...step, files: list.length }),
  })
  for await (const file of filling) files.push(file)
  const holes = await ledgerHoles(store, known)
  return { files, losses: holes.filter(({ heals }) => !heals) }
}

function countOf(known: readonly KnownPosition[]): (file: SourceFile) => number {
  const counts = new Map<number, number>()
  for (const { source, partition, nextOffset } of known) {
    if (source === FILES_LOG)
      counts.set(partition, Math.max(nextOffset, counts.get(partition) ?? 0))
  }
  return ({ number, recordsCount }) => Math.max(recordsCount, counts.get(number) ?? 0)
}

const ACCEPT_LOSS = `
INSERT INTO accepted_losses
SELECT {source:String}, {partition:UInt32}, {firstOffset:Int64}, {nextOffset:Int64},
    fromUnixTimestamp64Milli({acceptedMs:Int64}, 'UTC')`

/** Notes in the new ledger that these rows are given up, so that they are not missed for ever. */
export async function acceptLosses(
  store: ClickHouseStore,
  losses: readonly LedgerHole[],
  acceptedMs: number,
): Promise<void> {
  for (const loss of losses.filter(({ kind }) => kind === 'rows')) {
    const { source, partition, expectedCount, missingCount } = loss
    const between = await missingRanges(store, loss)
    const betweenCount = between.reduce((sum, each) => sum + each.nextOffset - each.firstOffset, 0)
    const atEnd = {
      firstOffset: expectedCount - (missingCount - betweenCount),
      nextOffset: expectedCount,
    }
    for (const range of [...between, atEnd]) {
      if (range.firstOffset >= range.nextOffset) continue
      await store.command(ACCEPT_LOSS, { source, partition, ...range, acceptedMs })
    }
  }
}

/** Where the rows of a log come from, for whoever must find them again. */
export function originOf(
  { source, partition, kind }: LedgerHole,
  isRemoved: (file: { readonly number: number }) => boolean,
): string {
  if (kind === 'list') return 'neither the list of files nor the journal of the archive has it'
  if (source === FILES_LOG && isRemoved({ number: partition })) {
    return 'its file was beyond its time and removed by `tik retain`: a backup of the ledger may have them'
  }
  if (source === FILES_LOG) return 'its archived file is missing or has fewer records'
  if (NUMBERED_LOGS.has(source)) return 'corrections are in the ledger only: a backup may have them'
  return 'came over a topic: the topic, as long as it keeps them, or a backup has them'
}
