/**
 * Settles `volume` rates before a bill run takes its cut-off: what the period's total costs less what
 * was charged becomes rows of kind `adjustment`. Computed from sums that contain earlier adjustments,
 * so a second time, or after a crash at any point, there is nothing left to add.
 */
import { adjustmentRateId } from '../../core/usage/ids.ts'
import { ADJUSTMENT_LOG, emptyRow, type LedgerRow } from '../../core/usage/ledger-row.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayToIso, type BillingCalendar } from '../../core/time/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { adjustmentsDue, type AdjustmentDue, type PeriodsOfAccount } from './adjustments-due.ts'
import type { Settlements } from './adjustments-due.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import type { BillingParts } from '../run/billing.ts'
import { cutOffOf } from '../ledger/cut-off.ts'
import {
  frozenCatalogues,
  noteCataloguesOfOldRuns,
  type FrozenCatalogue,
} from './frozen-catalogues.ts'
import type { CutOff } from '../ledger/invoice-ledger.ts'

type Scopes = readonly Pick<AccountScope, 'account' | 'calendar' | 'period'>[]

/**
 * Returns the cut-off of the run: what was settled, and the settlement itself. Usage that is recorded
 * meanwhile is beyond both. Accounts that cannot be settled are named with the reason.
 */
export async function settlePeriods(
  parts: BillingParts,
  sql: SqlRunner,
  scopes: Scopes,
): Promise<{ readonly cutOff: CutOff; readonly unsettled: Settlements['unsettled'] }> {
  const cutOff = cutOffOf(await parts.ledger.positions())
  await noteCataloguesOfOldRuns(parts, sql)
  const { due, unsettled } = await settlementsUpTo(cutOff, parts, sql, scopes)
  if (due.length === 0) return { cutOff, unsettled }
  const calendars = new Map(scopes.map(({ account, calendar }) => [account.accountId, calendar]))
  const open = new Set(
    scopes.map(({ account, period }) => keyOf(account.accountId, period.startDay)),
  )
  const rows = Map.groupBy(
    due.flatMap((each) => {
      const calendar = calendars.get(each.accountId)
      if (calendar === undefined) return []
      const late = !open.has(keyOf(each.accountId, each.use.periodStartDay))
      return [adjustmentRow(each, { calendar, late, cutOffId: cutOff.cutOffId })]
    }),
    (row) => row.catalogueHash,
  )
  const recorded = await parts.ledger.recordAdjustments(rows, parts.clock.nowMs())
  return { cutOff: cutOffOf([...cutOff.positions, recorded]), unsettled }
}

/** What is due for the accounts' periods and those of them that were closed before. */
export async function settlementsUpTo(
  cutOff: CutOff,
  parts: BillingParts,
  sql: SqlRunner,
  scopes: Scopes,
): Promise<Settlements> {
  const due: AdjustmentDue[] = []
  const unsettled = new Map<string, string>()
  if (scopes.length === 0) return { due, unsettled }
  await parts.ledger.publishCutOff(cutOff)
  const closed = await frozenCatalogues(parts, sql, cutOff.cutOffId)
  const accountIds = new Set(scopes.map(({ account }) => account.accountId))
  const isClosed = new Set(closed.map((each) => keyOf(each.accountId, each.periodStartDay)))
  const open = scopes
    .map(({ account: { accountId }, period: { startDay } }) => {
      return { accountId, periodStartDay: startDay, catalogueKey: parts.catalogueKey }
    })
    .filter((each) => !isClosed.has(keyOf(each.accountId, each.periodStartDay)))
  const all = [...open, ...closed.filter(({ accountId }) => accountIds.has(accountId))]
  for (const [catalogueKey, periods] of Map.groupBy(all, (each) => each.catalogueKey)) {
    const isToday = catalogueKey === parts.catalogueKey
    const catalogue = isToday ? parts.catalogue : await parts.catalogueOf(catalogueKey)
    const byAccount = periodsByAccount(periods)
    const within = { ...parts, catalogue, catalogueKey }
    const settled = await adjustmentsDue(within, byAccount, cutOff.cutOffId)
    due.push(...settled.due)
    for (const [accountId, why] of settled.unsettled) unsettled.set(accountId, why)
  }
  // All periods of an account or none: what is left out of one would be on no invoice.
  return { due: due.filter(({ accountId }) => !unsettled.has(accountId)), unsettled }
}

function periodsByAccount(periods: readonly FrozenCatalogue[]): PeriodsOfAccount[] {
  return [...Map.groupBy(periods, ({ accountId }) => accountId)].map(([accountId, ofAccount]) => {
    const days = ofAccount.map(({ periodStartDay }) => periodStartDay)
    return { accountId, periodStartDays: [...new Set(days)] }
  })
}

function keyOf(accountId: string, periodStartDay: number): string {
  return `${accountId}|${periodStartDay}`
}

/** Stands at the last moment of its period. Its quantities are 0: nothing was used by it. */
function adjustmentRow(
  due: AdjustmentDue,
  of: { readonly calendar: BillingCalendar; readonly late: boolean; readonly cutOffId: string },
): LedgerRow {
  const { accountId, use, adjustmentMicros } = due
  const { periodStartDay, rateId, subscriptionId, callType } = use
  const subject = [accountId, dayToIso(periodStartDay), rateId, subscriptionId, callType]
  return {
    ...emptyRow(), // Its place and recording are the batch's.
    logSource: ADJUSTMENT_LOG,
    entryKind: 'adjustment',
    outcome: 'rated',
    usageId: `adjustment:${subject.join('/')}`,
    detail: detailOf(due),
    raw: of.cutOffId,
    catalogueHash: due.catalogueKey,
    partnerId: use.partnerId,
    accountId,
    subscriptionId,
    product: use.product,
    kind: use.kind,
    callType,
    startMs: of.calendar.periodStarting(periodStartDay).endMs - 1,
    periodStartDay,
    chargeMicros: adjustmentMicros,
    rateId: adjustmentRateId(rateId),
    late: of.late,
  }
}

function detailOf({ quantity, chargedMicros, settledMicros, use }: AdjustmentDue): string {
  const costs = `costs ${microsToDecimal(settledMicros)} instead of ${microsToDecimal(chargedMicros)}`
  return `${quantity} out of bundle at the tier of the period's total of ${use.rateId}: ${costs}`
}
