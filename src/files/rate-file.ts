/**
 * One archived file, from its bytes to the ledger. The file is the log: its number is the partition
 * and the record's place in it the offset, so a file that was half done when the power went is
 * finished by calling this again.
 */
import assert from 'node:assert/strict'
import type { Clock } from '../core/time/clock.ts'
import { FILES_LOG, type LogPartition } from '../core/usage/ledger-row.ts'
import type { DecodedRecord, Usage } from '../core/usage/usage.ts'
import type { Mediator } from '../mediation/mediate.ts'
import { addTally, emptyTally, processBatch, type PipelineParts, type Tally } from '../pipeline.ts'
import type { RecordDecoder } from '../ingest/format.ts'
import { readFileChunks } from '../ingest/reading/read-file.ts'

export interface RateFileParts {
  readonly pipeline: PipelineParts
  readonly mediator: Mediator
  readonly decoder: RecordDecoder
  readonly clock: Clock
  /** Records in one ledger commit. */
  readonly batchRowsMax: number
  /** Records that the ledger has already, from an earlier start. */
  readonly recordedCount: number
  /** Stops between two batches or chunks when it is aborted; what is recorded stays. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { bytes: number; records: number }) => void
}

export interface ArchivedFile {
  readonly number: number
  readonly name: string
  readonly path: string
}

/** `tally` counts what this call recorded; `records` all records of the file. */
export interface FileResult {
  readonly tally: Tally
  readonly records: number
}

export async function rateFile(file: ArchivedFile, parts: RateFileParts): Promise<FileResult> {
  const { decoder, mediator, recordedCount, batchRowsMax } = parts
  const recorder = createRecorder({ source: FILES_LOG, partition: file.number }, parts)
  let usages: Usage[] = []
  let records = 0
  let bytes = 0
  const take = (record: DecodedRecord) => {
    if (records >= recordedCount) usages.push(mediator.mediate(record, file.name, records))
    records += 1
  }
  const drain = async (least: number) => {
    while (usages.length >= least && usages.length > 0) {
      parts.signal?.throwIfAborted()
      const batch = usages.slice(0, batchRowsMax)
      usages = usages.slice(batch.length)
      await recorder.add(batch)
    }
    parts.onProgress?.({ bytes, records })
  }

  try {
    const reading = parts.signal === undefined ? {} : { signal: parts.signal }
    for await (const chunk of readFileChunks(file.path, reading)) {
      bytes += chunk.length
      decoder.push(chunk, take)
      await drain(batchRowsMax)
    }
    decoder.end(take)
    await drain(1)
  } finally {
    await recorder.finish()
  }
  const recorded = recorder.tally
  assert.equal(recordedCount + countOf(recorded), Math.max(records, recordedCount)) // Conservation.
  return { tally: recorded, records }
}

/** Rates a batch while the one before it is being written; at most one write is under way. */
function createRecorder(log: LogPartition, parts: RateFileParts) {
  const tally = emptyTally()
  let firstOffset = parts.recordedCount
  let settled = Promise.resolve()
  return {
    tally,
    async add(usages: readonly Usage[]): Promise<void> {
      const batch = { log, firstOffset, usages, recordedMs: parts.clock.nowMs() }
      const done = await processBatch(batch, parts.pipeline, settled)
      await settled
      settled = parts.pipeline.ledger.record(done.encoded)
      settled.catch(() => {}) // Awaited before the next write and in finish().
      firstOffset += usages.length
      addTally(tally, done.tally)
    },
    finish: () => settled,
  }
}

function countOf(tally: Tally): number {
  return tally.rated + tally.duplicate + tally.rejected + tally.unbillable
}
