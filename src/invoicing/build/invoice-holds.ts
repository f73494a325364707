/** Whether an invoice adds up: lines to totals, lines to annex, fees to what was charged. */
import { addMicros, roundToCents, type Micros } from '../../core/money/money.ts'
import type { OneOffCharge } from '../../core/accounts/accounts.ts'
import type { Invoice, InvoiceLine } from '../invoice-model.ts'
import { owedMicros } from '../owed-micros.ts'
import { itemChargeMicros } from './item-charge.ts'
import { sumMicros, vatHolds } from './vat.ts'

/**
 * What must hold for every document that bills a period, whoever built or stored it. A credit note has its
 * amounts turned, its annex with them; its items say what was charged all the same.
 */
export function addsUp(invoice: Invoice): boolean {
  const { lines, vat, totals } = invoice
  const recurringMicros = sumMicros(
    invoice.recurringItems
      .filter((item) => item.subject !== 'activation') // That is a one-off charge.
      .map((item) => itemChargeMicros(item)),
  )
  return (
    lines.every((line) => line.amountMicros === roundToCents(line.exactMicros)) &&
    lines.every(minimumHolds) &&
    sumMicros(lines.map((line) => line.amountMicros)) === totals.netMicros &&
    vatHolds(lines, vat) &&
    sumMicros(vat.map((each) => each.netMicros)) === totals.netMicros &&
    sumMicros(vat.map((each) => each.vatMicros)) === totals.vatMicros &&
    totals.netMicros + totals.vatMicros === totals.grossMicros &&
    annexHolds(invoice) &&
    sumMicros(exactOf(lines, 'recurring')) === owedMicros(invoice, recurringMicros)
  )
}

/** Lines of the account, and of each sub-account, are what its subscriptions add and what is of none of them. */
function annexHolds({
  lines,
  specification,
  accountWideMicros,
  subAccounts = [],
}: Invoice): boolean {
  const ofAccount = { accountId: undefined, specification, accountWideMicros }
  const annexes = [ofAccount, ...subAccounts]
  const known = new Set(annexes.map(({ accountId }) => accountId))
  return (
    lines.every(({ subAccountId }) => known.has(subAccountId)) &&
    annexes.every((annex) => {
      const ofSubscriptions = sumMicros(annex.specification.map((each) => each.totalMicros))
      const own = lines.filter(({ subAccountId }) => subAccountId === annex.accountId)
      return sumMicros(exactOf(own)) === addMicros(ofSubscriptions, annex.accountWideMicros)
    })
  )
}

/** What lacks to it; turned on a credit note, and a part of it where one gives back a part. */
function minimumHolds(line: InvoiceLine): boolean {
  const { section, amountMicros, minimumMicros, baseMicros, correctsLine } = line
  if (section !== 'minimum' || minimumMicros === undefined || correctsLine !== undefined)
    return true
  return Math.abs(amountMicros) === minimumMicros - (baseMicros ?? 0)
}

/** Activations and one-off charges are its section of one-offs. What is stored is verified by subject. */
export function oneOffsAddUp(invoice: Invoice, oneOffs: readonly OneOffCharge[]): boolean {
  const activations = invoice.recurringItems.filter(({ subject }) => subject === 'activation')
  const charges = [
    ...activations.map(itemChargeMicros),
    ...oneOffs.map((each) => each.amountMicros),
  ]
  return sumMicros(exactOf(invoice.lines, 'one-off')) === sumMicros(charges)
}

/** Made of other lines, and of no charges. */
const DERIVED: ReadonlySet<InvoiceLine['section']> = new Set(['discount', 'minimum'])

/** Exact amounts of lines that are sums of charges: all but discounts and minimums, or one section. */
function exactOf(lines: readonly InvoiceLine[], section?: InvoiceLine['section']): Micros[] {
  return lines
    .filter((line) => line.section === (section ?? line.section) && !DERIVED.has(line.section))
    .map((line) => line.exactMicros)
}
