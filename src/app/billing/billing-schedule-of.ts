/** When `tik bill schedule` works, as it is configured. */
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface BillingSchedule {
  /** A cron expression; undefined: never. */
  readonly when: string | undefined
  readonly timeZone: string
  readonly does: 'check' | 'preview' | 'run'
  readonly reportTo: readonly string[]
}

export function billingScheduleOf({ caller, config }: Desk): BillingSchedule {
  requireOperator(caller)
  const addresses = (config.billReportTo ?? '').split(',').map((address) => address.trim())
  return {
    when: config.billSchedule,
    timeZone: config.billTimeZone,
    does: config.billScheduleDoes,
    reportTo: addresses.filter((address) => address !== ''),
  }
}
