/** A row of the table alert_crossings, and the crossing that it is. */
import { z } from 'zod'
import { PRODUCTS } from '../../core/usage/usage.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import { scopeKindSchema, type LedgerCrossing } from './crossing.ts'

export const crossingRow = z.object({
  crossing_id: z.int(),
  account_id: z.string(),
  period_start_day: z.int(),
  code: limitCodeSchema,
  scope_kind: scopeKindSchema,
  scope_id: z.string(),
  subject: z.string(),
  level: z.string(),
  used: z.int(),
  amount: z.int(),
  product: z.enum(PRODUCTS),
  subscription_id: z.string(),
  happened_ms: z.int(),
  recorded_ms: z.int(),
  origin: z.string(),
})

export function toCrossing(row: z.output<typeof crossingRow>): LedgerCrossing {
  return {
    accountId: row.account_id,
    periodStartDay: row.period_start_day,
    code: row.code,
    scopeKind: row.scope_kind,
    scopeId: row.scope_id,
    subject: row.subject,
    level: row.level,
    used: row.used,
    amount: row.amount,
    product: row.product,
    subscriptionId: row.subscription_id,
    happenedMs: row.happened_ms,
    recordedMs: row.recorded_ms,
    origin: row.origin,
  }
}

/** The columns of a crossing that are written; the rest is given by the store. */
export function toCrossingRow(
  crossing: LedgerCrossing,
): Omit<z.output<typeof crossingRow>, 'crossing_id'> {
  return {
    account_id: crossing.accountId,
    period_start_day: crossing.periodStartDay,
    code: crossing.code,
    scope_kind: crossing.scopeKind,
    scope_id: crossing.scopeId,
    subject: crossing.subject,
    level: crossing.level,
    used: crossing.used,
    amount: crossing.amount,
    product: crossing.product,
    subscription_id: crossing.subscriptionId,
    happened_ms: crossing.happenedMs,
    recorded_ms: crossing.recordedMs,
    origin: crossing.origin,
  }
}
