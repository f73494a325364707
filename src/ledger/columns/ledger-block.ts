/**
 * One batch of ledger rows as a native block: each column of ledger-columns.ts is filled while rows
 * are appended, so recording a batch has nothing left to encode.
 */
import assert from 'node:assert/strict'
import { ENTRY_FIELDS, RATED_FIELDS } from '../../core/usage/ledger-row.ts'
import type {
  EntryKind,
  LogPartition,
  RatedUsage,
  RecordedUsage,
} from '../../core/usage/ledger-row.ts'
import { USAGE_FIELDS } from '../../core/usage/usage.ts'
import { columnKindOf, wireType } from './column-kinds.ts'
import { compileColumns } from './field-columns.ts'
import { LEDGER_COLUMNS } from './ledger-columns.ts'
import type { NativeColumn } from './native-columns.ts'
import { Int32Column, Int64Column, Int8Column, TextColumn } from './native-columns.ts'
import { blockHeader, columnHeader } from './native-columns.ts'

/** The same for all rows of a batch. */
export interface BatchHeader {
  readonly log: LogPartition
  readonly firstOffset: number
  readonly batchId: number
  readonly recordedMs: number
  readonly catalogueHash: string
}

export interface LedgerBlock {
  readonly rowsCount: number
  append(usage: RecordedUsage, rated: RatedUsage, entry: BlockEntry): void
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
  const ofUsage = USAGE_COLUMNS.open()
  const ofRated = RATED_COLUMNS.open()
  const own = openOwnColumns()
  const columns = new Map<string, NativeColumn>(
    [ofUsage, ofRated, own].flatMap((some) => Object.entries(some)),
  )
  let rowsCount = 0
  return {
    get rowsCount() {
      return rowsCount
    },
    append(usage, rated, entry) {
      rowsCount += 1
      USAGE_COLUMNS.append(ofUsage, usage)
      RATED_COLUMNS.append(ofRated, rated)
      own.entry_kind.append(entry.kind)
      own.entries.append(ENTRIES_OF_KIND[entry.kind])
      own.corrects.append(entry.corrects)
      own.reason.append(entry.reason)
      own.detail.append(entry.detail)
    },
    finish(header) {
      appendConstants(own, header, rowsCount)
      const pieces = [blockHeader(LEDGER_COLUMNS.length, rowsCount)]
      for (const { name, type } of LEDGER_COLUMNS) {
        const column = columns.get(name)
        assert(column !== undefined, `nothing fills the column ${name}`)
        pieces.push(columnHeader(name, wireType(type)), ...column.bytes())
      }
      return pieces
    },
    reset() {
      rowsCount = 0
      for (const column of columns.values()) column.reset()
    },
  }
}

const USAGE_COLUMNS = compileColumns(USAGE_FIELDS)
const RATED_COLUMNS = compileColumns(RATED_FIELDS)

/** Usages that a row stands for in sums. */
export const ENTRIES_OF_KIND = {
  usage: 1,
  reversal: -1,
  correction: 1,
  adjustment: 0,
} as const satisfies Record<EntryKind, number>

type OwnColumns = ReturnType<typeof openOwnColumns>

/** What a row says of itself, and its commit. */
function openOwnColumns() {
  return {
    log_source: new TextColumn(),
    log_partition: new Int32Column(),
    log_offset: new Int64Column(),
    batch_id: new Int64Column(),
    recorded_at: new Int64Column(),
    catalogue_hash: new TextColumn(),
    entry_kind: columnKindOf(ENTRY_FIELDS.entryKind).open(),
    entries: new Int8Column(),
    corrects: new TextColumn(),
    reason: new TextColumn(),
    detail: new TextColumn(),
  } satisfies Record<string, NativeColumn>
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
function appendConstants(columns: OwnColumns, header: BatchHeader, rowsCount: number): void {
  for (const name of CONSTANT_COLUMNS) columns[name].reset()
  columns.log_source.fill(header.log.source, rowsCount)
  columns.log_partition.fill(header.log.partition, rowsCount)
  columns.log_offset.count(header.firstOffset, rowsCount)
  columns.batch_id.fill(header.batchId, rowsCount)
  columns.recorded_at.fill(header.recordedMs, rowsCount)
  columns.catalogue_hash.fill(header.catalogueHash, rowsCount)
}
