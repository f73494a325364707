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
import { subscriptionsOf } from '../../core/accounts/of-account.ts'
import { itemChargeMicros } from '../../invoicing/build/item-charge.ts'
import { recurringItems } from '../../invoicing/build/recurring-items.ts'
import type { RecurringItem } from '../../invoicing/invoice-model.ts'
import { whileThere } from '../../invoicing/run/billing-scope.ts'
import { closedPeriods } from '../../invoicing/run/draft-invoice.ts'
import type { ChargedItem } from '../../invoicing/build/settle-items.ts'
import { closedCatalogueKeys } from '../../invoicing/store/closed-catalogues.ts'
import { readChargedItemsOf } from '../../invoicing/store/invoice-store.ts'
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

/** One account. */
export interface DueQuestion {
  readonly account: Account
  /** Periods of the account that documents within the bounds closed. */
  readonly closedStartDays: readonly number[]
  /** The first period in which the account used something; undefined = it never did. */
  readonly firstUsedDay: number | undefined
}

interface DueBounds extends DocumentBounds {
  readonly day: number
}

/** Accounts in one question to the store. */
const ACCOUNTS_AT_ONCE_MAX = 500

/** Of each account, one after the other: what the store knows of them is asked for many at once. */
export async function* dueCharges(
  parts: FinanceParts,
  questions: readonly DueQuestion[],
  bounds: DueBounds,
): AsyncGenerator<DueCharge> {
  for (let first = 0; first < questions.length; first += ACCOUNTS_AT_ONCE_MAX) {
    const some = questions.slice(first, first + ACCOUNTS_AT_ONCE_MAX)
    const known = await knownOf(parts, some, bounds)
    for (const question of some) yield* await dueOf(parts, question, { ...bounds, ...known })
  }
}

interface Known {
  readonly catalogueKeys: ReadonlyMap<string, ReadonlyMap<number, string>>
  readonly charged: ReadonlyMap<string, readonly ChargedItem[]>
  readonly oneOffs: ReadonlyMap<string, readonly OpenOneOff[]>
}

async function knownOf(
  parts: FinanceParts,
  questions: readonly DueQuestion[],
  bounds: DueBounds,
): Promise<Known> {
  const { operations } = parts
  const accountIds = questions.map(({ account }) => account.accountId)
  const { issuedToDay, lastInvoiceId } = bounds
  return {
    catalogueKeys: await closedCatalogueKeys(operations, accountIds),
    charged: await readChargedItemsOf(operations, accountIds, { issuedToDay, lastInvoiceId }),
    oneOffs: await openOneOffs(parts, accountIds, bounds),
  }
}

async function dueOf(
  parts: FinanceParts,
  question: DueQuestion,
  known: Known & DueBounds,
): Promise<DueCharge[]> {
  const { account } = question
  const { accountId } = account
  const { partnerId } = termsAt(account, calendarOf(parts, accountId).dayStartMs(known.day))
  const items = await itemsOf(parts, question, known)
  const fees = items.flatMap((item): DueCharge[] => {
    const dueMicros = passedMicros(item, known.day)
    if (dueMicros === 0) return []
    const kind = item.subject === 'activation' ? 'one-off' : 'recurring'
    const { subjectId: subject } = item
    return [{ accountId, partnerId, kind, product: productOf(parts, item), subject, dueMicros }]
  })
  const oneOffs = known.oneOffs.get(accountId) ?? []
  return [...fees, ...oneOffs.map((each) => ({ ...each, kind: 'one-off' as const, partnerId }))]
}

async function itemsOf(
  parts: FinanceParts,
  { account, closedStartDays, firstUsedDay }: DueQuestion,
  known: Known & DueBounds,
): Promise<RecurringItem[]> {
  const { directory, catalogue } = parts
  const { accountId } = account
  const agreed = subscriptionsOf(directory, accountId)
  if (agreed.length === 0) return []
  const calendar = calendarOf(parts, accountId)
  const period = calendar.periodAt(calendar.dayStartMs(known.day))
  const catalogueKeys = known.catalogueKeys.get(accountId) ?? new Map<number, string>()
  return recurringItems({
    calendar,
    catalogue,
    period,
    subscriptions: whileThere(agreed, catalogue),
    closed: await closedPeriods(parts, { agreed, period }, { catalogueKeys, closedStartDays }),
    charged: known.charged.get(accountId) ?? [],
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

type OpenOneOff = z.output<typeof oneOffRow>

async function openOneOffs(
  parts: FinanceParts,
  accountIds: readonly string[],
  { day, issuedToDay, lastInvoiceId }: DueBounds,
): Promise<Map<string, OpenOneOff[]>> {
  const rows = await parts.operations.query(
    `SELECT charge.account_id, charge_id, charge.amount_micros, coalesce(product, 'none') AS product
     FROM one_off_charges AS charge
     JOIN unnest($1::text[], $2::bigint[]) AS asked (account_id, before_ms) USING (account_id)
     LEFT JOIN subscriptions USING (subscription_id)
     WHERE at_ms < before_ms
       AND NOT EXISTS (SELECT 1 FROM invoice_one_off_charges AS billed JOIN invoices USING (invoice_id)
         WHERE billed.charge_id = charge.charge_id AND issue_day <= $3 AND invoice_id <= $4)
     ORDER BY charge.account_id, charge_id`,
    [
      [...accountIds],
      accountIds.map((accountId) => endOfDayMs(parts, accountId, day)),
      issuedToDay,
      lastInvoiceId,
    ],
    oneOffRow,
  )
  return Map.groupBy(rows, ({ accountId }) => accountId)
}

const oneOffRow = z
  .object({
    account_id: z.string(),
    charge_id: z.string(),
    amount_micros: z.int(),
    product: z.enum(PRODUCTS),
  })
  .transform((row) => ({
    accountId: row.account_id,
    product: row.product,
    subject: row.charge_id,
    dueMicros: micros(row.amount_micros),
  }))
