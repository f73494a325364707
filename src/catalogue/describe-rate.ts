/** A rate in the words of a price list: what `tik catalogue show` prints below its name. */
import type { Validity } from '../core/accounts/accounts.ts'
import { billingCalendar, dayToIso } from '../core/time/period.ts'
import { validAt } from '../core/time/validity.ts'
import { micros, microsToDecimal } from '../core/money/money.ts'
import type { CumulativeModel, DeckUse, PercentageModel, PriceComponent } from './catalogue.ts'
import type { Rate, RateStep, RateVersions, RecordPrice } from './catalogue.ts'

type Unit = RateVersions['unit']

/**
 * Lines for the version that is valid at the instant, with its dates in the catalogue's time zone.
 */
export function describeRate(
  rates: RateVersions | undefined,
  atMs: number,
  timeZone: string,
): string[] {
  const version = validAt(rates?.versions ?? [], atMs)
  if (rates === undefined || version === undefined) return ['no price at that moment: rate_missing']
  const { unit } = rates
  return [
    `valid ${validityText(version, timeZone)}`,
    ...componentLines(version, unit),
    ...(version.record === undefined ? [] : [recordLine(version.record)]),
    ...version.bands.flatMap((band) => [
      `${band.name}, days ${band.days.map(dayName).join(' ')} ` +
        `${timeOf(band.fromMinute)}-${timeOf(band.toMinute)}:`,
      ...componentLines({ ...band, minimum: undefined, maximum: undefined }, unit).map(
        (line) => `  ${line}`,
      ),
    ]),
    ...(version.information === undefined
      ? []
      : componentLines(version.information, unit).map((line) => `information: ${line}`)),
    ...(version.model === undefined ? [] : [modelLine(version.model, unit)]),
    optionsLine(version),
  ]
}

function componentLines(component: PriceComponent, unit: Unit): string[] {
  const { connectFee, steps, minimum, maximum, deck } = component
  return [
    ...(deck === undefined ? [] : deckLines(deck, unit)),
    ...(/[1-9]/.test(connectFee) ? [`connect fee ${connectFee}`] : []),
    ...steps.map((step) => stepLine(step, unit)),
    ...(minimum === undefined ? [] : [`minimum ${minimum}`]),
    ...(maximum === undefined ? [] : [`maximum ${maximum}`]),
  ]
}

/** The steps that follow price what no row has. */
function deckLines(deck: DeckUse, unit: Unit): string[] {
  const { deckId, price, per, firstIncrement, nextIncrement, rejectsOthers } = deck
  const open = price === undefined ? '' : `${price} per ${quantityText(per, unit)} and `
  return [
    `by the rows of price deck ${deckId}; where a row leaves it open ${open}by ` +
      `${quantityText(firstIncrement, unit)}, then ${quantityText(nextIncrement, unit)}`,
    rejectsOthers ? 'what has no row is rejected' : 'what has no row:',
  ]
}

function recordLine({ percentHundredths, addition, minimum, maximum }: RecordPrice): string {
  const parts = [
    "the supplier's amount in the record",
    ...(percentHundredths === 0 ? [] : [`and ${percentHundredths / 100} %`]),
    ...(/[1-9]/.test(addition) ? [`and ${addition}`] : []),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ]
  return parts.join(', ')
}

function stepLine({ from, price, per, increment }: RateStep, unit: Unit): string {
  const start = from === 0 ? '' : `from ${quantityText(from, unit)}: `
  return `${start}${price} per ${quantityText(per, unit)}, by ${quantityText(increment, unit)}`
}

function modelLine(model: CumulativeModel, unit: Unit): string {
  const { type, scope, periodMinimum, periodMaximum } = model
  const parts = [
    ...priceParts(model, unit),
    ...(periodMinimum === undefined ? [] : [`at least ${periodMinimum} a period with usage`]),
    ...(periodMaximum === undefined ? [] : [`at most ${periodMaximum} a period`]),
    `by ${scope} and period`,
  ]
  return `${type}: ${parts.join(', ')}`
}

function priceParts(model: CumulativeModel, unit: Unit): string[] {
  if (model.type === 'percentage') return percentageParts(model)
  if (model.type === 'package') {
    return [`${model.price} per started ${quantityText(model.size, unit)}`]
  }
  return model.tiers.map(({ from, price, per, fee }) => {
    const start = from === 0 ? '' : `from ${quantityText(from, unit)} `
    const flat = fee === undefined ? '' : ` and a fee of ${fee}`
    return `${start}${price} per ${quantityText(per, unit)}${flat}`
  })
}

function percentageParts(model: PercentageModel): string[] {
  const { tiers, freeUnits, freeTransactions, fixed, minimum, maximum } = model
  return [
    ...tiers.map(({ from, percentHundredths }) => {
      const start = from === 0 ? '' : `from ${quantityText(from, 'money')} `
      return `${start}${percentHundredths / 100} %`
    }),
    ...(/[1-9]/.test(fixed) ? [`${fixed} a transaction`] : []),
    ...(freeUnits === 0 ? [] : [`${quantityText(freeUnits, 'money')} free`]),
    ...(freeTransactions === 0 ? [] : [`${freeTransactions} transactions free`]),
    ...(minimum === undefined ? [] : [`at least ${minimum} a transaction`]),
    ...(maximum === undefined ? [] : [`at most ${maximum} a transaction`]),
  ]
}

function optionsLine(version: Rate): string {
  const options = [
    `rounded ${version.rounding} to ${version.decimals} decimals`,
    ...(version.split ? ['split over bands'] : []),
    ...(version.chargeZero ? ['zero quantity is charged'] : []),
    ...(version.connectFeeAlways ? ['connect fee also within allowances'] : []),
  ]
  return options.join('; ')
}

const BYTE_UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** '1 min', '500 MB': the largest unit that keeps it whole; bytes count by 1,024. */
export function quantityText(quantity: number, unit: Unit | 'money'): string {
  if (unit === 'byte') {
    let power = 0
    let amount = quantity
    while (amount > 0 && amount % 1024 === 0 && power < BYTE_UNITS.length - 1) {
      amount /= 1024
      power += 1
    }
    return `${amount} ${BYTE_UNITS[power]}`
  }
  if (unit === 'second') {
    return quantity > 0 && quantity % 60 === 0 ? `${quantity / 60} min` : `${quantity} s`
  }
  if (unit === 'money') return `${microsToDecimal(micros(quantity))} EUR`
  return `${quantity} ${unit}${quantity === 1 ? '' : 's'}`
}

const DAY_NAMES = ['', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday']

function dayName(day: number): string {
  return DAY_NAMES[day] ?? ''
}

function timeOf(minute: number): string {
  const hours = String(Math.floor(minute / 60)).padStart(2, '0')
  return `${hours}:${String(minute % 60).padStart(2, '0')}`
}

/** 'always', 'from 2026-07-01', 'until 2026-07-01': the first day that it does not hold. */
export function validityText({ fromMs, toMs }: Validity, timeZone: string): string {
  const dateOf = (atMs: number) => dayToIso(billingCalendar(timeZone, 1).dayAt(atMs).day)
  const parts = [
    ...(Number.isFinite(fromMs) ? [`from ${dateOf(fromMs)}`] : []),
    ...(Number.isFinite(toMs) ? [`until ${dateOf(toMs)}`] : []),
  ]
  return parts.length === 0 ? 'always' : parts.join(' ')
}
