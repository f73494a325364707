/**
 * What no invoice bills: past periods of an account that were never closed, with their usage and fees,
 * and usage of periods that the account's calendar does not have. Only accounts that have such a
 * period are looked at closely.
 */
import { z } from 'zod'
import { ZERO_MICROS } from '../../core/money/money.ts'
import { dayToIso, type BillingPeriod } from '../../core/time/period.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import type { AccountScope } from '../run/billing-scope.ts'
import type { PeriodSum } from '../ledger/invoice-ledger.ts'
import { readChargedItems } from '../store/invoice-store.ts'
import { unchargedMicros } from '../build/recurring-items.ts'
import { euros, sumIfExact } from './finding-of.ts'

/** Accounts in one question to the ledger. */
const ACCOUNTS_PER_QUERY_MAX = 1_000

/** Of each account before the period in hand. `scopes` has an account's first period first. */
export async function unbilledPeriods(
  parts: BillingParts,
  scopes: readonly AccountScope[],
): Promise<Finding[]> {
  const used = new Map(
    (await parts.ledger.usedPeriods()).map((each) => [each.accountId, each.periodStartDays]),
  )
  const closed = await closedDays(parts)
  const beganDay = firstOf([...used.values(), ...closed.values()])
  const suspects = scopes.flatMap((scope) => {
    const { accountId } = scope.account
    const days = { used: used.get(accountId) ?? [], closed: closed.get(accountId) ?? [] }
    const open = openPeriods(scope, { ...days, beganDay })
    const astray = days.used.filter((day) => isAstray(day, scope, days.closed))
    return open.length + astray.length === 0 ? [] : [{ scope, open, astray }]
  })
  const findings: Finding[] = []
  for (let first = 0; first < suspects.length; first += ACCOUNTS_PER_QUERY_MAX) {
    const some = suspects.slice(first, first + ACCOUNTS_PER_QUERY_MAX)
    const ids = some.map(({ scope }) => scope.account.accountId)
    const sums = Map.groupBy(await parts.ledger.periodSums(ids), (each) => each.accountId)
    for (const suspect of some) {
      const ofAccount = sums.get(suspect.scope.account.accountId) ?? []
      findings.push(
        ...(await notBilled(parts, suspect, ofAccount)),
        ...astrayUsage(suspect, ofAccount),
      )
    }
  }
  return findings
}

function firstOf(days: readonly (readonly number[])[]): number {
  return days.reduce((first, some) => Math.min(first, ...some), Infinity)
}

interface Suspect {
  readonly scope: AccountScope
  /** Past periods that no invoice closed. */
  readonly open: readonly BillingPeriod[]
  /** Start days of rows that are no period of the account. */
  readonly astray: readonly number[]
}

interface KnownDays {
  readonly used: readonly number[]
  readonly closed: readonly number[]
  /** First day of the first period that anybody used or closed: before it others billed. */
  readonly beganDay: number
}

function openPeriods(scope: AccountScope, known: KnownDays): BillingPeriod[] {
  const { calendar, period } = scope
  const closed = new Set(known.closed)
  const open: BillingPeriod[] = []
  const firstMs = startOf(scope, known)
  let each = calendar.periodAt(Math.min(firstMs, period.startMs))
  while (each.startDay < period.startDay) {
    if (!closed.has(each.startDay)) open.push(each)
    each = calendar.periodAt(each.endMs)
  }
  return open
}

/**
 * From when on the account is billed here: its first activation, unless another system billed it
 * before. That is taken to be so when it was active already before anything was used or billed here,
 * but for the one period before the first that was billed.
 */
