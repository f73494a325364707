/**
 * The ledger over ClickHouse. A batch of one log partition is one conditional insert of one block,
 * so it is there or it is not, whoever else believes to own the partition: two writers that start at
 * the same offset share a deduplication token, and one that woke late fails the condition.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { TikError } from '../core/failures/errors.ts'
import { NUMBERED_LOGS } from './holes/find-holes.ts'
import type { EntryKind, LedgerRow, LogPartition, RatedUsage } from '../core/usage/ledger-row.ts'
import type { Usage } from '../core/usage/usage.ts'
import type { ClickHouseStore } from './engine/clickhouse-store.ts'
import { readBalances } from './read-balances.ts'
import type { Ledger, LedgerBatch } from './ledger.ts'
import { createLedgerBlock, type BatchHeader, type LedgerBlock } from './columns/ledger-block.ts'
import { LEDGER_COLUMN_LIST, LEDGER_STRUCTURE } from './columns/ledger-columns.ts'
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

export function batchOver(block: LedgerBlock, header: BatchHeader): LedgerBatch {
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

/**
 * The engine remembers the tokens of inserts whose part was damaged and set aside since. The end of a
 * log that was lost so is recorded again under the next token; each loss of the same rows takes one.
 */
const TOKENS_PER_BATCH_MAX = 10

async function recordBlock(
  store: ClickHouseStore,
  block: LedgerBlock,
  header: BatchHeader,
): Promise<void> {
  assert(block.rowsCount > 0, 'an empty batch is not recorded')
  const { log, firstOffset } = header
  for (let token = 1; token <= TOKENS_PER_BATCH_MAX; token += 1) {
    if (await insertBlock(store, block, header, token)) return noteBatch(store, block, header)
    const last = await lastOffsetOf(store, log)
    if (last !== firstOffset - 1) throw refusal(log, firstOffset, last)
  }
  const name = `${log.source}/${log.partition}`
  throw new TikError(
    'ledger_rejected',
    `${name}: the engine dropped offset ${firstOffset} each time`,
  )
}

function noteBatch(store: ClickHouseStore, { rowsCount }: LedgerBlock, header: BatchHeader): void {
  const { log, ...rest } = header
  if (!NUMBERED_LOGS.has(log.source)) return // A topic is its own journal.
  store.journal?.note([{ event: 'batch', ...log, ...rest, rowsCount }])
}

/** Inserts, then counts what is there: an insert that was dropped looks like one that took. */
async function insertBlock(
  store: ClickHouseStore,
  block: LedgerBlock,
  header: BatchHeader,
  token: number,
): Promise<boolean> {
  const { log, firstOffset, batchId, recordedMs } = header
  const suffix = token === 1 ? '' : `/${token}`
  await store.insertNative({
    table: 'usage_ledger',
    columns: LEDGER_COLUMN_LIST,
    structure: LEDGER_STRUCTURE,
    block: block.finish(header),
    condition: CONTINUES_THE_LOG,
    conditionParams: { ...log, lastOffset: firstOffset - 1 },
    deduplicationToken: `${log.source}/${log.partition}/${firstOffset}${suffix}`,
  })
  const [written] = await store.query(batchRowsQuery, { ...log, batchId, recordedMs })
  if (written?.rowsCount === block.rowsCount) return true
  assert(written?.rowsCount === 0, 'one insert is one part: all of its rows or none')
  return false
}

async function lastOffsetOf(store: ClickHouseStore, log: LogPartition): Promise<number> {
  const rows = await store.query(lastOffsetsQuery, { source: log.source })
  return rows.find((row) => row.partition === log.partition)?.lastOffset ?? -1
}

/** Why the condition did not hold. */
function refusal(log: LogPartition, firstOffset: number, last: number): TikError {
  const name = `${log.source}/${log.partition}`
  if (last >= firstOffset) {
    return new TikError('ledger_fenced', `${name}: another writer recorded offset ${firstOffset}`, {
      hint: 'give the partition up, read the state from the ledger again and go on from there',
    })
  }
  return new TikError('ledger_rejected', `${name} ends at ${last}, so ${firstOffset} leaves a gap`)
}
