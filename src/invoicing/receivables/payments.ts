/**
 * Payments and what they pay. A payment is noted once under its reference; what an invoice does not need stays
 * a balance of the account, which can be assigned later. A reversal is a payment below zero that takes back
 * whatever the first one paid. Nothing is changed or removed. Inside a transaction of the caller.
 */
import assert from 'node:assert/strict'
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import {
  addMicros,
  micros,
  microsToDecimal,
  negateMicros,
  type Micros,
} from '../../core/money/money.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { accountPayments, type AccountPayment } from './account-payments.ts'
import { lockInvoice, type OpenInvoice } from './open-invoice.ts'
import {
  insertPayment,
  paymentByReference,
  type KnownPayment,
  type PaymentDetails,
} from './payment-rows.ts'
import { noteState, type Actor, type NotedState } from './state-history.ts'

export interface NotedPayment {
  readonly paymentId: number
  readonly number: string
  readonly accountId: string
  readonly reference: string
  readonly amountMicros: Micros
  /** How much of it the invoice took; the rest is a balance of the account. */
  readonly assignedMicros: Micros
  /** Of the invoice, afterwards. */
  readonly openMicros: Micros
  /** It was noted before: nothing was done. */
  readonly isKnown: boolean
}

/**
 * Notes a payment of an invoice. Throws `payment_refused` when the reference is that of another payment, and
 * for what is no invoice.
 */
export async function payInvoice(
  sql: SqlRunner,
  invoiceId: number,
  payment: PaymentDetails,
): Promise<NotedPayment> {
  assertCents(payment.amountMicros)
  const invoice = await lockInvoice(sql, invoiceId)
  const known = await paymentByReference(sql, invoice.partnerId, payment.reference)
  if (known !== undefined) return sameAsBefore(sql, known, { invoice, payment })
  const paymentId = await insertPayment(sql, invoice, payment)
  const assignedMicros = smaller(payment.amountMicros, positive(invoice.openMicros))
  const openMicros = await assignToInvoice(sql, invoice, { ...payment, paymentId, assignedMicros })
  return noted(invoice, { ...payment, paymentId, assignedMicros, openMicros, isKnown: false })
}

/**
 * Takes back a payment of the invoice: the one with the reference, or else the only one of that amount. Throws
 * `payment_refused` when there is none, or several.
 */
export async function reversePayment(
  sql: SqlRunner,
  invoiceId: number,
  reversal: Omit<PaymentDetails, 'reference'> & { readonly reference: string | undefined },
): Promise<NotedPayment> {
  assertCents(reversal.amountMicros)
  const invoice = await lockInvoice(sql, invoiceId)
  const original = await paymentToReverse(sql, invoice, reversal)
  const reference = reversalOf(original.reference)
  const before = await paymentByReference(sql, invoice.partnerId, reference)
  const amountMicros = negateMicros(original.amountMicros)
  const details = { ...reversal, amountMicros, reference }
  if (before !== undefined) return sameAsBefore(sql, before, { invoice, payment: details })
  const { paymentId, taken } = await reverse(sql, original, { ...reversal, reference })
  const own = taken.find((each) => each.invoiceId === invoiceId)
  const assignedMicros = own?.assignedMicros ?? micros(0)
  const openMicros = addMicros(invoice.openMicros, negateMicros(assignedMicros))
  return noted(invoice, { ...details, paymentId, assignedMicros, openMicros, isKnown: false })
}

