/** Payments that people note, take back and assign by hand. */
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { dayFromIso } from '../../core/time/period.ts'
import {
  accountPayments,
  type AccountPayment,
} from '../../invoicing/receivables/account-payments.ts'
import {
  assignBalance,
  payInvoice,
  reversePayment,
  type NotedPayment,
} from '../../invoicing/receivables/payments.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { euroAmount } from './euro-amount.ts'
import { noteInvoiceAct } from './note-invoice-act.ts'
import { actingFor, reachableInvoice, type NamedInvoice } from './reachable-invoice.ts'

export interface PaymentByHand extends NamedInvoice {
  /** Such as "45.98". */
  readonly amount: string
  /** ISO date. */
  readonly on: string
  /** Noted again under the same one, it is the same payment; made of invoice, date and amount where absent. */
  readonly reference?: string | undefined
  readonly by?: string | undefined
}

/** Notes a payment of an invoice, once; what is over stays a balance of the account. */
export async function noteInvoicePayment(
  desk: Desk,
  payment: PaymentByHand,
  clock: Clock = systemClock,
): Promise<NotedPayment> {
  const invoiceId = await reachableInvoice(desk, payment, 'operate')
  const details = detailsOf(desk, payment, clock)
  const usual = `${payment.number} ${payment.on} ${microsToDecimal(details.amountMicros, 2)}`
  return desk.operations.transaction(async (sql) => {
    const reference = payment.reference ?? usual
    const noted = await payInvoice(sql, invoiceId, { ...details, reference })
    return noteOf(desk, sql, { invoiceId, act: 'invoice.pay', noted })
  })
}

/** Takes back a payment of an invoice: that with the reference, or the only one of the amount. */
export async function takeBackPayment(
  desk: Desk,
  payment: PaymentByHand,
  clock: Clock = systemClock,
): Promise<NotedPayment> {
  const invoiceId = await reachableInvoice(desk, payment, 'operate')
  const details = detailsOf(desk, payment, clock)
  return desk.operations.transaction(async (sql) => {
    const { reference } = payment
    const noted = await reversePayment(sql, invoiceId, { ...details, reference })
    return noteOf(desk, sql, { invoiceId, act: 'invoice.payment-taken-back', noted })
  })
}

/** Pays an invoice from what an earlier payment of its account left over. */
export async function assignPayment(
  desk: Desk,
  wish: NamedInvoice & {
    readonly paymentId: number
    /** All that fits where it is absent. */
    readonly amount?: string | undefined
    readonly by?: string | undefined
  },
  clock: Clock = systemClock,
): Promise<NotedPayment> {
  const invoiceId = await reachableInvoice(desk, wish, 'operate')
  const { paymentId, amount } = wish
  const amountMicros = amount === undefined ? undefined : euroAmount(amount)
  const nowMs = clock.nowMs()
  const actor = actingFor(desk, wish.by)
  return desk.operations.transaction(async (sql) => {
    const noted = await assignBalance(sql, invoiceId, { paymentId, amountMicros, actor, nowMs })
    return noteOf(desk, sql, { invoiceId, act: 'invoice.payment-assigned', noted })
  })
}

/** Payments within the caller's reach, of one account or of all. */
export async function paymentsOf(
  desk: Desk,
  accountId: string | undefined,
): Promise<AccountPayment[]> {
  requireRight(desk.caller, 'see-invoices')
  const payments = await accountPayments(desk.operations, accountId)
  return payments.filter((payment) => isWithinReach(desk.caller, payment))
}

/** What was known before did nothing, and is not noted again. */
async function noteOf(
  desk: Desk,
  sql: SqlRunner,
  of: { readonly invoiceId: number; readonly act: string; readonly noted: NotedPayment },
): Promise<NotedPayment> {
  const { paymentId, reference, assignedMicros, isKnown } = of.noted
  const after = { paymentId, reference, assignedMicros }
  if (!isKnown) await noteInvoiceAct(desk, sql, of.invoiceId, { act: of.act, after })
  return of.noted
}

function detailsOf(desk: Desk, { amount, on, by }: PaymentByHand, clock: Clock) {
  const nowMs = clock.nowMs()
  const amountMicros = euroAmount(amount)
  return { amountMicros, onDay: pastDay(on, nowMs), actor: actingFor(desk, by), nowMs }
}

/** Nobody can know of a payment to come; a day ahead of UTC there are people who have it already. */
const AHEAD_OF_UTC_MS = 14 * 3_600_000

function pastDay(iso: string, nowMs: number): number {
  const day = dayOf(iso)
  if (day * 86_400_000 > nowMs + AHEAD_OF_UTC_MS) {
    throw new TikError('usage_error', `${iso} is in the future: note a payment when it is there`)
  }
  return day
}

function dayOf(iso: string): number {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(iso)) return dayFromIso(iso)
  } catch {
    // There is no such day in the calendar.
  }
  throw new TikError('usage_error', `"${iso}" is no date such as 2026-11-30`)
}
