/** Charges that do not come from usage: recurring fees, activation fees and one-off charges. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Language, OneOffCharge } from '../../core/accounts/accounts.ts'
import type { BillingCalendar } from '../../core/time/period.ts'
import type { TaxChoices } from '../../core/money/tax.ts'
import { micros, type Micros } from '../../core/money/money.ts'
import { isWithin, type DayRange } from '../../core/time/validity.ts'
import type { Product } from '../../core/usage/usage.ts'
import type { Charge } from './charge.ts'
import type { RecurringItem } from '../invoice-model.ts'
import { isWholePeriod, itemChargeMicros } from './item-charge.ts'
import { splitByDays } from './split-by-days.ts'
import type { InvoiceTexts } from '../documents/texts/invoice-texts.ts'
import { taxKey, type TaxAt } from './vat.ts'

export interface AgreedContext {
  readonly catalogue: Catalogue
  readonly language: Language
  readonly texts: InvoiceTexts
  readonly calendar: BillingCalendar
  readonly taxAt: TaxAt
  /** Instants at which some tax can change, ascending. */
  readonly taxChangesMs: readonly number[]
}

/**
 * Fees with the same subject, days and price stand on one line, with the count of subscriptions. Where
 * the tax changes within its days a fee becomes two charges, each of its own days.
 */
export function recurringCharges(item: RecurringItem, context: AgreedContext): Charge[] {
  const chargeMicros = itemChargeMicros(item)
  const boundaryDays = taxChangeDays(item, context)
  return splitByDays(item, chargeMicros, boundaryDays).map(({ days, exactMicros }) =>
    recurringCharge(item, days, exactMicros, context),
  )
}

/** First days of a changed tax within those of the item: a day has the tax of its start. */
function taxChangeDays(item: RecurringItem, context: AgreedContext): number[] {
  const { calendar, taxAt, taxChangesMs } = context
  const { taxes } = subjectOf(item, context)
  const fromMs = calendar.dayStartMs(item.fromDay)
  const toMs = calendar.dayStartMs(item.toDay)
  return taxChangesMs
    .filter((atMs) => isWithin(atMs, fromMs + 1, toMs))
    .map((atMs) => calendar.dayAt(atMs - 1).day + 1)
    .filter((day) => {
      const before = taxAt(taxes, calendar.dayStartMs(day - 1))
      return taxKey(before) !== taxKey(taxAt(taxes, calendar.dayStartMs(day)))
    })
}

function recurringCharge(
  item: RecurringItem,
  { fromDay, toDay }: DayRange,
  chargeMicros: Micros,
  context: AgreedContext,
): Charge {
  const { name, product, taxes } = subjectOf(item, context)
  const isActivation = item.subject === 'activation'
  const charged = isActivation ? context.texts.activationOf(name) : name
  const description = item.sign === -1 ? context.texts.creditOf(charged) : charged
  const position = item.sign === -1 ? 2 : isWholePeriod({ ...item, fromDay, toDay }) ? 0 : 1
  return {
    section: isActivation ? 'one-off' : 'recurring',
    lineKey: [
      isActivation ? fromDay : position,
      product,
      item.subject === 'module' ? 1 : 0,
      fromDay,
      toDay,
      item.subjectId,
      item.feeMicros,
      item.sign, // What is charged and what is taken back are two lines.
    ].join('|'),
    subscriptionId: item.subscriptionId,
    product,
    subject: item.subjectId,
    description,
    fromDay,
    toDay,
    count: item.sign,
    quantity: item.sign,
    unit: isActivation ? 'item' : 'month',
    unitPriceMicros: micros(chargeMicros * item.sign),
    ...shareOf(item, { fromDay, toDay }),
    chargeMicros,
    atMs: undefined,
    ...context.taxAt(taxes, context.calendar.dayStartMs(fromDay)),
  }
}

/** Of a fee that is charged for part of its period. */
function shareOf(item: RecurringItem, { fromDay, toDay }: DayRange): Pick<Charge, 'share'> {
  const [days, ofDays] = [toDay - fromDay, item.periodEndDay - item.periodStartDay]
  if (item.subject === 'activation' || days === ofDays) return {}
  return { share: { days, ofDays, feeMicros: item.feeMicros } }
}

export function oneOffCharge(
  oneOff: OneOffCharge,
  product: Product,
  context: AgreedContext,
): Charge {
  const { day } = context.calendar.dayAt(oneOff.atMs)
  return {
    section: 'one-off',
    lineKey: [day, oneOff.chargeId].join('|'),
    subscriptionId: oneOff.subscriptionId,
    product,
    subject: oneOff.chargeId,
    description: oneOff.description,
    fromDay: day,
    toDay: day + 1,
    count: 1,
    quantity: 1,
    unit: 'item',
    unitPriceMicros: oneOff.amountMicros,
    chargeMicros: oneOff.amountMicros,
    atMs: oneOff.atMs,
    ...context.taxAt(taxesOf(oneOff), oneOff.atMs),
  }
}

function taxesOf({ taxCategory }: OneOffCharge): TaxChoices {
  return taxCategory === undefined ? [] : [{ taxCategory, fromMs: -Infinity, toMs: Infinity }]
}

function subjectOf(
  item: RecurringItem,
  context: AgreedContext,
): { name: string; product: Product; taxes: TaxChoices } {
  const { plans, modules } = context.catalogue
  const subject =
    item.subject === 'module' ? modules.get(item.subjectId) : plans.get(item.subjectId)
  if (subject === undefined) {
    return { name: item.subjectId, product: 'none', taxes: [] } // Left the catalogue.
  }
  const { names, product, taxes } = subject
  return { name: names[context.language], product, taxes }
}
