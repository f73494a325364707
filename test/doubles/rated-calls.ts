/** Calls of the first subscription of `duinzicht`, rated and recorded as `tik ingest` would. */
import { FILES_LOG } from '../../src/core/usage/ledger-row.ts'
import { emptyUsage, type Usage } from '../../src/core/usage/usage.ts'
import type { BillingParts } from '../../src/invoicing/run/billing.ts'
import { createClickHouseLedger } from '../../src/ledger/clickhouse-ledger.ts'
import { createDuplicateWindow } from '../../src/ledger/duplicates/duplicate-window.ts'
import { processBatch } from '../../src/pipeline.ts'
import { createRater } from '../../src/rating/create-rater.ts'
import type { InventedBilling } from './invented-billing.ts'

export interface Call {
  readonly date: string
  readonly minutes: number
  readonly callType?: 'national-fixed' | 'national-mobile'
  /** Of a call in parts. */
  readonly sessionKey?: string
}

let filesCount = 0

/** As one more file, after a restart: by the catalogue, directory and clock of `parts`. */
export async function recordCalls(
  billing: InventedBilling,
  parts: BillingParts,
  calls: readonly Call[],
): Promise<void> {
  const { catalogue, directory, clock } = parts
  const ledger = createClickHouseLedger(billing.clickhouse)
  const partition = (filesCount += 1)
  const usages = calls.map((each, index) => usageOf(each, parts, partition, index))
  const { encoded } = await processBatch(
    {
      log: { source: FILES_LOG, partition },
      firstOffset: 0,
      usages,
      recordedMs: clock.nowMs(),
    },
    {
      ledger,
      rater: createRater({ catalogue, directory }),
      duplicates: createDuplicateWindow(ledger),
      catalogueHash: parts.catalogueKey,
    },
    Promise.resolve(),
  )
  await ledger.record(encoded)
}

function usageOf(each: Call, parts: BillingParts, partition: number, index: number): Usage {
  const { callType = 'national-mobile', sessionKey = '' } = each
  return {
    ...emptyUsage(),
    usageId: `pbx:${partition}-${index}`,
    contentHash: index,
    origin: 'calls.csv',
    originRecord: index,
    partnerId: 'noorderlicht',
    accountId: 'duinzicht',
    subscriptionId: 'duinzicht-0',
    subscriptionIndex: 0,
    product: 'mobile',
    kind: 'voice',
    direction: 'out',
    callType,
    callTypeIndex: parts.catalogue.callTypeIndexById.get(callType) ?? -1,
    startMs: Date.parse(`${each.date}T12:00:00Z`) + index,
    durationSeconds: each.minutes * 60,
    quantity: each.minutes * 60,
    sessionKey,
  }
}
