/** Puts rows back where they stood, in the commit that they were of: for rebuilding a ledger only. */
import type { LedgerRow, RatedUsage } from '../../core/usage/ledger-row.ts'
import type { Usage } from '../../core/usage/usage.ts'
import type { ClickHouseStore } from '../engine/clickhouse-store.ts'
import { batchOver } from '../clickhouse-ledger.ts'
import { createLedgerBlock, type BatchHeader } from '../columns/ledger-block.ts'
import { LEDGER_COLUMN_LIST, LEDGER_STRUCTURE } from '../columns/ledger-columns.ts'

export interface RestoredRows {
  append(usage: Usage, rated: RatedUsage): void
  /** One that is known as it stood. */
  appendRow(row: LedgerRow): void
  /** The rows of one header: nothing is compared with what is there. */
  record(header: BatchHeader): Promise<void>
}

export function restoredRows(store: ClickHouseStore): RestoredRows {
  const block = createLedgerBlock()
  const anyLog = { log: { source: '', partition: 0 }, firstOffset: 0, recordedMs: 0 }
  const batch = batchOver(block, { ...anyLog, batchId: 0, catalogueHash: '' })
  return {
    append: (usage, rated) => batch.append(usage, rated),
    appendRow: (row) => batch.appendRow(row),
    async record(header) {
      await store.insertNative({
        table: 'usage_ledger',
        columns: LEDGER_COLUMN_LIST,
        structure: LEDGER_STRUCTURE,
        block: block.finish(header),
        condition: '1 = 1',
        conditionParams: {},
        deduplicationToken: `restored/${header.log.source}/${header.log.partition}/${header.firstOffset}`,
      })
      block.reset()
    },
  }
}
