/** Totals, single usages and exports of the usage that a caller reaches. */
import { exportUsage, type ExportWish, type UsageExport } from '../../reports/export-usage.ts'
import {
  usageDetails,
  type DetailsFilter,
  type DetailsPage,
  type UsageDetail,
} from '../../reports/usage-details.ts'
import type { UsageFilter } from '../../reports/usage-filter.ts'
import { usageByDay, type UsageOfDay } from '../../reports/usage-by-day.ts'
import { usageHistory, type HistoryBy, type UsageHistoryRow } from '../../reports/usage-history.ts'
import { withoutOtherParty } from '../../reports/masked-number.ts'
import { usageTotals, type TotalsBy, type UsageTotalsRow } from '../../reports/usage-totals.ts'
import { requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

/** What is asked for; whose usage it can be says the caller's reach. */
export type TotalsQuestion = Omit<UsageFilter, 'scope'>
export type DetailsQuestion = Omit<DetailsFilter, 'scope'>

/** Charges without VAT and not rounded. */
export function totalsOf(
  { clickhouse, caller }: Desk,
  by: TotalsBy,
  question: TotalsQuestion,
): Promise<UsageTotalsRow[]> {
  requireRight(caller, 'see-usage')
  return usageTotals(clickhouse, by, { ...question, scope: caller.reach })
}

/** What was used in each billing period, oldest first: charges without VAT and not rounded. */
export function historyOf(
  { clickhouse, caller }: Desk,
  by: HistoryBy,
  question: TotalsQuestion,
): Promise<UsageHistoryRow[]> {
  requireRight(caller, 'see-usage')
  return usageHistory(clickhouse, by, { ...question, scope: caller.reach })
}

/** What was used on each day of its start, oldest first: charges without VAT and not rounded. */
export function daysOf(
  { clickhouse, caller }: Desk,
  question: TotalsQuestion,
  timeZone: string,
): Promise<UsageOfDay[]> {
  requireRight(caller, 'see-usage')
  return usageByDay(clickhouse, { ...question, scope: caller.reach }, timeZone)
}

/** Newest first; `more` says that the page does not hold all of them. */
export async function detailsOf(
  { clickhouse, caller }: Desk,
  question: DetailsQuestion,
  page: DetailsPage,
): Promise<{ rows: UsageDetail[]; more: boolean }> {
  requireRight(caller, 'see-usage')
  const found = await usageDetails(clickhouse, { ...question, scope: caller.reach }, page)
  return caller.rights.has('see-numbers')
    ? found
    : { ...found, rows: found.rows.map(withoutOtherParty) }
}

/** The whole selection as a file, in parts as they are read. */
export async function exportOf(
  { clickhouse, caller }: Desk,
  question: DetailsQuestion,
  wish: ExportWish,
): Promise<UsageExport> {
  requireRight(caller, 'see-usage')
  requireRight(caller, 'see-numbers')
  return exportUsage(clickhouse, { ...question, scope: caller.reach }, wish)
}
