/**
 * What cannot be mended is given up by a person, by name and with a reason: a correction with outcome
 * `unbillable` points at each rejected entry. All of them must wait, or nothing is written.
 */
import type { Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { entryId } from '../../core/usage/ids.ts'
import type { LedgerRow, LogPartition } from '../../core/usage/ledger-row.ts'
import type { RejectReason, UnbillableReason } from '../../core/failures/reasons.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { nextReplayRun } from './replay-log.ts'
import { waitingRejects, type Suspense, type WaitingReject } from './waiting-rejects.ts'

export interface WriteOff {
  /** Ledger entries as `source/partition/offset`, or all that wait for one reason. */
  readonly what: { readonly entries: readonly string[] } | { readonly allOf: RejectReason }
  readonly by: string
  readonly text: string
}

export interface WriteOffParts {
  readonly suspense: Suspense
  readonly ledger: Pick<Ledger, 'rows' | 'lastOffsets' | 'newBatch' | 'record'>
  readonly clock: Clock
  /** Entries in one ledger commit. */
  readonly batchRowsMax: number
}

/**
 * Returns how many were written off. Throws `usage_error` without a name or a reason, `not_found`
 * naming the entries that do not wait.
 */
export async function writeOffRejects(parts: WriteOffParts, writeOff: WriteOff): Promise<number> {
  const by = writeOff.by.trim()
  const text = writeOff.text.trim()
  if (by === '' || text === '') {
    throw new TikError('usage_error', 'a write-off needs the name of a person and a reason')
  }
  const chosen = await chooseWaiting(parts.suspense, writeOff.what)
  const run = { log: await nextReplayRun(parts.ledger), nextOffset: 0 }
  let batch: LedgerRow[] = []
  for await (const row of rowsOf(chosen, parts.ledger)) {
    batch.push(writtenOff(row, `${by}: ${text}`))
    if (batch.length < parts.batchRowsMax) continue
    await recordBatch(batch, run, parts)
    batch = []
  }
  if (batch.length > 0) await recordBatch(batch, run, parts)
  return run.nextOffset
}

interface ChosenPartition {
  readonly log: LogPartition
  readonly offsets: Set<number>
}

async function chooseWaiting(
  suspense: Suspense,
  what: WriteOff['what'],
): Promise<ChosenPartition[]> {
  const wanted = 'entries' in what ? new Set(what.entries) : undefined
  const chosen = new Map<string, ChosenPartition>()
  for await (const entry of waitingRejects(suspense, 'allOf' in what ? [what.allOf] : [])) {
    if (wanted === undefined || wanted.delete(entryId(entry))) add(chosen, entry)
  }
  if (wanted !== undefined && wanted.size > 0) {
    throw new TikError('not_found', `not waiting in suspense: ${[...wanted].join(', ')}`, {
      hint: 'nothing was written off; `tik rejects list` shows what waits',
    })
  }
  return [...chosen.values()]
}

function add(chosen: Map<string, ChosenPartition>, entry: WaitingReject): void {
  const log = { source: entry.logSource, partition: entry.logPartition }
  const key = `${log.source}/${log.partition}`
  const partition = chosen.get(key) ?? { log, offsets: new Set() }
  chosen.set(key, partition)
  partition.offsets.add(entry.logOffset)
}

async function* rowsOf(
  chosen: readonly ChosenPartition[],
  ledger: Pick<Ledger, 'rows'>,
): AsyncGenerator<LedgerRow> {
  for (const { log, offsets } of chosen) {
    for await (const rows of ledger.rows({ log, outcome: 'rejected' })) {
      yield* rows.filter(({ logOffset }) => offsets.has(logOffset))
    }
  }
}

function writtenOff(row: LedgerRow, detail: string): LedgerRow {
  const reason: UnbillableReason = 'written_off'
  const outcome = 'unbillable'
  return { ...row, entryKind: 'correction', corrects: entryId(row), outcome, reason, detail }
}

async function recordBatch(
  rows: readonly LedgerRow[],
  run: { readonly log: LogPartition; nextOffset: number },
  { ledger, clock }: WriteOffParts,
): Promise<void> {
  const noCatalogue = '' // Nothing was priced.
  const batch = ledger.newBatch(run.log, run.nextOffset, clock.nowMs(), noCatalogue)
  for (const row of rows) batch.appendRow(row)
  await ledger.record(batch)
  run.nextOffset += rows.length
}
