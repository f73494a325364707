/**
 * The strongest test there is: every archived file is decoded, mediated and rated again from an
 * empty state, and each row must equal what the ledger holds, digit for digit. Counts must add up
 * per file. It changes nothing.
 */
import { chunksByCatalogue } from './rows-by-catalogue.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Directory } from '../core/accounts/accounts.ts'
import { isBeyondRetention } from '../core/usage/beyond-retention.ts'
import { entryId } from '../core/usage/ids.ts'
import { FILES_LOG, type LedgerRow } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import { openCarryingDecoder } from '../files/carry-open.ts'
import type { PendingCall, SourceConfig } from '../ingest/format.ts'
import { chainKey } from '../files/open-calls.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { createMediator, type Mediator } from '../mediation/mediate.ts'
import type { Difference } from './compare-row.ts'
import { correctionsInTime, currentCorrections, MENDABLE_REASONS } from './corrections.ts'
import { rateRow } from './rate-row.ts'
import { createReplay, type Replay } from './replay.ts'
import { decodedRecords } from './decoded-records.ts'

export interface VerifyParts {
  readonly ledger: Pick<Ledger, 'rows'>
  readonly files: readonly SourceFile[]
  readonly pathOf: (file: SourceFile) => string
  /** Whether retention removed it from the archive: then its rows are believed. */
  readonly isRemoved?: (file: SourceFile) => boolean
  /** What the files before this one left open, where the one before it was removed. */
  readonly openBefore?: (file: SourceFile) => Promise<readonly PendingCall[]>
  readonly sourceOf: (file: SourceFile) => SourceConfig
  /** The catalogue that rows with this hash were rated with. Throws when it is not archived. */
  readonly catalogueOf: (catalogueHash: string) => Promise<Catalogue>
  readonly directory: Directory
  readonly onProgress?: (progress: { rows: number; file: SourceFile }) => void
}

/** Something that is not as it must be, with the place and what was expected. */
export interface VerifyFinding {
  readonly code: VerifyFindingCode
  /** `source/partition/offset` of the row, or the file's name. */
  readonly place: string
  readonly message: string
}

export type VerifyFindingCode =
  | 'file_unfinished'
  | 'row_missing'
  | 'row_extra'
  | 'row_differs'
  | 'could_be_rated'
  | 'count_differs'

export interface FileVerdict {
  readonly file: SourceFile
  readonly records: number
  readonly rows: number
  readonly byOutcome: Readonly<Record<string, number>>
  /** Rows that retention took something from: they are believed. */
  readonly beyondRetention: number
  readonly findings: readonly VerifyFinding[]
}

/** Findings of one file beyond this are counted, not listed. */
export const FINDINGS_PER_FILE_MAX = 100

/** One verdict a file, in log order. */
export async function* verifyLog(parts: VerifyParts): AsyncGenerator<FileVerdict> {
  const replay = createReplay(parts.directory, parts.catalogueOf)
  const mediatorOf = createMediators(parts.directory)
  const corrections = await correctionsInTime(parts.ledger)
  const corrected = new Set(corrections.map(({ corrects }) => corrects))
  const current = currentCorrections(corrections)
  const open = new Map<string, readonly PendingCall[]>()
  for (const file of parts.files) {
    const ofFile = { ...parts, replay, mediatorOf, corrections, corrected, current, open }
    yield await (parts.isRemoved?.(file) === true
      ? believeFile(file, ofFile)
      : verifyFile(file, ofFile))
  }
}

interface FileParts extends VerifyParts {
  readonly replay: Replay
  readonly mediatorOf: (source: SourceConfig, catalogue: Catalogue) => Mediator
  /** Earliest first; taken from the front as the log passes them. */
  readonly corrections: LedgerRow[]
  /** Entries that a correction refers to. */
  readonly corrected: ReadonlySet<string>
  /** What counts instead of an entry that was corrected. */
  readonly current: ReadonlyMap<string, LedgerRow>
  /** What the files until now left open, by chain. */
  readonly open: Map<string, readonly PendingCall[]>
}

/** Its records are gone: what the ledger says of them moves the balances of what follows. */
async function believeFile(file: SourceFile, parts: FileParts): Promise<FileVerdict> {
  const byOutcome: Record<string, number> = {}
  let rowsCount = 0
  const log = { source: FILES_LOG, partition: file.number }
  for await (const rows of chunksByCatalogue(parts.ledger.rows({ log }))) {
    await parts.replay.useCatalogue(rows[0]?.catalogueHash ?? '')
    applyCorrections(parts, rows[0]?.recordedMs ?? 0)
    for (const row of rows) {
      byOutcome[row.outcome] = (byOutcome[row.outcome] ?? 0) + 1
      parts.replay.take(row)
    }
    rowsCount += rows.length
    parts.onProgress?.({ rows: rows.length, file })
  }
  parts.open.delete(chainKey(file)) // What it left open lies beside it in the archive.
  const found = createFindings()
  checkCounts(file, { recordsCount: file.recordsCount, rowsCount }, found)
  return {
    file,
    records: file.recordsCount,
    rows: rowsCount,
    byOutcome,
    beyondRetention: rowsCount,
    findings: found.list(),
  }
}

