/**
 * Lines that come from the agreement, compared with what the invoice charged for: fees and activations
 * with its recurring items, one-off charges with their amounts. With the usage that is every kind of charge.
 */
import { z } from 'zod'
import {
  addMicros,
  micros,
  microsToDecimal,
  negateMicros,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import { holdsOn } from '../../core/time/validity.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { chargedSide } from '../credit/credit-note-of-period.ts'
import { itemChargeMicros } from '../build/item-charge.ts'
import type { Invoice, InvoiceSection, RecurringItem } from '../invoice-model.ts'
import { readChargedItems } from '../store/invoice-store.ts'
import type { StoredInvoice } from '../store/stored-invoice.ts'

export interface ChargeDifference {
  readonly subject: string
  readonly text: string
  /** What was invoiced too much. */
  readonly differenceMicros: Micros
}

/** Empty when each subject is invoiced for what it was charged, or a later invoice put it right. */
export async function verifyAgreed(
  sql: SqlRunner,
  { invoice, invoiceId }: StoredInvoice,
): Promise<ChargeDifference[]> {
  const activations = invoice.recurringItems.filter(({ subject }) => subject === 'activation')
  const fees = invoice.recurringItems.filter(({ subject }) => subject !== 'activation')
  const oneOffs = await oneOffAmounts(sql, invoiceId)
  const found = [
    ...differences(invoice, 'recurring', chargesOf(fees)),
    ...differences(invoice, 'one-off', [...chargesOf(activations), ...oneOffs]),
  ]
  const open: ChargeDifference[] = []
  for (const difference of found) {
    const addedAgain = takenBackWrong(difference, activations)
    if (addedAgain.length === 0) open.push(difference)
    else if (!(await isGivenBack(sql, invoice, addedAgain))) open.push(toBeGivenBack(difference))
  }
  return open
}

type SubjectCharge = readonly [subject: string, chargeMicros: Micros]

function chargesOf(items: readonly RecurringItem[]): SubjectCharge[] {
  return items.map((item) => [item.subjectId, itemChargeMicros(item)])
}

function differences(
  invoice: Invoice,
  section: InvoiceSection,
  charges: readonly SubjectCharge[],
): ChargeDifference[] {
  const invoiced = chargedSide(invoice)
    .filter((line) => line.section === section)
    .map((line): SubjectCharge => [line.subject, line.exactMicros])
  const sums = { invoiced: sumBySubject(invoiced), charged: sumBySubject(charges) }
  const subjects = new Set([...sums.invoiced.keys(), ...sums.charged.keys()])
  return [...subjects].flatMap((subject) => {
    const asInvoiced = sums.invoiced.get(subject) ?? ZERO_MICROS
    const asCharged = sums.charged.get(subject) ?? ZERO_MICROS
    if (asInvoiced === asCharged) return []
    const text = `invoiced ${microsToDecimal(asInvoiced)}, its charges are ${microsToDecimal(asCharged)}`
    return { subject, text, differenceMicros: addMicros(asInvoiced, negateMicros(asCharged)) }
  })
}

function sumBySubject(charges: readonly SubjectCharge[]): Map<string, Micros> {
  const sums = new Map<string, Micros>()
  for (const [subject, chargeMicros] of charges) {
    sums.set(subject, addMicros(sums.get(subject) ?? ZERO_MICROS, chargeMicros))
  }
  return sums
}

/** Activations that a build before charged again where it should have taken them back: twice the fee too much. */
function takenBackWrong(
  { subject, differenceMicros }: ChargeDifference,
  activations: readonly RecurringItem[],
): RecurringItem[] {
  const credits = activations.filter((item) => item.subjectId === subject && item.sign === -1)
  const fees = credits.reduce((sum, item) => addMicros(sum, item.feeMicros), ZERO_MICROS)
  return differenceMicros === addMicros(fees, fees) ? credits : []
}

function toBeGivenBack(difference: ChargeDifference): ChargeDifference {
  const amount = microsToDecimal(difference.differenceMicros, 2)
  const text = `${difference.text}: an activation that was taken back was charged again, ${amount} too much`
  return { ...difference, text: `${text}; the next invoice gives it back` }
}

async function isGivenBack(
  sql: SqlRunner,
  { customer }: Invoice,
  addedAgain: readonly RecurringItem[],
): Promise<boolean> {
  const history = await readChargedItems(sql, customer.accountId)
  return addedAgain.every((credit) => {
    const ofActivation = history.filter(
      (item) =>
        item.subject === 'activation' &&
        item.subscriptionId === credit.subscriptionId &&
        item.subjectId === credit.subjectId &&
        holdsOn(item, credit.fromDay),
    )
    return ofActivation.reduce((sum, item) => sum + item.sign, 0) <= 1
  })
}

async function oneOffAmounts(sql: SqlRunner, invoiceId: number): Promise<SubjectCharge[]> {
  return sql.query(
    `SELECT charge_id, amount_micros FROM invoice_one_off_charges JOIN one_off_charges USING (charge_id)
     WHERE invoice_id = $1 ORDER BY charge_id`,
    [invoiceId],
    z
      .object({ charge_id: z.string(), amount_micros: z.int() })
      .transform((row): SubjectCharge => [row.charge_id, micros(row.amount_micros)]),
  )
}
