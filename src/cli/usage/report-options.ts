/** The filters that totals, details and export share. */
import type { Command } from 'commander'
import type { Desk } from '../../app/desk.ts'
import { readQuestion } from '../../app/usage/read-question.ts'
import type { DetailsQuestion } from '../../app/usage/usage-reports.ts'
import { zoneOf } from '../../app/usage/zone-of.ts'

export interface ReportOptions {
  readonly period: string
  /** Left out: that of the account. */
  readonly timeZone?: string
  readonly account?: string
  readonly partner?: string
  readonly product?: string
  readonly callType?: readonly string[]
  readonly sender?: string
  readonly receiver?: string
  readonly amount?: string
  readonly duration?: string
  readonly volume?: string
  readonly costCentre?: string
  readonly subscription?: string
  readonly json?: true
}

/** Adds the options to a command. */
export function withReportOptions(command: Command, period = 'current'): Command {
  return command
    .option(
      '--period <period>',
      'current, last-6, a billing period (2026-10), several (2026-01..2026-12) or dates (2026-10-01..2026-10-15)',
      period,
    )
    .option('--account <id>', 'only this account')
    .option('--partner <id>', 'only accounts of this partner')
    .option('--product <product>', 'voip or mobile')
    .option('--call-type <ids...>', 'only these call types')
    .option(
      '--sender <digits>',
      'sender contains, in any grouping: 0612, 06-12, +316; =0612345678 is the whole number',
    )
    .option('--receiver <digits>', 'receiver contains, as with --sender')
    .option('--subscription <id>', 'only this subscription')
    .option('--cost-centre <name>', 'only subscriptions that are of it now')
    .option(
      '--time-zone <zone>',
      'of dates given and shown; default: that of the account, else Europe/Amsterdam',
    )
}

/** Adds the comparisons of single records. */
export function withComparisons(command: Command): Command {
  return command
    .option('--amount <comparison>', 'charge in EUR: ">1.50", "=0", "<0.10"')
    .option('--duration <comparison>', 'seconds: ">3600", "=0"')
    .option('--volume <comparison>', 'bytes, kB, MB or GB: ">50 MB"')
}

/** What the options ask for, with the time zone that it is in. Throws `usage_error`. */
export async function questionOf(
  desk: Desk,
  { callType, ...options }: ReportOptions,
): Promise<{ filter: DetailsQuestion; timeZone: string }> {
  const timeZone = await zoneOf(desk, options)
  return { filter: readQuestion({ ...options, timeZone, callTypes: callType }), timeZone }
}
