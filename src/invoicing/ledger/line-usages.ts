/** The ledger rows below one usage line of an invoice, a page at a time. */
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import { USAGE_KINDS, type UsageKind } from '../../core/usage/usage.ts'
import { ledgerRow, ROW_SELECTION } from '../../ledger/columns/read-fields.ts'
import type { ClickHouseStore } from '../../ledger/engine/clickhouse-store.ts'
import { queryFile } from '../../ledger/engine/query-file.ts'
import { unitOfKind } from '../build/usage-charges.ts'
import type { InvoiceLine } from '../invoice-model.ts'
import type { BilledStretches } from './bill-to-usage.ts'
import type { InvoiceSpan } from './invoice-ledger.ts'

export interface LinePage {
  readonly limit: number
  readonly offset: number
}

export interface LineUsageFilter extends BilledStretches {
  /** Undefined = of all subscriptions. */
  readonly onlySubscriptionIds?: readonly string[] | undefined
}

export interface LineLedger {
  /** In order of start and log position. */
  lineUsages(
    span: InvoiceSpan,
    line: InvoiceLine,
    page: LinePage,
    billed: LineUsageFilter,
  ): Promise<LedgerRow[]>
}

export function createLineLedger(store: ClickHouseStore): LineLedger {
  return {
    lineUsages: (span, line, page, { stretches, isAllElse, onlySubscriptionIds }) => {
      const { accountId, periodStartDay, cutOffId, lateAfterCutOffId } = span
      return store.query(lineUsagesQuery, {
        accountId,
        periodStartDay,
        cutOffId,
        lateAfterCutOffId,
        lineStartDay: line.fromDay,
        product: line.product,
        callType: line.subject,
        kinds: USAGE_KINDS.filter((kind) => unitOfKind(kind) === line.unit),
        entryKinds: entryKindsOf(line),
        subscriptionIds: stretches.map(({ subscriptionId }) => subscriptionId),
        fromMs: stretches.map((each) => Math.max(each.fromMs, Number.MIN_SAFE_INTEGER)),
        toMs: stretches.map((each) => Math.min(each.toMs, Number.MAX_SAFE_INTEGER)),
        isAllElse: isAllElse ? 1 : 0,
        isOfAll: onlySubscriptionIds === undefined ? 1 : 0,
        onlySubscriptionIds: onlySubscriptionIds ?? [],
        ...page,
      })
    },
  }
}

const CORRECTIONS = ['reversal', 'correction'] as const
const OTHERS = ['usage', 'adjustment'] as const

/**
 * What came late and what was corrected of it are two lines. Builds before made one of both; their lines do
 * not say what was outside of bundles.
 */
function entryKindsOf({ section, outOfBundleQuantity }: InvoiceLine): readonly string[] {
  if (section.startsWith('correction')) return CORRECTIONS
  if (section.startsWith('late') && outOfBundleQuantity !== undefined) return OTHERS
  return [...OTHERS, ...CORRECTIONS]
}

const lineUsagesQuery = queryFile<{
  accountId: string
  periodStartDay: number
  cutOffId: string
  lateAfterCutOffId: string
  lineStartDay: number
  product: string
  callType: string
  kinds: readonly UsageKind[]
  entryKinds: readonly string[]
  subscriptionIds: readonly string[]
  fromMs: readonly number[]
  toMs: readonly number[]
  isAllElse: number
  isOfAll: number
  onlySubscriptionIds: readonly string[]
  limit: number
  offset: number
}>()('invoice-line-usages', ledgerRow, { fields: ROW_SELECTION })
