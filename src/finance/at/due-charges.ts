/**
 * Fees and one-off charges of days that have passed and no document invoiced: what is in arrears, what began within
 * a period, what was entered late. It is what the next invoices would charge, cut at the end of the day; what they
 * would take back counts against it.
 */
import { z } from 'zod'
import { micros, shareInMicros, type Micros } from '../../core/money/money.ts'
import { termsAt } from '../../core/time/account-calendar.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import type { Account } from '../../core/accounts/accounts.ts'
import { itemChargeMicros } from '../../invoicing/build/item-charge.ts'
import { recurringItems } from '../../invoicing/build/recurring-items.ts'
import type { RecurringItem } from '../../invoicing/invoice-model.ts'
import { whileThere } from '../../invoicing/run/billing-scope.ts'
import { closedPeriods } from '../../invoicing/run/draft-invoice.ts'
import { readChargedItems, readHistory } from '../../invoicing/store/invoice-store.ts'
import type { FinanceParts } from '../finance-parts.ts'
import type { ChargeKind } from '../ledger-accounts.ts'
import type { DocumentBounds } from './billed-so-far.ts'
import { calendarOf, endOfDayMs } from './finance-accounts.ts'

export interface DueCharge {
  readonly accountId: string
  readonly partnerId: string
  readonly kind: ChargeKind
  readonly product: Product
  readonly subject: string
  readonly dueMicros: Micros
}

export interface DueQuestion extends DocumentBounds {
  readonly day: number
  /** Periods of the account that these documents closed. */
  readonly closedStartDays: readonly number[]
  /** The first period in which the account used something; undefined = it never did. */
  readonly firstUsedDay: number | undefined
}

/** Of one account. */
export async function dueCharges(
  parts: FinanceParts,
  account: Account,
  question: DueQuestion,
): Promise<DueCharge[]> {
  const { accountId } = account
  const { partnerId } = termsAt(account, calendarOf(parts, accountId).dayStartMs(question.day))
  const items = await itemsOf(parts, account, question)
  const fees = items.flatMap((item): DueCharge[] => {
    const dueMicros = passedMicros(item, question.day)
    if (dueMicros === 0) return []
    const kind = item.subject === 'activation' ? 'one-off' : 'recurring'
    const { subjectId: subject } = item
    return [{ accountId, partnerId, kind, product: productOf(parts, item), subject, dueMicros }]
  })
  const oneOffs = await openOneOffs(parts, accountId, question)
  return [...fees, ...oneOffs.map((each) => ({ ...each, accountId, partnerId }))]
}

async function itemsOf(
  parts: FinanceParts,
  account: Account,
  { day, closedStartDays, firstUsedDay, ...known }: DueQuestion,
): Promise<RecurringItem[]> {
  const { operations, directory, catalogue } = parts
  const { accountId } = account
  const agreed = directory.subscriptions.filter((each) => each.accountId === accountId)
  if (agreed.length === 0) return []
  const calendar = calendarOf(parts, accountId)
  const period = calendar.periodAt(calendar.dayStartMs(day))
  const { catalogueKeys } = await readHistory(operations, accountId, period.startDay)
  return recurringItems({
    calendar,
    catalogue,
    period,
    subscriptions: whileThere(agreed, catalogue),
    closed: await closedPeriods(parts, { agreed, period }, { catalogueKeys, closedStartDays }),
    charged: await readChargedItems(operations, accountId, known),
    firstBilledDay: closedStartDays.length > 0 ? Math.min(...closedStartDays) : firstUsedDay,
  })
}

/** Of its days up to the end of this one. */
function passedMicros(item: RecurringItem, day: number): Micros {
  const [passed, days] = [Math.min(day + 1, item.toDay) - item.fromDay, item.toDay - item.fromDay]
  if (passed <= 0) return micros(0)
  return shareInMicros(itemChargeMicros(item), { numerator: passed, denominator: days })
}

function productOf({ catalogue }: FinanceParts, { subject, subjectId }: RecurringItem): Product {
  const of =
    subject === 'module' ? catalogue.modules.get(subjectId) : catalogue.plans.get(subjectId)
  return of?.product ?? 'none'
}

function openOneOffs(
  parts: FinanceParts,
  accountId: string,
  { day, issuedToDay, lastInvoiceId }: DueQuestion,
): Promise<Omit<DueCharge, 'accountId' | 'partnerId'>[]> {
  return parts.operations.query(
    `SELECT charge_id, charge.amount_micros, coalesce(product, 'none') AS product
     FROM one_off_charges AS charge LEFT JOIN subscriptions USING (subscription_id)
     WHERE charge.account_id = $1 AND at_ms < $2
       AND NOT EXISTS (SELECT 1 FROM invoice_one_off_charges AS billed JOIN invoices USING (invoice_id)
         WHERE billed.charge_id = charge.charge_id AND issue_day <= $3 AND invoice_id <= $4)
     ORDER BY charge_id`,
    [accountId, endOfDayMs(parts, accountId, day), issuedToDay, lastInvoiceId],
    oneOffRow,
  )
}

const oneOffRow = z
  .object({ charge_id: z.string(), amount_micros: z.int(), product: z.enum(PRODUCTS) })
  .transform((row) => ({
    kind: 'one-off' as const,
    product: row.product,
    subject: row.charge_id,
    dueMicros: micros(row.amount_micros),
  }))
