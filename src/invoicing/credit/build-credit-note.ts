/**
 * A credit note of an invoice: all that is left of it, some of its lines, or an amount. Its lines are those
 * of the invoice with the same signs, so that credited whole the two are the same to the digit. VAT is that
 * of all credited so far, rounded once, less what earlier credit notes gave back (decision 0401). Pure.
 */
import assert from 'node:assert/strict'
import { TikError } from '../../core/failures/errors.ts'
import {
  micros,
  microsToDecimal,
  negateMicros,
  shareInCents,
  type Micros,
} from '../../core/money/money.ts'
import { unreachable } from '../../core/failures/outcome.ts'
import { invoiceTotals, sumMicros, taxKey, taxOfLine } from '../build/vat.ts'
import { creditTexts } from '../documents/texts/credit-texts.ts'
import type { CreditNote, Invoice, InvoiceLine, VatSubtotal } from '../invoice-model.ts'
import {
  isBetween,
  isExhausted,
  whatIsLeft,
  type LineLeft,
  type TaxLeft,
  type WhatIsLeft,
} from './what-is-left.ts'

export type CreditWish =
  | { readonly what: 'whole' }
  | { readonly what: 'lines'; readonly lineNumbers: readonly number[] }
  /** Without VAT; of this line, or of none where the invoice has one rate. */
  | { readonly what: 'amount'; readonly netMicros: Micros; readonly lineNumber: number | undefined }

export interface CreditRequest {
  readonly wish: CreditWish
  readonly reason: string
  readonly issueDay: number
}

export interface BuiltCredit {
  /** Without a number. */
  readonly note: CreditNote
  readonly left: WhatIsLeft
}

/** Throws `credit_refused` where it would be more than is left, of a line, of a rate or in total. */
export function buildCreditNote(
  original: Invoice,
  credits: readonly CreditNote[],
  { wish, reason, issueDay }: CreditRequest,
): BuiltCredit {
  const before = whatIsLeft(original, credits)
  const lines = numbered(creditedLines(wish, original, { before, credits, reason }))
  const vat = vatRows(lines, before)
  const note: CreditNote = {
    kind: 'credit-note',
    number: '',
    currency: original.currency,
    language: original.language,
    issueDay,
    dueDay: issueDay,
    paymentTermDays: 0,
    purchaseOrder: original.purchaseOrder,
    seller: original.seller,
    customer: original.customer,
    period: original.period,
    lines,
    vat,
    totals: invoiceTotals(vat),
    bundles: [],
    specification: [],
    accountWideMicros: micros(0),
    ...namesOfSubAccounts(original),
    recurringItems: [],
    oneOffChargeIds: [],
    ...(original.paper === undefined ? {} : { paper: original.paper }),
    reason,
    corrects: [{ number: original.number, issueDay: original.issueDay }],
    credits: 'invoice',
  }
  const left = whatIsLeft(original, [...credits, note])
  refuseTooMuch(original, before, { wish, note, left })
  assert(wish.what !== 'whole' || isExhausted(left), `${original.number} is not credited whole`)
  return { note, left }
}

/** VAT of one rate in a credit note: what all of them give back by now, rounded once, less what is given back. */
export function creditedVat(before: TaxLeft, netMicros: Micros): Micros {
  const { billedNetMicros, billedVatMicros, taxPercentHundredths } = before
  const creditedNet = micros(billedNetMicros - before.netMicros + netMicros)
  const share = { numerator: taxPercentHundredths, denominator: 10_000 }
  return micros(shareInCents(creditedNet, share) - (billedVatMicros - before.vatMicros))
}

interface Circumstances {
  readonly before: WhatIsLeft
  readonly credits: readonly CreditNote[]
  readonly reason: string
}

type CreditLine = Omit<InvoiceLine, 'lineNumber'>

function creditedLines(
  wish: CreditWish,
  original: Invoice,
  circumstances: Circumstances,
): CreditLine[] {
  const { before, reason } = circumstances
  switch (wish.what) {
    case 'whole':
      return [
        ...before.lines.flatMap((each) => restOf(each)),
        ...before.taxes.flatMap((tax) => takenBefore(tax, original, circumstances)),
      ]
    case 'lines':
      return [...new Set(wish.lineNumbers)].flatMap((lineNumber) => {
        const left = lineOf(original, before, lineNumber)
        if (left.amountMicros === 0) throw tooMuch(original, before, `of line ${lineNumber}`)
        return restOf(left)
      })
    case 'amount':
      return [partOf(wish, original, { before, reason })]
    default:
      return unreachable(wish)
  }
}

/** As it stands on the invoice, or what earlier credit notes left of it. */
/** Whose lines they are; what they used is on the invoice. */
function namesOfSubAccounts({ subAccounts }: Invoice): Pick<CreditNote, 'subAccounts'> {
  if (subAccounts === undefined) return {}
  const nothing = { bundles: [], specification: [], accountWideMicros: micros(0) }
  return { subAccounts: subAccounts.map((each) => ({ ...each, ...nothing })) }
}

function restOf(left: LineLeft): CreditLine[] {
  const { line, isUntouched, amountMicros, exactMicros } = left
  if (isUntouched) return [{ ...line, ...left.tax, correctsLine: line.lineNumber }]
  return amountMicros === 0 ? [] : [partOfLine(left, { amountMicros, exactMicros })]
}

function partOfLine(
  { line, tax }: LineLeft,
  { amountMicros, exactMicros }: Pick<InvoiceLine, 'amountMicros' | 'exactMicros'>,
): CreditLine {
  const { section, product, subject, description, fromDay, toDay, lineNumber } = line
  return {
    section,
    product,
    subject,
    description,
    fromDay,
    toDay,
    ...onePiece(amountMicros),
    exactMicros,
    amountMicros,
    ...tax,
    ...(line.costCentre === undefined ? {} : { costCentre: line.costCentre }),
    ...(line.subAccountId === undefined ? {} : { subAccountId: line.subAccountId }),
    correctsLine: lineNumber,
  }
}

