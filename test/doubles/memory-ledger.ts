/**
 * The ledger in memory, for the simulation: the same promises over plain arrays, with hooks at the
 * one place where things go wrong. Conformance with the real one is tested, not assumed.
 */
import assert from 'node:assert/strict'
import { TikError } from '../../src/core/failures/errors.ts'
import type { LedgerRow, LogPartition } from '../../src/core/usage/ledger-row.ts'
import { isWithin } from '../../src/core/time/validity.ts'
import type { Ledger, LedgerBatch } from '../../src/ledger/ledger.ts'
import { ENTRIES_OF_KIND } from '../../src/ledger/columns/ledger-block.ts'
import { sumBalances } from './sum-balances.ts'

export interface MemoryLedger extends Ledger {
  /** Everything that was recorded, in order of commits. */
  readonly entries: readonly LedgerRow[]
}

export interface MemoryLedgerHooks {
  /** May throw: nothing was committed. */
  readonly beforeCommit?: () => void
  /** May throw: the commit took, and nobody learns it. */
  readonly afterCommit?: () => void
}

const CHUNK_ROWS = 1000

export function createMemoryLedger(hooks: MemoryLedgerHooks = {}): MemoryLedger {
  const entries: LedgerRow[] = []
  const pending = new WeakMap<LedgerBatch, LedgerRow[]>()
  const recorded = new WeakSet<LedgerBatch>()
  const counted = () => entries.filter((row) => row.outcome === 'rated')

  return {
    entries,
    newBatch(log, firstOffset, recordedMs, catalogueHash) {
      const rows: LedgerRow[] = []
      const position = () => ({
        logSource: log.source,
        logPartition: log.partition,
        logOffset: firstOffset + rows.length,
        recordedMs,
        catalogueHash,
      })
      const batch = memoryBatch({ log, firstOffset, rows, position })
      pending.set(batch, rows)
      return batch
    },
    async record(batch) {
      if (recorded.has(batch)) return // Once more, by somebody who was not told that it took.
      const rows = pending.get(batch)
      assert(rows !== undefined, 'a batch is recorded by the ledger that made it')
      await Promise.resolve() // As with a real store, nothing happens within the call itself.
      hooks.beforeCommit?.()
      commit(entries, batch, rows)
      hooks.afterCommit?.()
      rows.length = 0 // The buffers go to the next batch: nothing can be read from this one.
      recorded.add(batch)
    },
    lastOffsets(source) {
      const last = new Map<number, number>()
      for (const row of entries) {
        if (row.logSource === source) last.set(row.logPartition, row.logOffset)
      }
      return Promise.resolve(last)
    },
    balances: (requests) =>
      Promise.resolve(requests.map((request) => sumBalances(counted(), request))),
    findUsageIds(usageIds, startMs) {
      const wanted = new Set(usageIds)
      const sums = new Map<string, { count: number; contentHash: number }>()
      for (const row of counted()) {
        if (!wanted.has(row.usageId) || !startsWithin(row, startMs)) continue
        const count = (sums.get(row.usageId)?.count ?? 0) + ENTRIES_OF_KIND[row.entryKind]
        sums.set(row.usageId, { count, contentHash: row.contentHash })
      }
      return Promise.resolve(new Map([...sums].filter(([, found]) => found.count > 0)))
    },
    async *usageIdsBetween(startMs) {
      const rows = counted().filter(
        (row) => startsWithin(row, startMs) && ENTRIES_OF_KIND[row.entryKind] > 0,
      )
      yield* chunks(rows)
    },
    async *rows(filter) {
      const rows = entries.filter(
        (row) =>
          (filter.outcome === undefined || row.outcome === filter.outcome) &&
          (filter.source === undefined || row.logSource === filter.source) &&
          (filter.accountId === undefined || row.accountId === filter.accountId) &&
          (filter.log === undefined || isIn(row, filter.log)),
      )
      yield* chunks(rows.sort(byPosition))
    },
  }
}

function memoryBatch(parts: {
  log: LogPartition
  firstOffset: number
  rows: LedgerRow[]
  position: () => Pick<
    LedgerRow,
    'logSource' | 'logPartition' | 'logOffset' | 'recordedMs' | 'catalogueHash'
  >
}): LedgerBatch {
  const { log, firstOffset, rows, position } = parts
  return {
    log,
    firstOffset,
    get rowsCount() {
      return rows.length
    },
    append(usage, rated) {
      const { subscriptionIndex: _s, callTypeIndex: _c, ...kept } = usage
      const { rejectReason, unbillableReason, ...fields } = kept
      const copied = structuredClone({ ...fields, ...rated })
      const reason =
        [rated.reason, rejectReason, unbillableReason].find((text) => text !== '') ?? ''
      const detail = rated.detail === '' ? usage.detail : rated.detail
      rows.push({ ...copied, reason, detail, entryKind: 'usage', corrects: '', ...position() })
    },
    appendRow(row) {
      rows.push({ ...structuredClone(row), ...position() })
    },
  }
}

/** All rows of the batch, or the reason why none. Recording the same batch again changes nothing. */
function commit(entries: LedgerRow[], batch: LedgerBatch, rows: readonly LedgerRow[]): void {
  const [first] = rows
  assert(first !== undefined, 'an empty batch is not recorded')
  const held = entries.find((row) => isIn(row, batch.log) && row.logOffset === batch.firstOffset)
  if (held === first) return
  const last = entries.findLast((row) => isIn(row, batch.log))?.logOffset ?? -1
  const name = `${batch.log.source}/${batch.log.partition}`
  if (last >= batch.firstOffset) {
    throw new TikError('ledger_fenced', `${name}: ${batch.firstOffset} is recorded already`)
  }
  if (last !== batch.firstOffset - 1) {
    throw new TikError('ledger_rejected', `${name} ends at ${last}: a gap`)
  }
  for (const row of rows) entries.push(row)
}

function isIn(row: LedgerRow, log: LogPartition): boolean {
  return row.logSource === log.source && row.logPartition === log.partition
}

function startsWithin(row: LedgerRow, startMs: { from: number; to: number }): boolean {
  return isWithin(row.startMs, startMs.from, startMs.to)
}

function byPosition(left: LedgerRow, right: LedgerRow): number {
  if (left.logSource !== right.logSource) return left.logSource < right.logSource ? -1 : 1
  return left.logPartition - right.logPartition || left.logOffset - right.logOffset
}

function* chunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += CHUNK_ROWS) yield items.slice(at, at + CHUNK_ROWS)
}
