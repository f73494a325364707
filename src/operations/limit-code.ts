/** The closed list of limits, as a schema for whatever comes from outside. */
import { z } from 'zod'
import type { LimitCode } from '../core/accounts.ts'

const LIMIT_CODES = [
  'group-bundle',
  'data-bundle',
  'sms-bundle',
  'account-total',
  'subscription-total',
  'national-data',
  'voip-total',
  'module-volume',
  'sim-cap',
  'roaming-spend',
] as const satisfies readonly LimitCode[]

export const limitCodeSchema = z.enum(LIMIT_CODES)
