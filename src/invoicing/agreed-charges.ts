/** Charges that do not come from usage: recurring fees, activation fees and one-off charges. */
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Language, OneOffCharge } from '../core/accounts.ts'
import type { BillingCalendar } from '../core/period.ts'
import { micros } from '../core/money.ts'
import type { Product } from '../core/usage.ts'
import type { Charge } from './charge.ts'
import type { RecurringItem } from './invoice-model.ts'
import { isWholePeriod, itemChargeMicros } from './recurring-items.ts'
import type { InvoiceTexts } from './texts/invoice-texts.ts'
import type { TaxOf } from './vat.ts'

export interface AgreedContext {
  readonly catalogue: Catalogue
  readonly language: Language
  readonly texts: InvoiceTexts
  readonly calendar: BillingCalendar
  readonly taxOf: TaxOf
}

/** Fees with the same subject, days and price stand on one line, with the count of subscriptions. */
export function recurringCharge(item: RecurringItem, context: AgreedContext): Charge {
  const { name, product } = subjectOf(item, context)
  const chargeMicros = itemChargeMicros(item)
  const isActivation = item.subject === 'activation'
  const description =
    item.sign < 0
      ? context.texts.creditOf(name)
      : isActivation
        ? context.texts.activationOf(name)
        : name
  const position = item.sign < 0 ? 2 : isWholePeriod(item) ? 0 : 1
  return {
    section: isActivation ? 'one-off' : 'recurring',
    lineKey: [
      isActivation ? item.fromDay : position,
      product,
      item.subject === 'module' ? 1 : 0,
      item.fromDay,
      item.toDay,
      item.subjectId,
      item.feeMicros,
    ].join('|'),
    subscriptionId: item.subscriptionId,
    product,
    subject: item.subjectId,
    description,
    fromDay: item.fromDay,
    toDay: item.toDay,
    count: item.sign,
    quantity: item.sign,
    unit: isActivation ? 'item' : 'month',
    unitPriceMicros: micros(chargeMicros * item.sign),
    chargeMicros,
    taxCategory: context.taxOf('standard'),
  }
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
    taxCategory: context.taxOf('standard'),
  }
}

function subjectOf(
  item: RecurringItem,
  context: AgreedContext,
): { name: string; product: Product } {
  const { plans, modules } = context.catalogue
  const subject =
    item.subject === 'module' ? modules.get(item.subjectId) : plans.get(item.subjectId)
  if (subject === undefined) return { name: item.subjectId, product: 'none' } // Left the catalogue.
  return { name: subject.names[context.language], product: subject.product }
}
