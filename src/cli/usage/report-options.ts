/** The filters that totals, details and export share. */
import type { Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { TikError } from '../../core/errors.ts'
import { microsFromDecimal } from '../../core/money.ts'
import type { Product } from '../../core/usage.ts'
import { parsePeriod } from '../../reports/period-filter.ts'
import type { DetailsQuestion } from '../../app/usage/usage-reports.ts'
import type { Comparison } from '../../reports/usage-details.ts'

export interface ReportOptions {
  readonly period: string
  readonly timeZone: string
  readonly account?: string
  readonly partner?: string
  readonly product?: string
  readonly callType?: readonly string[]
  readonly sender?: string
  readonly receiver?: string
  readonly amount?: string
  readonly duration?: string
  readonly json?: true
}

/** Adds the options to a command. */
export function withReportOptions(command: Command): Command {
  return command
    .option(
      '--period <period>',
      'current, a billing period (2026-10) or dates (2026-10-01..2026-10-15)',
      'current',
    )
    .option('--account <id>', 'only this account')
    .option('--partner <id>', 'only accounts of this partner')
    .option('--product <product>', 'voip or mobile')
    .option('--call-type <ids...>', 'only these call types')
    .option('--sender <digits>', 'sender contains, in any grouping: 0612, 06-12, +316')
    .option('--receiver <digits>', 'receiver contains')
    .option('--time-zone <zone>', 'of dates given and shown', 'Europe/Amsterdam')
}

/** Adds the comparisons of single records. */
export function withComparisons(command: Command): Command {
  return command
    .option('--amount <comparison>', 'charge in EUR: ">1.50", "=0", "<0.10"')
    .option('--duration <comparison>', 'seconds: ">3600", "=0"')
}

/** What the options ask for. Throws `usage_error`. */
export function filterOf(options: ReportOptions): DetailsQuestion {
  const { timeZone } = options
  return {
    period: parsePeriod(options.period, { timeZone, nowMs: systemClock.nowMs() }),
    accountId: options.account,
    partnerId: options.partner,
    product: productOf(options.product),
    callTypes: options.callType,
    senderContains: options.sender,
    receiverContains: options.receiver,
    amount: comparisonOf(options.amount, '--amount', microsFromDecimal),
    durationSeconds: comparisonOf(options.duration, '--duration', (text) =>
      Number.parseInt(text, 10),
    ),
  }
}

function productOf(text: string | undefined): Product | undefined {
  if (text === undefined || text === 'voip' || text === 'mobile') return text
  throw new TikError('usage_error', `--product is voip or mobile, not "${text}"`)
}

function comparisonOf<Value>(
  text: string | undefined,
  option: string,
  read: (digits: string) => Value,
): Comparison<Value> | undefined {
  if (text === undefined) return undefined
  const match = /^([=<>])\s*(\d+(\.\d+)?)$/.exec(text.trim())
  const is = match?.[1]
  if (is !== '=' && is !== '<' && is !== '>') {
    throw new TikError(
      'usage_error',
      `${option} compares with =, < or >, such as ">1.50", not "${text}"`,
    )
  }
  return { is, value: read(match?.[2] ?? '') }
}
