/**
 * Settles `volume` rates before a bill run takes its cut-off: what the period's total costs less what
 * was charged becomes rows of kind `adjustment`. Computed from sums that contain earlier adjustments,
 * so a second time, or after a crash at any point, there is nothing left to add.
 */
import { z } from 'zod'
import { adjustmentRateId } from '../core/ids.ts'
import { ADJUSTMENT_LOG, type LedgerRow } from '../core/ledger-row.ts'
import { microsToDecimal, ZERO_MICROS } from '../core/money.ts'
import { dayToIso } from '../core/period.ts'
import type { SqlRunner } from '../operations/operations-store.ts'
import { adjustmentsDue, type AdjustmentDue, type PeriodsOfAccount } from './adjustments-due.ts'
import type { AccountScope } from './billing-scope.ts'
import type { BillingParts } from './billing.ts'
import { cutOffOf } from './cut-off.ts'
import type { CutOff } from './invoice-ledger.ts'

type Scopes = readonly Pick<AccountScope, 'account' | 'calendar' | 'period'>[]

/**
 * Returns the cut-off of the run: what was settled, and the settlement itself. Usage that is recorded
 * meanwhile is beyond both.
 */
export async function settlePeriods(
  parts: BillingParts,
  sql: SqlRunner,
  scopes: Scopes,
): Promise<CutOff> {
  const cutOff = cutOffOf(await parts.ledger.positions())
  const due = await settlementsUpTo(cutOff, parts, sql, scopes)
  if (due.length === 0) return cutOff
  const catalogueKey = await parts.keepCatalogue()
  const calendars = new Map(scopes.map((scope) => [scope.account.accountId, scope]))
  const rows = due.flatMap((each) => {
    const scope = calendars.get(each.accountId)
    return scope === undefined ? [] : [adjustmentRow(each, scope, cutOff.cutOffId)]
  })
  const nowMs = parts.clock.nowMs()
  const recorded = await parts.ledger.recordAdjustments(rows, nowMs, catalogueKey)
  return cutOffOf([...cutOff.positions, recorded])
}

/** What is due for the accounts' periods and those of them that were closed before. */
export async function settlementsUpTo(
  cutOff: CutOff,
  parts: BillingParts,
  sql: SqlRunner,
  scopes: Scopes,
): Promise<AdjustmentDue[]> {
  if (scopes.length === 0) return []
  await parts.ledger.publishCutOff(cutOff)
  return adjustmentsDue(parts, await periodsToSettle(sql, scopes), cutOff.cutOffId)
}

async function periodsToSettle(sql: SqlRunner, scopes: Scopes): Promise<PeriodsOfAccount[]> {
  const closed = await sql.query(
    'SELECT account_id, period_start_day FROM account_closed_periods',
    [],
    z.object({ account_id: z.string(), period_start_day: z.int() }),
  )
  const byAccount = Map.groupBy(closed, (each) => each.account_id)
  return scopes.map(({ account: { accountId }, period }) => {
    const earlier = (byAccount.get(accountId) ?? []).map((each) => each.period_start_day)
    return { accountId, periodStartDays: [...new Set([...earlier, period.startDay])] }
  })
}

/** Stands at the last moment of its period. Its quantities are 0: nothing was used by it. */
function adjustmentRow(
  due: AdjustmentDue,
  { calendar, period }: Scopes[number],
  cutOffId: string,
): LedgerRow {
  const { accountId, use, adjustmentMicros } = due
  const { periodStartDay, rateId, subscriptionId, callType } = use
  const subject = [accountId, dayToIso(periodStartDay), rateId, subscriptionId, callType]
  return {
    ...NOTHING_USED,
    usageId: `adjustment:${subject.join('/')}`,
    detail: detailOf(due),
    raw: cutOffId,
    partnerId: use.partnerId,
    accountId,
    subscriptionId,
    product: use.product,
    kind: use.kind,
    callType,
    startMs: calendar.periodStarting(periodStartDay).endMs - 1,
    periodStartDay,
    chargeMicros: adjustmentMicros,
    rateId: adjustmentRateId(rateId),
    late: periodStartDay !== period.startDay,
  }
}

function detailOf({ quantity, chargedMicros, settledMicros, use }: AdjustmentDue): string {
  const costs = `costs ${microsToDecimal(settledMicros)} instead of ${microsToDecimal(chargedMicros)}`
  return `${quantity} out of bundle at the tier of the period's total of ${use.rateId}: ${costs}`
}

/** Place and recording are the batch's. */
const NOTHING_USED = {
  logSource: ADJUSTMENT_LOG,
  logPartition: 0,
  logOffset: 0,
  recordedMs: 0,
  catalogueHash: '',
  entryKind: 'adjustment',
  corrects: '',
  outcome: 'rated',
  reason: '',
  contentHash: 0,
  origin: '',
  originRecord: 0,
  direction: 'none',
  destination: '',
  sender: '',
  receiver: '',
  servedNumber: '',
  visitedNetwork: '',
  durationSeconds: 0,
  volumeBytes: 0,
  quantity: 0,
  sessionKey: '',
  partNumber: 0,
  outOfBundleQuantity: 0,
  billedQuantity: 0,
  informationChargeMicros: ZERO_MICROS,
  takeKeys: [],
  takeQuantities: [],
  crossings: [],
} satisfies Partial<LedgerRow>