/** Assigns what an earlier payment of the account left over. Returns what the invoice has open then. */
export async function assignBalance(
  sql: SqlRunner,
  invoiceId: number,
  wish: {
    readonly paymentId: number
    /** As much as there is and the invoice needs, where it is absent. */
    readonly amountMicros: Micros | undefined
    readonly actor: Actor
    readonly nowMs: number
  },
): Promise<NotedPayment> {
  const invoice = await lockInvoice(sql, invoiceId)
  const [payment] = (await accountPayments(sql, invoice.accountId)).filter(
    ({ paymentId }) => paymentId === wish.paymentId,
  )
  if (payment === undefined || payment.partnerId !== invoice.partnerId) {
    throw new TikError(
      'not_found',
      `account ${invoice.accountId} has no payment ${wish.paymentId}`,
      {
        hint: `tik bill payments list --account ${invoice.accountId}`,
      },
    )
  }
  const possible = smaller(payment.leftMicros, positive(invoice.openMicros))
  const assignedMicros = wish.amountMicros ?? possible
  if (assignedMicros <= 0 || assignedMicros > possible || assignedMicros % 10_000 !== 0) {
    const left = microsToDecimal(payment.leftMicros, 2)
    const open = microsToDecimal(invoice.openMicros, 2)
    throw new TikError(
      'payment_refused',
      `payment ${wish.paymentId} has ${left} left, and ${open} of ${invoice.number} is open`,
    )
  }
  const openMicros = await assignToInvoice(sql, invoice, {
    ...wish,
    reference: payment.reference,
    assignedMicros,
  })
  return noted(invoice, { ...payment, assignedMicros, openMicros, isKnown: false })
}

/** Under which a payment's reversal is noted. */
export function reversalOf(reference: string): string {
  return `${reference} reversed`
}

/** What a reversal took from an invoice, below zero. */
export interface TakenBack {
  readonly invoiceId: number
  readonly number: string
  readonly assignedMicros: Micros
}

/** Takes back all that a payment pays; `reversal` has its amount, above zero. */
export async function reverse(
  sql: SqlRunner,
  original: Pick<AccountPayment, 'paymentId' | 'partnerId' | 'accountId'>,
  reversal: PaymentDetails,
): Promise<{ paymentId: number; taken: readonly TakenBack[] }> {
  const paid = await sql.query(
    `SELECT invoice_id, sum(amount_micros)::bigint AS amount_micros FROM payment_assignments
     WHERE payment_id = $1 GROUP BY invoice_id HAVING sum(amount_micros) > 0 ORDER BY invoice_id`,
    [original.paymentId],
    z.object({ invoice_id: z.int(), amount_micros: z.int() }),
  )
  const details = { ...reversal, amountMicros: negateMicros(reversal.amountMicros) }
  const paymentId = await insertPayment(sql, original, details, original.paymentId)
  const taken: TakenBack[] = []
  for (const { invoice_id: invoiceId, amount_micros } of paid) {
    const assignedMicros = negateMicros(micros(amount_micros))
    const invoice = await lockInvoice(sql, invoiceId)
    await assignToInvoice(sql, invoice, { ...reversal, paymentId, assignedMicros })
    taken.push({ invoiceId, number: invoice.number, assignedMicros })
  }
  return { paymentId, taken }
}

interface Assignment {
  readonly paymentId: number
  readonly assignedMicros: Micros
  readonly reference: string
  readonly actor: Actor
  readonly nowMs: number
}

