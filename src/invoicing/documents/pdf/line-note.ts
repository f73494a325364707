/** What stands small below the name of a line: how its amount came about. */
import {
  MICROS_PER_UNIT,
  roundQuotient,
  shareInMicros,
  type Micros,
} from '../../../core/money/money.ts'
import type { InvoiceLine, LineUnit } from '../../invoice-model.ts'
import type { PdfContext } from './page-style.ts'

/** Its cost centre, days of a fee, or what usage beyond its bundle was and came to each; '' where the line says all. */
export function lineNote(line: InvoiceLine, context: PdfContext): string {
  return [line.costCentre ?? '', ...amountNotes(line, context)].filter(Boolean).join(' · ')
}

function amountNotes(line: InvoiceLine, context: PdfContext): string[] {
  const { format, paper } = context
  if (line.share !== undefined) {
    const { days, ofDays, feeMicros } = line.share
    return [paper.daysOf({ days, ofDays, fee: format.price(feeMicros) })]
  }
  return [beyondBundle(line, context), averagePrice(line, context)]
}

function beyondBundle(
  { outOfBundleQuantity = 0, quantity, unit }: InvoiceLine,
  { format, paper }: PdfContext,
): string {
  if (outOfBundleQuantity <= 0 || outOfBundleQuantity >= quantity) return ''
  return paper.beyondBundle({ quantity: format.quantity(outOfBundleQuantity, unit) })
}

/** What prices are told per: a price of a second or a byte says nothing to anybody. */
const PRICED_QUANTITY: Readonly<Partial<Record<LineUnit, number>>> = {
  second: 60,
  byte: 1_048_576,
  message: 1,
  event: 1,
}
/** A tenth of a thousandth of a euro: prices of telecom have four decimals. */
const PRICE_STEP = MICROS_PER_UNIT / 10_000

/** Tariffs have steps, bands and set-up fees, so it is an average; nothing where there is no positive one. */
function averagePrice(line: InvoiceLine, { format, paper }: PdfContext): string {
  const { outOfBundleQuantity = 0, exactMicros, unit, section } = line
  if (section.endsWith('premium')) return '' // Third parties charge by call, not by its time.
  const per = PRICED_QUANTITY[unit]
  const word = paper.pricedUnits[unit]
  if (outOfBundleQuantity <= 0 || exactMicros <= 0 || per === undefined || word === undefined) {
    return ''
  }
  const exact = shareInMicros(exactMicros, { numerator: per, denominator: outOfBundleQuantity })
  return paper.averagePrice({ price: format.price(toPriceStep(exact)), unit: word })
}

function toPriceStep(exact: Micros): Micros {
  return roundQuotient({
    numerator: exact,
    denominator: PRICE_STEP,
    mode: 'half-up',
    times: PRICE_STEP,
  })
}
