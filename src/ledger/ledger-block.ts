/**
 * One batch of ledger rows as a native block: each column of ledger-columns.ts is filled while rows
 * are appended, so recording a batch has nothing left to encode.
 */
import type { EntryKind, LogPartition, RatedUsage } from '../core/ledger-row.ts'
import type { LedgerOutcome } from '../core/reasons.ts'
import type { Direction, Product, Usage, UsageKind } from '../core/usage.ts'
import { LEDGER_COLUMNS, wireType, type LedgerColumnName } from './ledger-columns.ts'
import type { NativeColumn } from './native-columns.ts'
import { DayColumn, Int32Column, Int64Column, Int64ListColumn } from './native-columns.ts'
import { Int8Column, TextColumn, TextListColumn } from './native-columns.ts'
import { blockHeader, columnHeader } from './native-columns.ts'

/** The same for all rows of a batch. */
export interface BatchHeader {
  readonly log: LogPartition
  readonly firstOffset: number
  readonly batchId: number
  readonly recordedMs: number
  readonly catalogueHash: string
}

/** The fields that a usage and a ledger row share. */
export type LedgerUsage = Omit<
  Usage,
  'subscriptionIndex' | 'callTypeIndex' | 'rejectReason' | 'unbillableReason'
>

export interface LedgerBlock {
  readonly rowsCount: number
  append(usage: LedgerUsage, rated: RatedUsage, entry: BlockEntry): void
  /** The block's bytes in pieces, valid until `reset`. Appending ends here. */
  finish(header: BatchHeader): Uint8Array[]
  reset(): void
}

export interface BlockEntry {
  readonly kind: EntryKind
  readonly corrects: string
  readonly reason: string
  readonly detail: string
}

export function createLedgerBlock(): LedgerBlock {
  const columns = createColumns()
  const entries = Object.values(columns)
  let rowsCount = 0
  return {
    get rowsCount() {
      return rowsCount
    },
    append(usage, rated, entry) {
      rowsCount += 1
      appendUsage(columns, usage)
      appendRated(columns, rated)
      columns.entry_kind.append(ENTRY_KIND_CODES[entry.kind])
      columns.entries.append(ENTRIES_OF_KIND[entry.kind])
      columns.corrects.append(entry.corrects)
      columns.reason.append(entry.reason)
      columns.detail.append(entry.detail)
    },
    finish(header) {
      appendConstants(columns, header, rowsCount)
      const pieces = [blockHeader(LEDGER_COLUMNS.length, rowsCount)]
      for (const [name, type] of LEDGER_COLUMNS) {
        pieces.push(columnHeader(name, wireType(type)), ...columns[name].bytes())
      }
      return pieces
    },
    reset() {
      rowsCount = 0
      for (const column of entries) column.reset()
    },
  }
}

/** Usages that a row stands for in sums. */
export const ENTRIES_OF_KIND = {
  usage: 1,
  reversal: -1,
  correction: 1,
  adjustment: 0,
} as const satisfies Record<EntryKind, number>

const ENTRY_KIND_CODES: Record<EntryKind, number> = {
  usage: 1,
  reversal: 2,
  correction: 3,
  adjustment: 4,
}
const OUTCOME_CODES: Record<LedgerOutcome, number> = {
  rated: 1,
  duplicate: 2,
  rejected: 3,
  unbillable: 4,
}
const PRODUCT_CODES: Record<Product, number> = { none: 0, voip: 1, mobile: 2 }
const KIND_CODES: Record<UsageKind, number> = {
  none: 0,
  voice: 1,
  sms: 2,
  mms: 3,
  data: 4,
  event: 5,
}
const DIRECTION_CODES: Record<Direction, number> = { none: 0, out: 1, in: 2, forwarded: 3 }

type Columns = ReturnType<typeof createColumns>

