/**
 * Translates what PGlite, pg and the network throw into the error codes of tik. Nobody else reads
 * a vendor's error.
 */
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'

const vendorErrorSchema = z.object({
  code: z.string().optional(),
  message: z.string(),
  constraint: z.string().optional(),
  detail: z.string().optional(),
})

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
])

/** pg reports these losses of a connection without any code. */
const CONNECTION_LOST =
  /connection terminated|connection error|timeout exceeded when trying to connect|is closed/i

/** A TikError for every failure that is not a bug in the statement; that one is returned as it is. */
export function operationsError(cause: unknown): unknown {
  if (cause instanceof TikError) return cause
  const parsed = vendorErrorSchema.safeParse(cause)
  if (!parsed.success) return cause
  const { code = '', message, constraint, detail } = parsed.data
  if (code === '53100' || code === 'ENOSPC') {
    return new TikError('disk_full', 'the operations store has no room left', { cause })
  }
  if (isUnavailable(code, message)) {
    return new TikError(
      'operations_unavailable',
      `the operations store does not answer: ${message}`,
      {
        cause,
        hint: 'check that PostgreSQL runs and that its URL is right; the work goes on when it is back',
      },
    )
  }
  if (code === '42P01' || code === '42703' || code === '3F000') {
    return new TikError(
      'migration_needed',
      `the operations store has an older layout: ${message}`,
      {
        cause,
        hint: 'run `tik migrate`',
      },
    )
  }
  if (code.startsWith('23') || code === '40001' || code === '40P01') {
    const which = constraint === undefined ? '' : ` (${constraint}${detail ? `: ${detail}` : ''})`
    return new TikError('operations_conflict', `${message}${which}`, { cause })
  }
  return cause
}

/** SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown), or the network itself. */
function isUnavailable(code: string, message: string): boolean {
  if (NETWORK_CODES.has(code) || code.startsWith('08') || code.startsWith('57P')) return true
  if (code.startsWith('53')) return true
  return code === '' && CONNECTION_LOST.test(message)
}