function partOf(
  { netMicros, lineNumber }: Extract<CreditWish, { what: 'amount' }>,
  original: Invoice,
  { before, reason }: Pick<Circumstances, 'before' | 'reason'>,
): CreditLine {
  if (lineNumber === undefined)
    return ofNoLine(netMicros, original, { tax: onlyTax(original, before), text: reason })
  const left = lineOf(original, before, lineNumber)
  if (netMicros > left.amountMicros) throw tooMuch(original, before, `of line ${lineNumber}`)
  const exactMicros = netMicros === left.amountMicros ? left.exactMicros : netMicros
  return partOfLine(left, { amountMicros: netMicros, exactMicros })
}

/** What was credited of no line is part of what the lines still have. */
function takenBefore(tax: TaxLeft, original: Invoice, { credits }: Circumstances): CreditLine[] {
  if (tax.unplacedMicros === 0) return []
  const numbers = credits
    .filter(({ lines }) => lines.some(({ correctsLine }) => correctsLine === undefined))
    .map(({ number }) => number)
  const text = creditTexts(original.language).creditedBefore(numbers.join(', '))
  return [ofNoLine(negateMicros(tax.unplacedMicros), original, { tax, text })]
}

function ofNoLine(
  amountMicros: Micros,
  { period }: Invoice,
  { tax, text }: { readonly tax: TaxLeft; readonly text: string },
): CreditLine {
  const { taxCategory, taxPercentHundredths } = tax
  return {
    section: 'credit',
    product: 'none',
    subject: '',
    description: text,
    fromDay: period.startDay,
    toDay: period.endDay,
    ...onePiece(amountMicros),
    exactMicros: amountMicros,
    amountMicros,
    taxCategory,
    taxPercentHundredths,
  }
}

function onePiece(amountMicros: Micros) {
  const quantity = amountMicros < 0 ? -1 : 1
  const unitPriceMicros = micros(Math.abs(amountMicros))
  return { count: quantity, quantity, unit: 'item', unitPriceMicros, percentHundredths: 0 } as const
}

function numbered(lines: readonly CreditLine[]): InvoiceLine[] {
  return lines.map((line, index) => ({ ...line, lineNumber: index + 1 }))
}

function vatRows(lines: readonly InvoiceLine[], before: WhatIsLeft): VatSubtotal[] {
  return before.taxes.flatMap((tax): VatSubtotal[] => {
    const own = lines.filter((line) => taxKey(taxOfLine(line, [])) === taxKey(tax))
    if (own.length === 0) return []
    const { taxCategory, taxPercentHundredths: percentHundredths, reason } = tax
    const netMicros = sumMicros(own.map(({ amountMicros }) => amountMicros))
    const vatMicros = creditedVat(tax, netMicros)
    const row = { taxCategory, percentHundredths, netMicros, vatMicros }
    return [reason === undefined ? row : { ...row, reason }]
  })
}

/** The one rate that an amount of no line can be of. */
function onlyTax({ number }: Invoice, { taxes }: WhatIsLeft): TaxLeft {
  const [tax, second] = taxes
  if (tax !== undefined && second === undefined) return tax
  throw new TikError('credit_refused', `invoice ${number} has ${taxes.length} rates of VAT`, {
    hint: 'say with --line of which line the amount is',
  })
}

function lineOf({ number }: Invoice, { lines }: WhatIsLeft, lineNumber: number): LineLeft {
  const found = lines.find(({ line }) => line.lineNumber === lineNumber)
  if (found !== undefined) return found
  throw new TikError('credit_refused', `invoice ${number} has no line ${lineNumber}`, {
    hint: `its lines are 1 to ${lines.length}`,
  })
}

/** What stays of each rate and in total lies between nothing and what was billed. */
function refuseTooMuch(
  original: Invoice,
  before: WhatIsLeft,
  { wish, note, left }: { wish: CreditWish; note: CreditNote; left: WhatIsLeft },
): void {
  if (wish.what === 'whole') return
  const isRight = left.taxes.every(
    (tax) =>
      isBetween(tax.netMicros, tax.billedNetMicros) &&
      isBetween(tax.vatMicros, tax.billedVatMicros),
  )
  if (!isRight || !isBetween(left.totals.grossMicros, original.totals.grossMicros)) {
    throw tooMuch(original, before, 'of it')
  }
  if (note.totals.grossMicros <= 0) {
    throw new TikError('credit_refused', 'these lines give nothing back', {
      hint: 'credit them together with the lines that they reduce',
    })
  }
}

function tooMuch(
  { number }: Invoice,
  { lines, totals, taxes }: WhatIsLeft,
  which: string,
): TikError {
  const ofLines = lines
    .filter(({ amountMicros }) => amountMicros !== 0)
    .slice(0, LINES_SHOWN_MAX)
    .map(({ line, amountMicros }) => `line ${line.lineNumber}: ${microsToDecimal(amountMicros, 2)}`)
  const rest = taxes.map(({ netMicros }) => microsToDecimal(netMicros, 2)).join(' and ')
  return new TikError('credit_refused', `more than is left ${which}: invoice ${number}`, {
    hint:
      `left are ${rest} without VAT, ${microsToDecimal(totals.grossMicros, 2)} with it` +
      (ofLines.length === 0
        ? ''
        : ` (${ofLines.join(', ')}); a discount goes with what it reduces`),
  })
}

/** A person reads these; `tik bill credit --dry-run --json` has them all. */
const LINES_SHOWN_MAX = 12
