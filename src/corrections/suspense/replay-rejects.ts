/**
 * Rates what waits in suspense once more, after its cause is mended: the archived record as it came,
 * with today's accounts, prices and settings of the source. What can be rated now leaves suspense by
 * an entry that points at the rejected one; what cannot is left alone. Running it again adds nothing.
 */
import assert from 'node:assert/strict'
import type { Clock } from '../../core/time/clock.ts'
import { entryId } from '../../core/usage/ids.ts'
import {
  FILES_LOG,
  type LedgerRow,
  type LogPartition,
  type RatedUsage,
} from '../../core/usage/ledger-row.ts'
import type { DecodedRecord, Usage } from '../../core/usage/usage.ts'
import { outcomeOf, prepareUsages, type PipelineParts } from '../../pipeline.ts'
import type { ArchivedRecords } from './archived-records.ts'
import type { TopicRecords } from './topic-records.ts'
import { createReplayReport, type ReplayGroup, type ReplayReport } from './replay-report.ts'
import { nextReplayRun } from './replay-log.ts'
import { waitingRejects, type Suspense, type WaitingReject } from './waiting-rejects.ts'

export interface ReplayParts {
  readonly suspense: Suspense
  readonly pipeline: PipelineParts
  /** The archived file with this number; undefined where there is none. */
  readonly openFile: (number: number) => Promise<OpenedFile | undefined>
  /** What came over topics; undefined where none can be read. */
  readonly topics?: TopicRecords | undefined
  readonly clock: Clock
  /** Entries in one ledger commit, and candidates looked at together. */
  readonly batchRowsMax: number
  /** Stops between two batches when it is aborted; what is recorded stays. */
  readonly signal?: AbortSignal
}

export interface OpenedFile {
  readonly records: ArchivedRecords
  /** With the settings that its source has today. */
  mediate(record: DecodedRecord, originRecord: number): Usage
}

/** `reasons` empty means all. One group for each reason, the most frequent first. */
export async function replayRejects(
  parts: ReplayParts,
  reasons: readonly string[],
): Promise<readonly ReplayGroup[]> {
  const report = createReplayReport()
  const run = { log: await nextReplayRun(parts.pipeline.ledger), nextOffset: 0 }
  let batch: Candidate[] = []
  for await (const candidate of readCandidates(parts, reasons, report)) {
    batch.push(candidate)
    if (batch.length < parts.batchRowsMax) continue
    await replayBatch(batch, run, parts, report)
    batch = []
  }
  if (batch.length > 0) await replayBatch(batch, run, parts, report)
  return report.groups().map(checked)
}

interface Candidate {
  readonly entry: WaitingReject
  readonly usage: Usage
}

/** What waits, mediated anew, in log order. What cannot be read again is reported as staying. */
async function* readCandidates(
  { suspense, openFile, topics }: ReplayParts,
  reasons: readonly string[],
  report: ReplayReport,
): AsyncGenerator<Candidate> {
  let partition: number | undefined
  let file: OpenedFile | undefined
  try {
    for await (const entry of waitingRejects(suspense, reasons)) {
      if (entry.logSource !== FILES_LOG) {
        const usage = await topics?.usageOf(entry)
        if (usage !== undefined && isSameUsage(entry, usage)) yield { entry, usage }
        else report.stays(entry.reason, topics === undefined ? NO_TOPICS : notInTheTopic(entry))
        continue
      }
      if (entry.logPartition !== partition) {
        await file?.records.close()
        partition = entry.logPartition
        file = await openFile(partition)
      }
      const record = await file?.records.at(entry.logOffset)
      const usage = record && file?.mediate(record, entry.logOffset)
      if (record && usage && isSameRecord(entry, record, usage)) yield { entry, usage }
      else report.stays(entry.reason, { ...NOT_IN_THE_ARCHIVE, detail: entryId(entry) })
    }
  } finally {
    await file?.records.close()
  }
}

const NO_TOPICS = {
  reason: 'not_from_a_file',
  detail: 'came over a topic: set TIK_KAFKA_BROKERS, or write it off',
}

function notInTheTopic(entry: WaitingReject) {
  const detail = `${entryId(entry)}: ${entry.origin} no longer has it; send it again or write it off`
  return { reason: 'not_in_the_topic', detail }
}

/** A record has no other place in its message, so the same id and content are the same record. */
function isSameUsage(entry: WaitingReject, usage: Usage): boolean {
  return entry.usageId === usage.usageId && entry.contentHash === usage.contentHash
}

const NOT_IN_THE_ARCHIVE = { reason: 'not_in_the_archive' }

/** The raw record is kept where mediation refused it, the hash of its content where rating did. */
function isSameRecord(entry: WaitingReject, record: DecodedRecord, usage: Usage): boolean {
  if (entry.raw !== '') return entry.raw === record.raw.toWellFormed()
  return entry.contentHash === usage.contentHash
}

async function replayBatch(
  batch: readonly Candidate[],
  run: { readonly log: LogPartition; nextOffset: number },
  { pipeline, clock, signal }: ReplayParts,
  report: ReplayReport,
): Promise<void> {
  signal?.throwIfAborted()
  const { ledger, catalogueHash } = pipeline
  const settled = Promise.resolve() // Each batch is recorded before the next one is prepared.
  await prepareUsages(
    batch.map(({ usage }) => usage),
    pipeline,
    settled,
  )
  const recordedMs = clock.nowMs()
  const corrections = ledger.newBatch(run.log, run.nextOffset, recordedMs, catalogueHash)
  for (const { entry, usage } of batch) {
    const rated = outcomeOf(usage, pipeline, recordedMs)
    const { reason } = rated
    const detail = rated.detail || usage.detail
    if (rated.outcome === 'rejected') {
      report.stays(entry.reason, { reason, detail })
    } else {
      report.leaves(entry.reason, rated)
      const position = { ...run.log, recordedMs, catalogueHash, reason, detail }
      corrections.appendRow(correctionOf(entry, usage, rated, position))
    }
  }
  const { rowsCount } = corrections // Recording empties the batch.
  if (rowsCount === 0) return
  await ledger.record(corrections)
  run.nextOffset += rowsCount
}

/** The batch gives the row its offset. */
function correctionOf(
  entry: WaitingReject,
  usage: Usage,
  rated: RatedUsage,
  position: LogPartition & Pick<LedgerRow, 'recordedMs' | 'catalogueHash' | 'reason' | 'detail'>,
): LedgerRow {
  const { subscriptionIndex: _s, callTypeIndex: _c, ...kept } = usage
  const { rejectReason: _r, unbillableReason: _u, ...fields } = kept
  const { source, partition, ...recording } = position
  return {
    ...fields,
    ...rated,
    ...recording,
    logSource: source,
    logPartition: partition,
    logOffset: 0,
    entryKind: 'correction',
    corrects: entryId(entry),
  }
}

/** Nothing is lost: each that waited either left or stays. */
function checked(group: ReplayGroup): ReplayGroup {
  const { waiting, rated, duplicate, unbillable, still } = group
  const stillCount = still.reduce((sum, { count }) => sum + count, 0)
  assert.equal(rated + duplicate + unbillable + stillCount, waiting)
  return group
}
