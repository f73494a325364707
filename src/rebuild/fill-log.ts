/**
 * The archive rated again in log order over what is left of the ledger: a row that is there is kept and
 * compared, a row that is missing is made and recorded. One pass, like `tik verify`.
 */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { isBeyondRetention } from '../core/usage/beyond-retention.ts'
import { entryId } from '../core/usage/ids.ts'
import { FILES_LOG, REPLAY_LOG, type LedgerRow, type RatedUsage } from '../core/usage/ledger-row.ts'
import type { RejectReason } from '../core/failures/reasons.ts'
import type { Usage } from '../core/usage/usage.ts'
import { openCarryingDecoder } from '../files/carry-open.ts'
import type { PendingCall, SourceConfig } from '../ingest/format.ts'
import { chainKey } from '../files/open-calls.ts'
import type { ClickHouseStore } from '../ledger/engine/clickhouse-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { BatchesOfLogs } from '../ledger/holes/recorded-batches.ts'
import { restoredRows } from '../ledger/holes/restore-rows.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import type { Mediator } from '../mediation/mediate.ts'
import { notRated } from '../pipeline.ts'
import { reverseRow } from '../rating/correct-row.ts'
import { correctionsInTime, MENDABLE_REASONS } from '../verify/corrections.ts'
import { decodedRecords, type DecodedRecords } from '../verify/decoded-records.ts'
import { rateRow } from '../verify/rate-row.ts'
import { createReplay, type Replay } from '../verify/replay.ts'
import { chunksByCatalogue } from '../verify/rows-by-catalogue.ts'
import { createMediators } from '../verify/verify-log.ts'
import { batchesOfGap, type Gap, type GapPiece, type Recording } from './batch-of-gap.ts'

export interface FillParts {
  /** The new ledger, with what was salvaged. */
  readonly store: ClickHouseStore
  readonly ledger: Pick<Ledger, 'rows'>
  readonly files: readonly SourceFile[]
  readonly pathOf: (file: SourceFile) => string
  /** Whether retention removed it from the archive: what is left of its rows is believed, no row is made. */
  readonly isRemoved: (file: SourceFile) => boolean
  /** What the files before this one left open, where the one before it was removed. */
  readonly openBefore: (file: SourceFile) => Promise<readonly PendingCall[]>
  readonly sourceOf: (file: SourceFile) => SourceConfig
  readonly catalogueOf: (catalogueHash: string) => Promise<Catalogue>
  readonly directory: Directory
  /** From the journal. */
  readonly batches: BatchesOfLogs
  /** Rows of the file that were recorded, as far as anybody knows. */
  readonly recordedCount: (file: SourceFile) => number
  /** Of files whose lost rows no catalogue is known for. */
  readonly catalogueHash: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: { rows: number; file: SourceFile }) => void
}

export interface FilledFile {
  readonly file: SourceFile
  readonly keptCount: number
  readonly madeCount: number
  /** Rows that are left and would be rated otherwise today, or have no record, a sentence each. */
  readonly differences: readonly string[]
}

export async function* fillLog(parts: FillParts): AsyncGenerator<FilledFile> {
  const corrections = await correctionsInTime(parts.ledger)
  const state: FillState = {
    ...parts,
    replay: createReplay(parts.directory, parts.catalogueOf),
    mediatorOf: createMediators(parts.directory),
    replayed: new Set(
      corrections.filter((row) => row.logSource === REPLAY_LOG).map(({ corrects }) => corrects),
    ),
    reversals: new Map(
      corrections
        .filter(({ entryKind }) => entryKind === 'reversal')
        .map((row) => [row.corrects, row]),
    ),
    corrections,
    open: new Map(),
    last: { recordedMs: 0, catalogueHash: parts.catalogueHash },
  }
  for (const file of parts.files) {
    yield await (parts.isRemoved(file) ? believeFile(file, state) : fillFile(file, state))
  }
}