/** Notes it with the state that follows. Returns what is open then. */
export async function assignToInvoice(
  sql: SqlRunner,
  invoice: OpenInvoice,
  part: Assignment,
): Promise<Micros> {
  const { assignedMicros, actor, nowMs } = part
  if (assignedMicros === 0) return invoice.openMicros
  await sql.execute(
    `INSERT INTO payment_assignments (payment_id, invoice_id, amount_micros, noted_ms, by_whom, door)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [part.paymentId, invoice.invoiceId, assignedMicros, nowMs, actor.by, actor.door],
  )
  const openMicros = addMicros(invoice.openMicros, negateMicros(assignedMicros))
  const isTakenBack = assignedMicros < 0
  const state = stateAfter(openMicros, isTakenBack)
  await noteState(sql, invoice.invoiceId, {
    state,
    atMs: nowMs,
    actor,
    amountMicros: assignedMicros,
    note: part.reference,
  })
  return openMicros
}

function stateAfter(openMicros: Micros, isTakenBack: boolean): NotedState {
  if (isTakenBack) return openMicros > 0 ? 'reopened' : 'released'
  return openMicros > 0 ? 'part-paid' : 'paid'
}

async function paymentToReverse(
  sql: SqlRunner,
  { invoiceId, number }: OpenInvoice,
  { amountMicros, reference }: { amountMicros: Micros; reference: string | undefined },
): Promise<AccountPayment> {
  const ids = await sql.query(
    `SELECT DISTINCT payment_id FROM payment_assignments JOIN payments USING (payment_id)
     WHERE invoice_id = $1 AND reverses_payment_id IS NULL AND payments.amount_micros = $2
       AND ($3::text IS NULL OR reference = $3) ORDER BY payment_id`,
    [invoiceId, amountMicros, reference ?? null],
    z.object({ payment_id: z.int() }),
  )
  const found = new Set(ids.map((row) => row.payment_id))
  const payments = (await accountPaymentsOf(sql, invoiceId)).filter(({ paymentId }) =>
    found.has(paymentId),
  )
  // Without a reference, one that was taken back already is not meant, unless there is no other.
  const standing = payments.filter(({ isReversed }) => !isReversed)
  const [payment, second] = standing.length > 0 ? standing : payments
  const amount = microsToDecimal(amountMicros, 2)
  if (payment === undefined) {
    throw new TikError('payment_refused', `${number} has no such payment of ${amount}`, {
      hint: 'a payment is taken back whole: tik bill payments list shows amounts and references',
    })
  }
  if (second !== undefined) {
    throw new TikError('payment_refused', `${number} has several payments of ${amount}`, {
      hint: `say which with --reference: ${payments.map((each) => each.reference).join(', ')}`,
    })
  }
  return payment
}

async function accountPaymentsOf(sql: SqlRunner, invoiceId: number): Promise<AccountPayment[]> {
  const [row] = await sql.query(
    'SELECT account_id FROM invoices WHERE invoice_id = $1',
    [invoiceId],
    z.object({ account_id: z.string() }),
  )
  return accountPayments(sql, row?.account_id)
}

async function sameAsBefore(
  sql: SqlRunner,
  known: KnownPayment,
  { invoice, payment }: { invoice: OpenInvoice; payment: PaymentDetails },
): Promise<NotedPayment> {
  const [row] = await sql.query(
    `SELECT coalesce(sum(amount_micros), 0)::bigint AS assigned
     FROM payment_assignments WHERE payment_id = $1 AND invoice_id = $2`,
    [known.paymentId, invoice.invoiceId],
    z.object({ assigned: z.int() }),
  )
  const { reference } = payment
  const isSame =
    known.accountId === invoice.accountId &&
    known.amountMicros === payment.amountMicros &&
    known.onDay === payment.onDay
  if (!isSame || row === undefined) {
    const amount = microsToDecimal(known.amountMicros, 2)
    throw new TikError(
      'payment_refused',
      `reference ${reference} is another payment: ${amount} on ${dayToIso(known.onDay)}`,
      { hint: 'use the reference of the bank, or one of your own for each payment' },
    )
  }
  const assignedMicros = micros(row.assigned)
  const { openMicros } = invoice
  return noted(invoice, { ...payment, ...known, assignedMicros, openMicros, isKnown: true })
}

function noted(
  { number, accountId }: OpenInvoice,
  payment: Omit<NotedPayment, 'number' | 'accountId'>,
): NotedPayment {
  const { paymentId, reference, amountMicros, assignedMicros, openMicros, isKnown } = payment
  return {
    paymentId,
    number,
    accountId,
    reference,
    amountMicros,
    assignedMicros,
    openMicros,
    isKnown,
  }
}

function assertCents(amountMicros: Micros): void {
  assert(amountMicros > 0 && amountMicros % 10_000 === 0, `${amountMicros} is no amount in cents`)
}

function smaller(left: Micros, right: Micros): Micros {
  return micros(Math.min(left, right))
}

function positive(amount: Micros): Micros {
  return micros(Math.max(0, amount))
}