async function verifyFile(file: SourceFile, parts: FileParts): Promise<FileVerdict> {
  const found = createFindings()
  const { replay } = parts
  const source = parts.sourceOf(file)
  const pending = parts.open.get(chainKey(file)) ?? (await parts.openBefore?.(file)) ?? []
  const decoder = openCarryingDecoder(source, file, pending)
  const records = decodedRecords(parts.pathOf(file), decoder)
  const byOutcome: Record<string, number> = {}
  let rowsCount = 0
  let beyondRetention = 0
  const log = { source: FILES_LOG, partition: file.number }
  for await (const rows of chunksByCatalogue(parts.ledger.rows({ log }))) {
    const decoded = await records.take(rows.length)
    const catalogue = await replay.useCatalogue(rows[0]?.catalogueHash ?? '')
    const mediator = parts.mediatorOf(source, catalogue)
    const usages = decoded.map((record, index) =>
      mediator.mediate(record, file.name, rowsCount + index),
    )
    applyCorrections(parts, rows[0]?.recordedMs ?? 0)
    replay.prepare(usages)
    for (const [index, row] of rows.entries()) {
      byOutcome[row.outcome] = (byOutcome[row.outcome] ?? 0) + 1
      const usage = usages[index]
      if (usage === undefined) found.add('row_extra', entryId(row), 'the file has no such record')
      else if (isBeyondRetention(row)) {
        beyondRetention += 1
        replay.take(row)
      } else verifyRow({ row, usage, offset: rowsCount + index }, parts, found)
    }
    rowsCount += rows.length
    parts.onProgress?.({ rows: rows.length, file })
  }
  const missing = await records.countRest()
  parts.open.set(chainKey(file), decoder.pendingCalls?.() ?? [])
  const recordsCount = records.taken() + missing
  if (missing > 0)
    found.add(
      'row_missing',
      file.name,
      `${missing} records from number ${rowsCount} on have no row`,
    )
  checkCounts(file, { recordsCount, rowsCount }, found)
  return {
    file,
    records: recordsCount,
    rows: rowsCount,
    byOutcome,
    beyondRetention,
    findings: found.list(),
  }
}

/** Corrections moved the balances of whatever was rated after them. */
function applyCorrections({ corrections, replay }: FileParts, beforeMs: number): void {
  while (corrections[0] !== undefined && corrections[0].recordedMs <= beforeMs) {
    replay.take(corrections[0])
    corrections.shift()
  }
}

/** One mediator for each source and catalogue: compiling one takes longer than a small file. */
export function createMediators(directory: Directory) {
  const known = new Map<string, Mediator>()
  return (source: SourceConfig, catalogue: Catalogue): Mediator => {
    const key = `${catalogue.hash} ${JSON.stringify(source)}`
    const mediator = known.get(key) ?? createMediator({ source, catalogue, directory })
    known.set(key, mediator)
    return mediator
  }
}

function verifyRow(
  { row, usage, offset }: { row: LedgerRow; usage: Usage; offset: number },
  { replay, corrected, current }: FileParts,
  found: ReturnType<typeof createFindings>,
): void {
  const mayBeMended = row.outcome === 'rejected' && MENDABLE_REASONS.has(row.reason)
  if (mayBeMended && replay.peek(usage, row.recordedMs).outcome !== 'rejected') {
    if (corrected.has(entryId(row))) return
    found.add('could_be_rated', entryId(row), `was ${row.reason}; tik rejects replay would rate it`)
    return
  }
  const isCorrected = corrected.has(entryId(row))
  const correction = current.get(entryId(row))
  const differences = rateRow(row, usage, { replay, isCorrected, correction })
  if (row.logOffset !== offset) differences.unshift(offsetDifference(row, offset))
  found.addDifferences(row, differences)
}

function offsetDifference({ logOffset }: LedgerRow, offset: number): Difference {
  return { field: 'logOffset', ledger: String(logOffset), again: String(offset) }
}

function checkCounts(
  file: SourceFile,
  counts: { recordsCount: number; rowsCount: number },
  found: ReturnType<typeof createFindings>,
): void {
  if (!file.finished) {
    found.add('file_unfinished', file.name, 'was not taken in to its end; `tik ingest` finishes it')
  } else if (
    file.recordsCount !== counts.recordsCount ||
    counts.rowsCount !== counts.recordsCount
  ) {
    const { recordsCount, rowsCount } = counts
    found.add(
      'count_differs',
      file.name,
      `${recordsCount} records in the file, ${rowsCount} rows in the ledger, ${file.recordsCount} noted when it was taken in`,
    )
  }
}

function createFindings() {
  const findings: VerifyFinding[] = []
  let unlistedCount = 0
  const add = (code: VerifyFindingCode, place: string, message: string) => {
    if (findings.length < FINDINGS_PER_FILE_MAX) findings.push({ code, place, message })
    else unlistedCount += 1
  }
  return {
    add,
    addDifferences(row: LedgerRow, differences: readonly Difference[]) {
      if (differences.length === 0) return
      const parts = differences.map(
        ({ field, ledger, again }) => `${field} is ${ledger}, rated again ${again}`,
      )
      add('row_differs', entryId(row), `usage ${row.usageId}: ${parts.join('; ')}`)
    },
    list(): VerifyFinding[] {
      if (unlistedCount === 0) return findings
      const message = `and ${unlistedCount} more findings in this file`
      return [...findings, { code: 'row_differs', place: '…', message }]
    },
  }
}