interface FillState extends FillParts {
  readonly replay: Replay
  readonly mediatorOf: (source: SourceConfig, catalogue: Catalogue) => Mediator
  /** Rejected entries that were rated or written off later. */
  readonly replayed: ReadonlySet<string>
  /** By the entry that they take out. */
  readonly reversals: ReadonlyMap<string, LedgerRow>
  readonly corrections: LedgerRow[]
  readonly open: Map<string, readonly PendingCall[]>
  /** Of the last row: what a lost one beside it has too. */
  last: Omit<Recording, 'batchId'>
}

interface FileState extends FillState {
  readonly file: SourceFile
  readonly source: SourceConfig
  readonly records: DecodedRecords
  readonly differences: string[]
}

/** Its records are gone: what is left of its rows moves the balances of what follows. */
async function believeFile(file: SourceFile, state: FillState): Promise<FilledFile> {
  let keptCount = 0
  const log = { source: FILES_LOG, partition: file.number }
  for await (const rows of chunksByCatalogue(state.ledger.rows({ log }))) {
    state.signal.throwIfAborted()
    const [first] = rows
    if (first === undefined) continue
    state.last = { recordedMs: first.recordedMs, catalogueHash: first.catalogueHash }
    await state.replay.useCatalogue(first.catalogueHash)
    takeCorrections(state)
    for (const row of rows) state.replay.take(row)
    keptCount += rows.length
    state.onProgress({ rows: rows.length, file })
  }
  state.open.delete(chainKey(file))
  return { file, keptCount, madeCount: 0, differences: [] }
}

async function fillFile(file: SourceFile, parts: FillState): Promise<FilledFile> {
  const source = parts.sourceOf(file)
  const pending = parts.open.get(chainKey(file)) ?? (await parts.openBefore(file))
  const decoder = openCarryingDecoder(source, file, pending)
  const records = decodedRecords(parts.pathOf(file), decoder)
  const state: FileState = Object.assign(parts, { file, source, records, differences: [] })
  let [nextOffset, keptCount, madeCount] = [0, 0, 0]
  const log = { source: FILES_LOG, partition: file.number }
  for await (const chunk of chunksByCatalogue(parts.ledger.rows({ log }))) {
    for (const rows of contiguousRuns(chunk)) {
      parts.signal.throwIfAborted()
      const firstOffset = rows[0]?.logOffset ?? 0
      madeCount += await fillGap(
        { firstOffset: nextOffset, nextOffset: firstOffset },
        state,
        rows[0],
      )
      await keepRows(rows, nextOffset, state)
      keptCount += rows.length
      nextOffset = Math.max(nextOffset, firstOffset + rows.length)
    }
  }
  madeCount += await fillGap(
    { firstOffset: nextOffset, nextOffset: parts.recordedCount(file) },
    state,
  )
  await records.countRest()
  parts.open.set(chainKey(file), decoder.pendingCalls?.() ?? [])
  return { file, keptCount, madeCount, differences: state.differences }
}

function contiguousRuns(rows: readonly LedgerRow[]): LedgerRow[][] {
  const runs: LedgerRow[][] = []
  for (const row of rows) {
    const last = runs.at(-1)?.at(-1)
    if (last?.logOffset === row.logOffset - 1) runs.at(-1)?.push(row)
    else runs.push([row])
  }
  return runs
}

/** Rates what is there, so that the balances go on, and compares. */
async function keepRows(rows: LedgerRow[], nextOffset: number, state: FileState): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  if (first.logOffset < nextOffset) {
    state.differences.push(`${entryId(first)}: stands in the ledger twice`)
    return
  }
  state.last = { recordedMs: first.recordedMs, catalogueHash: first.catalogueHash }
  const usages = await nextUsages(rows.length, first.logOffset, state)
  for (const [index, row] of rows.entries()) {
    const usage = usages[index]
    if (usage === undefined) {
      state.differences.push(`${entryId(row)}: the archived file has no such record`)
      continue
    }
    if (isBeyondRetention(row)) {
      state.replay.take(row)
      continue
    }
    const mayBeMended = row.outcome === 'rejected' && MENDABLE_REASONS.has(row.reason)
    if (mayBeMended && state.replay.peek(usage, row.recordedMs).outcome !== 'rejected') continue
    const isCorrected = state.replayed.has(entryId(row)) || state.reversals.has(entryId(row))
    const { replay } = state
    for (const { field, ledger, again } of rateRow(row, usage, { replay, isCorrected })) {
      state.differences.push(`${entryId(row)}: ${field} is ${ledger}, rated again ${again}`)
    }
  }
  state.onProgress({ rows: rows.length, file: state.file })
}

