/**
 * Sums of rated usage as charges: per product and call type, what third parties charge for
 * information apart, usage of earlier periods apart by period, and what was corrected of it apart again.
 */
import type { CallType, Catalogue } from '../../catalogue/catalogue.ts'
import type { Language } from '../../core/accounts/accounts.ts'
import type { BillingCalendar } from '../../core/time/period.ts'
import type { UsageKind } from '../../core/usage/usage.ts'
import type { Charge } from './charge.ts'
import type { UsageSum } from '../ledger/invoice-ledger.ts'
import type { LineUnit } from '../invoice-model.ts'
import type { TaxAt } from './vat.ts'

export interface UsageContext {
  readonly catalogue: Catalogue
  readonly language: Language
  readonly calendar: BillingCalendar
  readonly taxAt: TaxAt
  /** Verification asks for what is on no invoice too. */
  readonly withHelplines?: boolean
}

/** Calls that no itemised bill may name, as long as they cost nothing: emergency and help lines (docs/catalogue.md). */
export function isFreeHelpline(
  {
    callType,
    chargeMicros,
    informationChargeMicros,
  }: Pick<UsageSum, 'callType' | 'chargeMicros' | 'informationChargeMicros'>,
  catalogue: Catalogue,
): boolean {
  const isFree = chargeMicros === 0 && informationChargeMicros === 0
  return isFree && callTypeOf(callType, catalogue)?.invoiceGroup === 'helpline'
}

/** Charges for the sums of one account; their total is exactly the total of the sums. */
export function usageCharges(sums: readonly UsageSum[], context: UsageContext): Charge[] {
  return sums.flatMap((sum) =>
    context.withHelplines !== true && isFreeHelpline(sum, context.catalogue)
      ? []
      : chargesOf(sum, context),
  )
}

/** What a line of usage of this kind counts in. */
export function unitOfKind(kind: UsageKind): LineUnit {
  return UNITS[kind]
}

const UNITS: Readonly<Record<UsageKind, LineUnit>> = {
  none: 'event',
  voice: 'second',
  sms: 'message',
  mms: 'message',
  data: 'byte',
  event: 'event',
}

/** Sorts behind every call type of the catalogue: one that the catalogue has no longer. */
const UNKNOWN_INDEX = 9_999

/** Within its period; a period-end adjustment has no moment of its own and stands at the end. */
export function momentOfSum(
  { periodStartDay, fromMs }: Pick<UsageSum, 'periodStartDay' | 'fromMs'>,
  calendar: BillingCalendar,
): number {
  const { startMs, endMs } = calendar.periodStarting(periodStartDay)
  return Math.min(Math.max(fromMs, startMs), endMs - 1)
}

function chargesOf(sum: UsageSum, context: UsageContext): Charge[] {
  const callType = callTypeOf(sum.callType, context.catalogue)
  const period = context.calendar.periodStarting(sum.periodStartDay)
  const atMs = momentOfSum(sum, context.calendar)
  const order = String(callType?.index ?? UNKNOWN_INDEX).padStart(4, '0')
  const common = {
    lineKey: [sum.periodStartDay, sum.product, order, sum.callType, UNITS[sum.kind]].join('|'),
    subscriptionId: sum.subscriptionId,
    product: sum.product,
    subject: sum.callType,
    description: callType?.names[context.language] ?? sum.callType,
    fromDay: period.startDay,
    toDay: period.endDay,
    count: sum.count,
    quantity: sum.quantity,
    outOfBundleQuantity: sum.outOfBundleQuantity,
    unit: UNITS[sum.kind],
    unitPriceMicros: undefined,
    atMs,
    ...context.taxAt(callType?.taxes ?? [], atMs),
  }
  const charges: Charge[] = [
    { ...common, section: SECTIONS[originOf(sum)].traffic, chargeMicros: sum.chargeMicros },
  ]
  if (callType?.invoiceGroup === 'premium' || sum.informationChargeMicros !== 0) {
    const section = SECTIONS[originOf(sum)].premium
    const tax = context.taxAt(callType?.informationTaxes ?? callType?.taxes ?? [], atMs)
    charges.push({ ...common, ...tax, section, chargeMicros: sum.informationChargeMicros })
  }
  return charges
}

const SECTIONS = {
  own: { traffic: 'usage', premium: 'premium' },
  late: { traffic: 'late', premium: 'late-premium' },
  corrected: { traffic: 'correction', premium: 'correction-premium' },
} as const

function originOf({ late, corrected }: UsageSum): keyof typeof SECTIONS {
  if (!late) return 'own'
  return corrected === true ? 'corrected' : 'late'
}

function callTypeOf(id: string, catalogue: Catalogue): CallType | undefined {
  const index = catalogue.callTypeIndexById.get(id)
  return index === undefined ? undefined : catalogue.callTypes[index]
}
