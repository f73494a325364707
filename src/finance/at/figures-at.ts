/**
 * The figures at the end of a day, from the stores as a position has them: the same position gives the same figures
 * of usage and invoices whatever came since. What is due of fees follows from the agreements as they are known now.
 */
import type { Micros } from '../../core/money/money.ts'
import { cutOffPublisher } from '../../invoicing/ledger/cut-off-publisher.ts'
import { kindOfSection, revenueAccount, type RevenueOf } from '../ledger-accounts.ts'
import type { FinanceParts } from '../finance-parts.ts'
import { deferredAt } from '../service-parts.ts'
import { billedPeriods, invoicedSums, linesAhead, type DocumentBounds } from './billed-so-far.ts'
import { dueCharges } from './due-charges.ts'
import { billedSpans, endOfDayMs, financeAccounts, usedSpans } from './finance-accounts.ts'
import type { FinanceFigures, FinancePosition, RejectsAt } from './finance-figures.ts'
import type { UsedSum } from './finance-ledger.ts'
import { sumFigures, type FigurePart } from './sum-figures.ts'

/** The cut-off is published. */
export async function figuresAt(
  parts: FinanceParts,
  position: FinancePosition,
): Promise<FinanceFigures> {
  const accountIds = await financeAccounts(parts)
  const usage = await usageParts(parts, accountIds, position)
  const figures = sumFigures([
    ...usage.parts,
    ...(await documentParts(parts, position)),
    ...(await dueParts(parts, usage.firstUsedDays, position)),
  ])
  return { ...position, figures, rejects: await rejectsAt(parts, accountIds, position.day) }
}

export function boundsOf({ day, lastInvoiceId }: FinancePosition): DocumentBounds {
  return { issuedToDay: day, lastInvoiceId }
}

/** A key of figures with its account in the general ledger. */
export function keyed(
  { revenue }: Pick<FinanceParts, 'revenue'>,
  accountId: string,
  of: RevenueOf,
): FigurePart {
  const { partnerId, kind, product } = of
  return { accountId, partnerId, kind, product, ledgerAccount: revenueAccount(revenue, of) }
}

/** What was used as parts of figures: traffic, and what third parties charge for information. */
export function usedParts(
  parts: Pick<FinanceParts, 'revenue'>,
  sum: UsedSum,
  name: 'usedMicros' | 'unbilledMicros' | 'lateMicros',
): FigurePart[] {
  const { accountId, partnerId, product, callType: subject } = sum
  const part = (kind: 'usage' | 'premium', amount: Micros): FigurePart => ({
    ...keyed(parts, accountId, { partnerId, kind, product, subject }),
    [name]: amount,
  })
  return [part('usage', sum.chargeMicros), part('premium', sum.informationChargeMicros)]
}

/** With the first period of each account in which it used something; undefined where it never did. */
async function usageParts(
  parts: FinanceParts,
  accountIds: readonly string[],
  position: FinancePosition,
): Promise<{ parts: FigurePart[]; firstUsedDays: ReadonlyMap<string, number | undefined> }> {
  const spans = usedSpans(parts, accountIds, position)
  const firstUsedDays = new Map<string, number | undefined>(accountIds.map((id) => [id, undefined]))
  const found: FigurePart[] = []
  for (const span of spans) {
    for (const sum of await parts.usage.used(span)) {
      found.push(...usedParts(parts, sum, 'usedMicros'))
      const known = firstUsedDays.get(sum.accountId) ?? sum.firstStartDay
      firstUsedDays.set(sum.accountId, Math.min(known, sum.firstStartDay))
    }
  }
  const billed = await billedPeriods(parts.operations, boundsOf(position))
  await publishCutOffs(
    parts,
    [...billed.values()].map(({ billedCutOffId }) => billedCutOffId),
  )
  for (const span of billedSpans(spans, billed)) {
    for (const sum of await parts.usage.unbilled(span)) {
      found.push(...usedParts(parts, sum, sum.late ? 'lateMicros' : 'unbilledMicros'))
    }
  }
  return { parts: found, firstUsedDays }
}

async function publishCutOffs(parts: FinanceParts, ids: readonly string[]): Promise<void> {
  const publish = cutOffPublisher(parts)
  for (const cutOffId of ids) await publish({ cutOffId, lateAfterCutOffId: '' })
}

async function documentParts(
  parts: FinanceParts,
  position: FinancePosition,
): Promise<FigurePart[]> {
  const { operations } = parts
  const sums = await invoicedSums(operations, boundsOf(position))
  const ahead = await linesAhead(operations, boundsOf(position), position.day)
  return [
    ...sums.map((sum) => ({
      ...keyed(parts, sum.accountId, { ...sum, kind: kindOfSection(sum.section) }),
      invoicedMicros: sum.amountMicros,
      billedMicros: sum.billedMicros,
    })),
    ...ahead.map((line) => ({
      ...keyed(parts, line.accountId, { ...line, kind: kindOfSection(line.section) }),
      deferredMicros: deferredAt(line, position.day),
    })),
  ]
}

async function dueParts(
  parts: FinanceParts,
  firstUsedDays: ReadonlyMap<string, number | undefined>,
  position: FinancePosition,
): Promise<FigurePart[]> {
  const bounds = boundsOf(position)
  const billed = await billedPeriods(parts.operations, bounds)
  const questions = [...firstUsedDays].flatMap(([accountId, firstUsedDay]) => {
    const account = parts.directory.accounts.get(accountId)
    if (account === undefined) return []
    const { closedStartDays } = billed.get(accountId) ?? { closedStartDays: [] }
    return [{ account, closedStartDays, firstUsedDay }]
  })
  const found: FigurePart[] = []
  for await (const due of dueCharges(parts, questions, { ...bounds, day: position.day })) {
    found.push({ ...keyed(parts, due.accountId, due), dueMicros: due.dueMicros })
  }
  return found
}

/** Counts and estimates are those of `tik rejects list`: there is one owner of them. */
async function rejectsAt(
  parts: FinanceParts,
  accountIds: readonly string[],
  day: number,
): Promise<RejectsAt[]> {
  const ends = accountIds.map((accountId) => endOfDayMs(parts, accountId, day))
  const started = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Math.max(0, ...ends) }
  const groups = await parts.ledger.rejects({ started }, parts.clock.nowMs())
  return groups.map(({ reason, recordsCount, estimate }) => ({
    reason,
    recordsCount,
    estimateMicros: estimate?.valueMicros,
  }))
}
