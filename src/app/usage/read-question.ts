/** A question about usage as people and programs write it, at whichever door. */
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsFromDecimal } from '../../core/money/money.ts'
import { PRODUCTS, type Product } from '../../core/usage/usage.ts'
import { parsePeriod } from '../../reports/period-filter.ts'
import type { Comparison } from '../../reports/comparison.ts'
import type { DetailsQuestion } from './usage-reports.ts'

/** Every text as it was written; what is left out is not asked for. */
export interface WrittenQuestion {
  /** As src/reports/period-filter.ts has its forms. */
  readonly period: string
  readonly timeZone: string
  readonly account?: string | undefined
  readonly partner?: string | undefined
  readonly product?: string | undefined
  readonly callTypes?: readonly string[] | undefined
  readonly sender?: string | undefined
  readonly receiver?: string | undefined
  /** ">1.50" in EUR */
  readonly amount?: string | undefined
  /** ">3600" in seconds */
  readonly duration?: string | undefined
  /** ">50 MB", or in bytes */
  readonly volume?: string | undefined
  /** The same of the sums of a report. */
  readonly totalAmount?: string | undefined
  readonly totalDuration?: string | undefined
  readonly totalVolume?: string | undefined
  readonly subscription?: string | undefined
  /** As subscriptions have it now. */
  readonly costCentre?: string | undefined
}

/** Throws `usage_error` that says what can be written. */
export function readQuestion(written: WrittenQuestion): DetailsQuestion {
  const { timeZone } = written
  requireTimeZone(timeZone)
  return {
    period: parsePeriod(written.period, { timeZone, nowMs: systemClock.nowMs() }),
    accountId: written.account,
    partnerId: written.partner,
    product: productOf(written.product),
    callTypes: written.callTypes,
    senderContains: written.sender,
    receiverContains: written.receiver,
    amount: comparisonOf(written.amount, 'an amount', microsFromDecimal),
    durationSeconds: comparisonOf(written.duration, 'a duration', seconds),
    volumeBytes: volumeOf(written.volume),
    totalAmount: comparisonOf(written.totalAmount, 'an amount', microsFromDecimal),
    totalDurationSeconds: comparisonOf(written.totalDuration, 'a duration', seconds),
    totalVolumeBytes: volumeOf(written.totalVolume),
    subscriptionId: written.subscription,
    costCentre: written.costCentre,
  }
}

const seconds = (digits: string): number => Number.parseInt(digits, 10)

const VOLUME_UNITS = ['', 'k', 'm', 'g']

/** As volumes are shown: a kB is 1,024 bytes. */
function volumeOf(text: string | undefined): Comparison<number> | undefined {
  if (text === undefined) return undefined
  const written = text.trim()
  const unit = /([kmg]?)b$/i.exec(written)
  const compared = unit === null ? written : written.slice(0, unit.index).trimEnd()
  const times = 1_024 ** VOLUME_UNITS.indexOf(unit?.[1]?.toLowerCase() ?? '')
  return comparisonOf(compared, 'a volume', (digits) =>
    Math.round(Number.parseFloat(digits) * times),
  )
}

function requireTimeZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw new TikError('usage_error', `there is no time zone "${timeZone}"`, {
      hint: 'write one of the IANA list, such as Europe/Amsterdam',
    })
  }
}

function productOf(text: string | undefined): Product | undefined {
  const product = PRODUCTS.find((one) => one !== 'none' && one === text)
  if (text === undefined || product !== undefined) return product
  throw new TikError('usage_error', `a product is voip or mobile, not "${text}"`)
}

function comparisonOf<Value>(
  text: string | undefined,
  what: string,
  read: (digits: string) => Value,
): Comparison<Value> | undefined {
  if (text === undefined) return undefined
  const match = /^([=<>])\s*(\d{1,15}(?:\.\d{1,6})?)$/.exec(text.trim())
  const is = match?.[1]
  if (is !== '=' && is !== '<' && is !== '>') {
    throw new TikError(
      'usage_error',
      `${what} is compared with =, < or >, such as ">1.50", not "${text}"`,
    )
  }
  return { is, value: read(match?.[2] ?? '') }
}