function createColumns() {
  return {
    log_source: new TextColumn(),
    log_partition: new Int32Column(),
    log_offset: new Int64Column(),
    batch_id: new Int64Column(),
    recorded_at: new Int64Column(),
    catalogue_hash: new TextColumn(),
    entry_kind: new Int8Column(),
    entries: new Int8Column(),
    corrects: new TextColumn(),
    outcome: new Int8Column(),
    reason: new TextColumn(),
    detail: new TextColumn(),
    raw: new TextColumn(),
    usage_id: new TextColumn(),
    content_hash: new Int64Column(),
    origin: new TextColumn(),
    origin_record: new Int64Column(),
    partner_id: new TextColumn(),
    account_id: new TextColumn(),
    subscription_id: new TextColumn(),
    product: new Int8Column(),
    kind: new Int8Column(),
    direction: new Int8Column(),
    call_type: new TextColumn(),
    destination: new TextColumn(),
    sender: new TextColumn(),
    receiver: new TextColumn(),
    served_number: new TextColumn(),
    visited_network: new TextColumn(),
    started_at: new Int64Column(),
    period_start: new DayColumn(),
    duration_seconds: new Int64Column(),
    volume_bytes: new Int64Column(),
    quantity: new Int64Column(),
    out_of_bundle_quantity: new Int64Column(),
    billed_quantity: new Int64Column(),
    charge: new Int64Column(),
    information_charge: new Int64Column(),
    rate_id: new TextColumn(),
    take_keys: new TextListColumn(),
    take_quantities: new Int64ListColumn(),
    crossings: new TextListColumn(),
    session_key: new TextColumn(),
    part_number: new Int32Column(),
    late: new Int8Column(),
  } satisfies Record<LedgerColumnName, NativeColumn>
}

function appendUsage(columns: Columns, usage: LedgerUsage): void {
  columns.raw.append(usage.raw)
  columns.usage_id.append(usage.usageId)
  columns.content_hash.append(usage.contentHash)
  columns.origin.append(usage.origin)
  columns.origin_record.append(usage.originRecord)
  columns.partner_id.append(usage.partnerId)
  columns.account_id.append(usage.accountId)
  columns.subscription_id.append(usage.subscriptionId)
  columns.product.append(PRODUCT_CODES[usage.product])
  columns.kind.append(KIND_CODES[usage.kind])
  columns.direction.append(DIRECTION_CODES[usage.direction])
  columns.call_type.append(usage.callType)
  columns.destination.append(usage.destination)
  columns.sender.append(usage.sender)
  columns.receiver.append(usage.receiver)
  columns.served_number.append(usage.servedNumber)
  columns.visited_network.append(usage.visitedNetwork)
  columns.started_at.append(usage.startMs)
  columns.duration_seconds.append(usage.durationSeconds)
  columns.volume_bytes.append(usage.volumeBytes)
  columns.quantity.append(usage.quantity)
  columns.session_key.append(usage.sessionKey)
  columns.part_number.append(usage.partNumber)
}

function appendRated(columns: Columns, rated: RatedUsage): void {
  columns.outcome.append(OUTCOME_CODES[rated.outcome])
  columns.period_start.append(rated.periodStartDay)
  columns.out_of_bundle_quantity.append(rated.outOfBundleQuantity)
  columns.billed_quantity.append(rated.billedQuantity)
  columns.charge.append(rated.chargeMicros)
  columns.information_charge.append(rated.informationChargeMicros)
  columns.rate_id.append(rated.rateId)
  columns.take_keys.append(rated.takeKeys)
  columns.take_quantities.append(rated.takeQuantities)
  columns.crossings.append(rated.crossings)
  columns.late.append(rated.late ? 1 : 0)
}

const CONSTANT_COLUMNS = [
  'log_source',
  'log_partition',
  'log_offset',
  'batch_id',
  'recorded_at',
  'catalogue_hash',
] as const

/** Finishing again gives the same block again: an insert of unknown end is repeated. */
function appendConstants(columns: Columns, header: BatchHeader, rowsCount: number): void {
  for (const name of CONSTANT_COLUMNS) columns[name].reset()
  columns.log_source.fill(header.log.source, rowsCount)
  columns.log_partition.fill(header.log.partition, rowsCount)
  columns.log_offset.count(header.firstOffset, rowsCount)
  columns.batch_id.fill(header.batchId, rowsCount)
  columns.recorded_at.fill(header.recordedMs, rowsCount)
  columns.catalogue_hash.fill(header.catalogueHash, rowsCount)
}
