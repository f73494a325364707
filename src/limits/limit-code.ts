/** The closed list of limits, as a schema for whatever comes from outside. */
import { z } from 'zod'
import { LIMIT_CODES } from './limit-kinds.ts'

export const limitCodeSchema = z.enum(LIMIT_CODES)
