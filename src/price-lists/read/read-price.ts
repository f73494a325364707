/** Amounts of a list as the deck has them: a decimal with a point, in EUR by the minute, exact or rounded as said. */
import { Decimal } from 'decimal.js'
import { dayFromIso } from '../../core/time/period.ts'
import type { ListMapping } from '../list-mapping.ts'
import { spreadsheetDamage } from './spreadsheet-damage.ts'

export interface PriceReader {
  /** Of a price that begins on the day; `problem` is '' where it could be read. */
  price(cell: string, day: number, what: string): ReadAmount
  /** The same of an amount that buys no time: a connect fee, a minimum. */
  amount(cell: string, day: number, what: string): ReadAmount
}

export interface ReadAmount {
  /** '' for an empty cell. */
  readonly text: string
  readonly problem: string
}

type PriceRules = Pick<
  ListMapping,
  'decimalMark' | 'per' | 'currency' | 'exchange' | 'decimals' | 'keepCurrency'
>

export function createPriceReader(rules: PriceRules): PriceReader {
  const exchange = rules.exchange
    .map(({ from, rate }) => ({ fromDay: dayFromIso(from), rate: new Exact(rate) }))
    .toSorted((left, right) => right.fromDay - left.fromDay)
  const isConverted = rules.currency !== 'EUR' && !rules.keepCurrency
  const known = new Map<string, ReadAmount>()

  function read(cell: string, day: number, factor: number, what: string): ReadAmount {
    const number = plainNumber(cell, rules, what)
    if (number.problem !== '' || number.text === '') return number
    let value = new Exact(number.text).times(factor)
    if (isConverted) {
      const rate = exchange.find(({ fromDay }) => fromDay <= day)
      if (rate === undefined) return failed(`there is no rate of ${rules.currency} for its date`)
      value = value.times(rate.rate)
    }
    const decimals = rules.decimals ?? (isConverted ? DECIMALS_MAX : undefined)
    if (decimals !== undefined) value = value.toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP)
    if (value.decimalPlaces() > DECIMALS_MAX) {
      return failed(
        `the ${what} "${cell}" has more than ${DECIMALS_MAX} decimals by the minute; say how many with decimals`,
      )
    }
    return { text: value.toFixed(), problem: '' }
  }

  function remembered(cell: string, day: number, factor: number, what: string): ReadAmount {
    const key = `${cell}|${isConverted ? day : 0}|${factor}`
    let amount = known.get(key)
    if (amount === undefined) {
      amount = read(cell.trim(), day, factor, what)
      if (known.size < KNOWN_MAX) known.set(key, amount)
    }
    return amount
  }

  return {
    price: (cell, day, what) => remembered(cell, day, rules.per === 'second' ? 60 : 1, what),
    amount: (cell, day, what) => remembered(cell, day, 1, what),
  }
}

/** Of decks (docs/catalogue.md). */
const DECIMALS_MAX = 6
const KNOWN_MAX = 50_000
const Exact = Decimal.clone({ precision: 60 })

function plainNumber(
  cell: string,
  { decimalMark, currency }: PriceRules,
  what: string,
): ReadAmount {
  if (cell === '') return { text: '', problem: '' }
  const damage = spreadsheetDamage(cell, what)
  if (damage !== '') return failed(damage)
  const parts = /^([^\d.,]{0,12})([\d.,]{1,40})([^\d.,]{0,12})$/.exec(
    cell.replaceAll(/[\s\u00A0]/g, ''),
  )
  const [, before = '', digits = '', after = ''] = parts ?? []
  if (parts === null) return failed(`the ${what} "${cell}" is no amount`)
  if (before.includes('-')) return failed(`the ${what} "${cell}" is below zero`)
  for (const words of [before, after]) {
    const named = CURRENCY_SIGNS.get(words) ?? words.toUpperCase()
    if (named !== '' && named !== currency) {
      const isCurrency = /^[A-Z]{3}$/.test(named)
      return failed(
        `the ${what} "${cell}" is ${isCurrency ? `in ${named}, not ${currency}` : 'no amount'}`,
      )
    }
  }
  const other = decimalMark === '.' ? ',' : '.'
  if (digits.includes(other)) {
    return failed(
      `the ${what} "${cell}" has a "${other}", and the mapping says that decimals follow "${decimalMark}"`,
    )
  }
  const decimal = digits.replace(decimalMark, '.')
  if (!/^\d{0,40}(?:\.\d{0,40})?$/.test(decimal) || !/\d/.test(decimal))
    return failed(`the ${what} "${cell}" is no amount`)
  if (decimal.length > DIGITS_MAX) return failed(`the ${what} "${cell}" has too many digits`)
  return { text: decimal, problem: '' }
}

const DIGITS_MAX = 24
const CURRENCY_SIGNS: ReadonlyMap<string, string> = new Map([
  ['€', 'EUR'],
  ['$', 'USD'],
  ['US$', 'USD'],
  ['£', 'GBP'],
])

function failed(problem: string): ReadAmount {
  return { text: '', problem }
}
