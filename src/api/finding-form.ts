/** How a finding of billing looks in answers: of the check, and of a run. */
import { z } from 'zod'
import type { Finding } from '../invoicing/run/billing.ts'
import { money, moneyOf } from './fields.ts'

export const finding = z
  .object({
    code: z.string(),
    severity: z.enum(['info', 'warning', 'error']),
    subject: z.string(),
    text: z.string(),
    count: z.int(),
    estimate: money.nullable(),
    show: z.string(),
  })
  .meta({ id: 'Finding' })

export function findingOf({ estimateMicros, ...one }: Finding): z.input<typeof finding> {
  return { ...one, estimate: estimateMicros === undefined ? null : moneyOf(estimateMicros) }
}
