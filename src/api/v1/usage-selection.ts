/** Which usage is asked for, as every route about it takes it. */
import { z } from 'zod'
import type { WrittenQuestion } from '../../app/usage/read-question.ts'
import { id } from '../fields.ts'

const PERIOD =
  'current, last-6, a billing period (2026-10), several (2026-01..2026-12) or dates (2026-10-01..2026-10-15)'
const NUMBER = 'any part of the number; with = in front the whole of it'

export const selection = {
  period: z.string().max(30).default('current').meta({ description: PERIOD }),
  timeZone: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'of dates; default: that of the account, else Europe/Amsterdam' }),
  account: id.optional(),
  partner: id.optional(),
  product: z.enum(['voip', 'mobile']).optional(),
  callType: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'ids of call types, separated by commas' }),
  sender: z.string().max(40).optional().meta({ description: NUMBER }),
  receiver: z.string().max(40).optional().meta({ description: NUMBER }),
  subscription: id.optional(),
  costCentre: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'of subscriptions that are of it now' }),
}
export const comparisons = {
  amount: z.string().max(30).optional().meta({ description: 'in EUR: >1.50, =0 or <0.10' }),
  duration: z.string().max(30).optional().meta({ description: 'in seconds: >3600' }),
  volume: z.string().max(30).optional().meta({ description: 'in bytes, kB, MB or GB: >50 MB' }),
}
/** Of the sums of a report, written as those of single usages. */
export const sumComparisons = {
  totalAmount: comparisons.amount,
  totalDuration: comparisons.duration,
  totalVolume: comparisons.volume,
}

type Selection = z.output<z.ZodObject<typeof selection>>

/** As readQuestion reads it. */
export function written({ callType, ...texts }: Selection, timeZone: string): WrittenQuestion {
  return { ...texts, timeZone, callTypes: callType?.split(',').filter((one) => one !== '') }
}