/** Returns how many rows were made: the archived file may have fewer. */
async function fillGap(gap: Gap, state: FileState, after?: LedgerRow): Promise<number> {
  if (gap.firstOffset >= gap.nextOffset) return 0
  const { file } = state
  const isFirst = gap.firstOffset === 0
  const before = isFirst ? { ...state.last, recordedMs: file.registeredMs } : state.last
  const otherwise = isFirst && after !== undefined ? after : before
  const batches = state.batches.get(`${FILES_LOG}/${file.number}`) ?? []
  let madeCount = 0
  for (const piece of batchesOfGap(gap, batches, otherwise)) {
    state.signal.throwIfAborted()
    madeCount += await makeRows(piece, state)
  }
  return madeCount
}

async function makeRows(piece: GapPiece, state: FileState): Promise<number> {
  const { firstOffset, nextOffset, recordedMs, catalogueHash, batchId } = piece
  const { file, store, replay, replayed } = state
  state.last = { recordedMs, catalogueHash }
  const log = { source: FILES_LOG, partition: file.number }
  const made = restoredRows(store)
  const usages = await nextUsages(nextOffset - firstOffset, firstOffset, state)
  for (const [index, usage] of usages.entries()) {
    const offset = firstOffset + index
    const entry = `${FILES_LOG}/${file.number}/${offset}`
    const reversal = state.reversals.get(entry)
    if (reversal !== undefined) made.appendRow(asReversed(reversal, usage, state))
    else if (replayed.has(entry)) made.append(usage, asRejected(usage, recordedMs, replay))
    else made.append(usage, replay.rate(usage, recordedMs))
  }
  if (usages.length > 0) await made.record({ log, firstOffset, batchId, recordedMs, catalogueHash })
  state.onProgress({ rows: usages.length, file })
  return usages.length
}

/** A reversal is its entry with every amount negated, so it tells what stood there, whatever changed since. */
function asReversed(reversal: LedgerRow, usage: Usage, { replay, last }: FileState): LedgerRow {
  const crossings = [...replay.peek(usage, last.recordedMs).crossings]
  const row: LedgerRow = { ...reverseRow(reversal), crossings, entryKind: 'usage', corrects: '' }
  replay.take(row)
  return row
}

/** It was rejected, for it left suspense later; what was mended since, nobody can tell any more. */
function asRejected(usage: Usage, recordedMs: number, replay: Replay): RatedUsage {
  const rated = replay.peek(usage, recordedMs)
  const reason: RejectReason = 'reason_lost'
  return rated.outcome === 'rejected' ? rated : notRated('rejected', reason)
}

/** Mediated and prepared, with the catalogue and the corrections of the moment of `state.last`. */
async function nextUsages(count: number, firstOffset: number, state: FileState): Promise<Usage[]> {
  const { replay, records, last, file, source } = state
  const decoded = await records.take(count)
  const catalogue = await replay.useCatalogue(last.catalogueHash)
  const mediator = state.mediatorOf(source, catalogue)
  const usages = decoded.map((record, index) =>
    mediator.mediate(record, file.name, firstOffset + index),
  )
  takeCorrections(state)
  replay.prepare(usages)
  return usages
}

/** Those until the moment of `last` moved the balances of what comes now. */
function takeCorrections({ corrections, replay, last }: FillState): void {
  while (corrections[0] !== undefined && corrections[0].recordedMs <= last.recordedMs) {
    replay.take(corrections[0])
    corrections.shift()
  }
}
