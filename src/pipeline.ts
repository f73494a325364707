/**
 * The table of contents: one batch of one log partition, from usages to ledger rows. Files and
 * Kafka both end here, so they cannot differ.
 */
import assert from 'node:assert/strict'
import { nothingRated, type LogPartition, type RatedUsage } from './core/usage/ledger-row.ts'
import type { LedgerOutcome } from './core/failures/reasons.ts'
import type { Usage } from './core/usage/usage.ts'
import type { DuplicateWindow } from './ledger/duplicates/duplicate-window.ts'
import type { Ledger, LedgerBatch } from './ledger/ledger.ts'
import type { Rater } from './rating/rater.ts'

/** Usages that stand at consecutive offsets of one log partition, in log order. */
export interface UsageBatch {
  readonly log: LogPartition
  readonly firstOffset: number
  readonly usages: readonly Usage[]
  /** The moment of recording: one for the whole batch, and the only clock that rating knows. */
  readonly recordedMs: number
}

export interface PipelineParts {
  readonly ledger: Ledger
  readonly rater: Rater
  readonly duplicates: DuplicateWindow
  readonly catalogueHash: string
}

export type Tally = Record<LedgerOutcome, number> & { readonly byReason: Map<string, number> }

/**
 * Finds duplicates, restores the balances that the batch needs, rates in log order and encodes the
 * rows. `settled` resolves when the batch before this one is in the ledger; rating may run ahead of
 * it by one batch, a look-up of an old usage id may not. The caller records the encoded batch.
 */
export async function processBatch(
  batch: UsageBatch,
  parts: PipelineParts,
  settled: Promise<void>,
): Promise<{ encoded: LedgerBatch; tally: Tally }> {
  const { ledger } = parts
  await prepareUsages(batch.usages, parts, settled)
  const { log, firstOffset, recordedMs, usages } = batch
  const encoded = ledger.newBatch(log, firstOffset, recordedMs, parts.catalogueHash)
  const tally = emptyTally()
  for (const usage of usages) {
    const rated = outcomeOf(usage, parts, recordedMs)
    encoded.append(usage, rated)
    tally[rated.outcome] += 1
    if (rated.reason !== '') {
      tally.byReason.set(rated.reason, (tally.byReason.get(rated.reason) ?? 0) + 1)
    }
  }
  assert.equal(encoded.rowsCount, usages.length) // Nothing is lost.
  return { encoded, tally }
}

/** Makes `outcomeOf` able to answer: what came before is looked up, and so are the balances. */
export async function prepareUsages(
  usages: readonly Usage[],
  { ledger, rater, duplicates }: PipelineParts,
  settled: Promise<void>,
): Promise<void> {
  await duplicates.prepare(usages, settled)
  if (rater.isFull) {
    await settled
    rater.forget()
  }
  const requests = rater.missingBalances(usages)
  if (requests.length === 0) return
  const totals = await ledger.balances(requests)
  requests.forEach((request, index) => {
    const total = totals[index]
    assert(total !== undefined, 'the ledger answers every request for balances')
    rater.restore(request, total)
  })
}

export function emptyTally(): Tally {
  return { rated: 0, duplicate: 0, rejected: 0, unbillable: 0, byReason: new Map() }
}

export function addTally(sum: Tally, tally: Tally): void {
  sum.rated += tally.rated
  sum.duplicate += tally.duplicate
  sum.rejected += tally.rejected
  sum.unbillable += tally.unbillable
  for (const [reason, count] of tally.byReason) {
    sum.byReason.set(reason, (sum.byReason.get(reason) ?? 0) + count)
  }
}

/**
 * What mediation refused stays refused; what came before is a duplicate; the rest is rated. For
 * prepared usages in log order; the result is valid until the next call.
 */
export function outcomeOf(usage: Usage, parts: PipelineParts, recordedMs: number): RatedUsage {
  if (usage.rejectReason !== '') return notRated('rejected', usage.rejectReason)
  if (usage.unbillableReason !== '') return notRated('unbillable', usage.unbillableReason)
  const seen = parts.duplicates.check(usage)
  if (seen === 'duplicate') return notRated('duplicate', '')
  if (seen === 'conflict') return notRated('rejected', 'cdr_conflict')
  const rated = parts.rater.rate(usage, recordedMs)
  if (rated.outcome === 'rated') parts.duplicates.remember(usage)
  return rated
}

const UNRATED = nothingRated()

/** The result of a usage that is not priced. One shared object: valid until the next call. */
export function notRated(outcome: LedgerOutcome, reason: string): RatedUsage {
  UNRATED.outcome = outcome
  UNRATED.reason = reason
  return UNRATED
}
