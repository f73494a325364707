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
import {
  usageTotals,
  type TotalsBy,
  type TotalsFilter,
  type UsageTotalsRow,
} from '../../reports/usage-totals.ts'
import { accountsWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

/** What is asked for; whose usage it can be says the caller's reach. */
export type TotalsQuestion = Omit<TotalsFilter, 'scope' | 'subscriptionIds'> & WhoseUsage
export type DetailsQuestion = Omit<DetailsFilter, 'scope' | 'subscriptionIds'> &
  Omit<TotalsQuestion, keyof DetailsFilter>

interface WhoseUsage {
  readonly subscriptionId?: string | undefined
  /** As subscriptions have it now. */
  readonly costCentre?: string | undefined
}

/** Charges without VAT and not rounded. */
export async function totalsOf(
  desk: Desk,
  by: TotalsBy,
  question: TotalsQuestion,
): Promise<UsageTotalsRow[]> {
  requireRight(desk.caller, 'see-usage')
  return usageTotals(desk.clickhouse, by, await filterOf(desk, question))
}

/** What was used in each billing period, oldest first: charges without VAT and not rounded. */
export async function historyOf(
  desk: Desk,
  by: HistoryBy,
  question: TotalsQuestion,
): Promise<UsageHistoryRow[]> {
  requireRight(desk.caller, 'see-usage')
  return usageHistory(desk.clickhouse, by, await filterOf(desk, question))
}

/** What was used on each day of its start, oldest first: charges without VAT and not rounded. */
export async function daysOf(
  desk: Desk,
  question: TotalsQuestion,
  timeZone: string,
): Promise<UsageOfDay[]> {
  requireRight(desk.caller, 'see-usage')
  return usageByDay(desk.clickhouse, await filterOf(desk, question), timeZone)
}

/** Newest first; `more` says that the page does not hold all of them. */
export async function detailsOf(
  desk: Desk,
  question: DetailsQuestion,
  page: DetailsPage,
): Promise<{ rows: UsageDetail[]; more: boolean }> {
  const { clickhouse, caller } = desk
  requireRight(caller, 'see-usage')
  const found = await usageDetails(clickhouse, await filterOf(desk, question), page)
  return caller.rights.has('see-numbers')
    ? found
    : { ...found, rows: found.rows.map(withoutOtherParty) }
}

/** The whole selection as a file, in parts as they are read. */
export async function exportOf(
  desk: Desk,
  question: DetailsQuestion,
  wish: ExportWish,
): Promise<UsageExport> {
  requireRight(desk.caller, 'see-usage')
  requireRight(desk.caller, 'see-numbers')
  return exportUsage(desk.clickhouse, await filterOf(desk, question), wish)
}

/** With whose usage it can be, and the subscriptions of a cost centre, of those within reach. */
async function filterOf<Question extends WhoseUsage & Omit<UsageFilter, 'scope'>>(
  desk: Desk,
  { subscriptionId, costCentre, ...question }: Question,
) {
  const filter = { ...question, scope: desk.caller.reach }
  if (subscriptionId === undefined && costCentre === undefined) return filter
  if (costCentre === undefined) return { ...filter, subscriptionIds: [subscriptionId ?? ''] }
  const directory = await directoryOf(desk)
  const own = new Set(accountsWithin(desk.caller, directory).map(({ accountId }) => accountId))
  const ids = directory.subscriptions
    .filter((one) => own.has(one.accountId) && one.costCentre === costCentre)
    .map((one) => one.subscriptionId)
  return {
    ...filter,
    subscriptionIds: ids.filter((id) => subscriptionId === undefined || id === subscriptionId),
  }
}
