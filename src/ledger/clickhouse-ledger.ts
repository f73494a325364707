/**
 * The ledger over ClickHouse. A batch of one log partition is one conditional insert of one block,
 * so it is there or it is not, whoever else believes to own the partition: two writers that start at
 * the same offset share a deduplication token, and one that woke late fails the condition.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { TikError } from '../core/errors.ts'
import type { EntryKind, LedgerRow, LogPartition, RatedUsage } from '../core/ledger-row.ts'
import type { Usage } from '../core/usage.ts'
import type { ClickHouseStore } from './clickhouse-store.ts'
import { readBalances } from './read-balances.ts'
import type { Ledger, LedgerBatch } from './ledger.ts'
import { createLedgerBlock, type BatchHeader, type LedgerBlock } from './ledger-block.ts'
import { LEDGER_COLUMN_LIST, LEDGER_STRUCTURE } from './ledger-columns.ts'
import { batchRowsQuery, lastOffsetsQuery, ledgerRowsQuery } from './ledger-queries.ts'
import { usageIdsBetweenQuery, usageIdsFoundQuery } from './ledger-queries.ts'

/** Encoded batches that wait for their buffers to be used again; more are given to the collector. */
const FREE_BLOCKS_MAX = 3
/**
 * Characters of ids in one look-up. A server takes parameters in the URL, up to a megabyte, and
 * chDB 26.7 never ends with a parameter of about that size (decision 0143).
 */
const LOOKUP_CHARACTERS_MAX = 250_000
const BATCH_ID_MAX = 2 ** 48 - 1

/** Holds when the partition ends right before this batch: neither a gap nor a second time. */
const CONTINUES_THE_LOG = `(
    SELECT if(count() = 0, -1, max(log_offset)) FROM usage_ledger
    WHERE log_source = {source:String} AND log_partition = {partition:UInt32}
) = {lastOffset:Int64}`

/** Opens no connection: the store is opened, migrated and closed by its owner. */
export function createClickHouseLedger(store: ClickHouseStore): Ledger {
  const free: LedgerBlock[] = []
  const batches = new WeakMap<LedgerBatch, { block: LedgerBlock; header: BatchHeader }>()

  return {
    newBatch(log, firstOffset, recordedMs, catalogueHash) {
      const block = free.pop() ?? createLedgerBlock()
      const batchId = randomInt(1, BATCH_ID_MAX)
      const header = { log, firstOffset, batchId, recordedMs, catalogueHash }
      const batch = batchOver(block, header)
      batches.set(batch, { block, header })
      return batch
    },
    async record(batch) {
      const encoded = batches.get(batch)
      assert(encoded !== undefined, 'a batch is recorded once, by the ledger that made it')
      await recordBlock(store, encoded.block, encoded.header)
      batches.delete(batch)
      encoded.block.reset()
      if (free.length < FREE_BLOCKS_MAX) free.push(encoded.block)
    },
    async lastOffsets(source) {
      const rows = await store.query(lastOffsetsQuery, { source })
      return new Map(rows.map((row) => [row.partition, row.lastOffset]))
    },
    balances: (requests) => readBalances(store, requests),
    async findUsageIds(usageIds, startMs) {
      const found = new Map<string, { contentHash: number }>()
      for (const chunk of lookupChunks(usageIds)) {
        const params = { usageIds: chunk, fromMs: startMs.from, toMs: startMs.to }
        const rows = await store.query(usageIdsFoundQuery, params)
        for (const { usageId, contentHash } of rows) found.set(usageId, { contentHash })
      }
      return found
    },
    usageIdsBetween: (startMs) =>
      store.stream(usageIdsBetweenQuery, { fromMs: startMs.from, toMs: startMs.to }),
    rows: (filter) =>
      store.stream(ledgerRowsQuery, {
        source: filter.log?.source ?? filter.source ?? '',
        partition: filter.log?.partition ?? -1,
        accountId: filter.accountId ?? '',
        outcome: filter.outcome ?? '',
      }),
  }
}

function* lookupChunks(usageIds: readonly string[]): Generator<string[]> {
  let chunk: string[] = []
  let characters = 0
  for (const usageId of usageIds) {
    if (characters + usageId.length > LOOKUP_CHARACTERS_MAX && chunk.length > 0) {
      yield chunk
      chunk = []
      characters = 0
    }
    chunk.push(usageId)
    characters += usageId.length
  }
  if (chunk.length > 0) yield chunk
}

function batchOver(block: LedgerBlock, header: BatchHeader): LedgerBatch {
  const entry: { kind: EntryKind; corrects: string; reason: string; detail: string } = {
    kind: 'usage',
    corrects: '',
    reason: '',
    detail: '',
  }
  return {
    log: header.log,
    firstOffset: header.firstOffset,
    get rowsCount() {
      return block.rowsCount
    },
    append(usage: Usage, rated: RatedUsage) {
      entry.kind = 'usage'
      entry.corrects = ''
      entry.reason = rated.reason
      if (entry.reason === '') entry.reason = usage.rejectReason
      if (entry.reason === '') entry.reason = usage.unbillableReason
      entry.detail = rated.detail === '' ? usage.detail : rated.detail
      block.append(usage, rated, entry)
    },
    appendRow(row: LedgerRow) {
      entry.kind = row.entryKind
      entry.corrects = row.corrects
      entry.reason = row.reason
      entry.detail = row.detail
      block.append(row, row, entry)
    },
  }
}

/** Inserts, then counts what is there: an insert that was dropped looks like one that took. */
async function recordBlock(
  store: ClickHouseStore,
  block: LedgerBlock,
  header: BatchHeader,
): Promise<void> {
  const { log, firstOffset, batchId, recordedMs } = header
  assert(block.rowsCount > 0, 'an empty batch is not recorded')
  await store.insertNative({
    table: 'usage_ledger',
    columns: LEDGER_COLUMN_LIST,
    structure: LEDGER_STRUCTURE,
    block: block.finish(header),
    condition: CONTINUES_THE_LOG,
    conditionParams: { ...log, lastOffset: firstOffset - 1 },
    deduplicationToken: `${log.source}/${log.partition}/${firstOffset}`,
  })
  const [written] = await store.query(batchRowsQuery, { ...log, batchId, recordedMs })
  if (written?.rowsCount === block.rowsCount) return
  assert(written?.rowsCount === 0, 'one insert is one part: all of its rows or none')
  throw await refusal(store, log, firstOffset)
}

/** Why the condition did not hold. */
async function refusal(
  store: ClickHouseStore,
  log: LogPartition,
  firstOffset: number,
): Promise<TikError> {
  const rows = await store.query(lastOffsetsQuery, { source: log.source })
  const last = rows.find((row) => row.partition === log.partition)?.lastOffset ?? -1
  const name = `${log.source}/${log.partition}`
  if (last >= firstOffset) {
    return new TikError('ledger_fenced', `${name}: another writer recorded offset ${firstOffset}`, {
      hint: 'give the partition up, read the state from the ledger again and go on from there',
    })
  }
  return new TikError('ledger_rejected', `${name} ends at ${last}, so ${firstOffset} leaves a gap`)
}