function startOf(scope: AccountScope, { used, closed, beganDay }: KnownDays): number {
  const { calendar, period, subscriptions } = scope
  const firstDay = Math.min(...used, ...closed, period.startDay)
  const firstMs = calendar.dayStartMs(firstDay)
  const activatedMs = Math.min(...subscriptions.map((each) => each.activatedMs))
  if (!Number.isFinite(activatedMs) || activatedMs >= firstMs) return firstMs
  const before = calendar.periodAt(calendar.periodAt(firstMs).startMs - 1)
  const beganMs = Number.isFinite(beganDay) ? calendar.dayStartMs(beganDay) : firstMs
  return activatedMs >= Math.min(before.startMs, beganMs) ? activatedMs : firstMs
}

function isAstray(day: number, { calendar }: AccountScope, closed: readonly number[]): boolean {
  return !closed.includes(day) && calendar.periodAt(calendar.dayStartMs(day)).startDay !== day
}

async function notBilled(
  parts: BillingParts,
  { scope, open }: Suspect,
  sums: readonly PeriodSum[],
): Promise<Finding[]> {
  const { accountId } = scope.account
  if (open.length === 0) return []
  const charged = await readChargedItems(parts.operations, accountId)
  const request = { ...scope, catalogue: parts.catalogue, charged, firstBilledDay: undefined }
  const worth = open.map((period) => {
    const usage = sums.find(({ periodStartDay }) => periodStartDay === period.startDay)
    return { period, usage, feesMicros: unchargedMicros(request, period) }
  })
  const lost = worth.filter(({ usage, feesMicros }) => (usage?.count ?? 0) > 0 || feesMicros > 0)
  const [first] = lost
  if (first === undefined) return []
  const usageMicros = sumIfExact(lost.map(({ usage }) => (usage ?? NO_USAGE).chargeMicros))
  const feesMicros = sumIfExact(lost.map((each) => each.feesMicros))
  const from = dayToIso(first.period.startDay)
  const which =
    lost.length === 1 ? `the period from ${from}` : `${lost.length} periods from ${from} on`
  const text = `${which}: usage of ${euros(usageMicros)} and fees of ${euros(feesMicros)} that no invoice bills`
  const show = `tik bill run --period ${from.slice(0, 7)} --account ${accountId} --preview`
  return [
    finding('period_not_billed', accountId, text, {
      count: lost.length,
      estimateMicros: sumIfExact([usageMicros, feesMicros]),
      show,
    }),
  ]
}

function astrayUsage({ scope, astray }: Suspect, sums: readonly PeriodSum[]): Finding[] {
  const { accountId } = scope.account
  const lost = sums.filter(
    ({ periodStartDay, count }) => count > 0 && astray.includes(periodStartDay),
  )
  const [first] = lost
  const last = lost.at(-1)
  if (first === undefined || last === undefined) return []
  const estimateMicros = sumIfExact(lost.map((each) => each.chargeMicros))
  const count = lost.reduce((total, each) => total + each.count, 0)
  const from = dayToIso(first.periodStartDay)
  const to = dayToIso(scope.calendar.periodStarting(last.periodStartDay).endDay)
  return [
    finding(
      'usage_off_period',
      accountId,
      `${count} usages of ${euros(estimateMicros)} are in a period from ${from} that the account does not have`,
      {
        count,
        estimateMicros,
        show: `tik rerate --account ${accountId} --from ${from} --to ${to}`,
      },
    ),
  ]
}

async function closedDays({ operations }: BillingParts): Promise<Map<string, number[]>> {
  const rows = await operations.query(
    'SELECT account_id, array_agg(period_start_day) AS days FROM account_closed_periods GROUP BY account_id',
    [],
    z.object({ account_id: z.string(), days: z.array(z.int()) }),
  )
  return new Map(rows.map((row) => [row.account_id, row.days]))
}

const NO_USAGE = { chargeMicros: ZERO_MICROS }

function finding(
  code: 'period_not_billed' | 'usage_off_period',
  subject: string,
  text: string,
  rest: Pick<Finding, 'count' | 'estimateMicros' | 'show'>,
): Finding {
  return { code, severity: 'warning', subject, text, ...rest }
}
